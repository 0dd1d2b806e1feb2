/*
 * What a form asks of the browser: the focus brought to what became of it, the field still in hand
 * kept over a reload, a warning to whoever leaves before saving.
 *
 * Called with its words by french_script.py. The server keeps what is typed as soon as a field is
 * left (territoires/ui/forms.py); what is in the field in hand is here alone, in the storage of
 * this tab, under the name that the server gave the form: whose it is, and about what.
 */
((words) => {
  const stored = "saisie:";
  const framed = '[class*="st-key-cadre_"]';
  const typedIn = 'textarea, input:is([type="text"], [type="email"], [type="search"], :not([type]))';
  const unsaved = '[class*="st-key-bouton_jeter_"] button:not([disabled])';

  /** What follows `prefix` in the class that Streamlit makes of a key. */
  function keyOf(element, prefix = "") {
    const start = `st-key-${prefix}`;
    return [...element.classList].find((name) => name.startsWith(start))?.slice(start.length);
  }

  function read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(name)) ?? {};
    } catch {
      return {};
    }
  }

  function write(name, fields) {
    try {
      if (Object.keys(fields).length) sessionStorage.setItem(name, JSON.stringify(fields));
      else sessionStorage.removeItem(name);
    } catch {
      // Full, or refused by the browser: the server has every field but this one.
    }
  }

  function names() {
    try {
      return Object.keys(sessionStorage).filter((name) => name.startsWith(stored));
    } catch {
      return []; // Refused by the browser: nothing was kept either.
    }
  }

  /** The form and the widget of a field, or null for a field of no form. */
  function placeOf(field) {
    if (!field.matches?.(typedIn) || field.closest('[data-testid="stFileUploader"]')) return null;
    const frame = field.closest(framed);
    const widget = field.closest('[class*="st-key-"]');
    if (!frame || !widget || widget === frame) return null;
    return { name: stored + keyOf(frame, "cadre_"), widget: keyOf(widget) };
  }

  // --- the field in hand ---

  addEventListener("input", ({ target }) => {
    const place = placeOf(target);
    if (place) write(place.name, { ...read(place.name), [place.widget]: target.value });
  }, true);

  // What was in hand when the page was loaded, and has not found its field yet.
  const pending = new Map(names().map((name) => [name, read(name)]));

  // A run that says something above a form makes its fields anew, the one in hand included: it was
  // not left, so the server has nothing of it, and its text goes to the field that comes instead.
  let inHand = null;

  addEventListener("focusin", ({ target }) => {
    const place = placeOf(target);
    inHand = place && { ...place, field: target };
  }, true);

  addEventListener("change", ({ target }) => {
    // Chromium says so of a field taken away as well: known once whatever does it has ended.
    queueMicrotask(() => {
      if (inHand?.field === target && target.isConnected) inHand = null;
    });
  }, true);

  function findLost() {
    if (!inHand || inHand.field.isConnected) return;
    const { name, widget } = inHand;
    const text = read(name)[widget];
    if (text !== undefined) pending.set(name, { ...pending.get(name), [widget]: text });
    inHand = null;
  }

  /** Forget the fields that the server has: those that were left before the run that just ended. */
  function forgetSent() {
    const inHand = placeOf(document.activeElement ?? document.body);
    for (const name of names()) {
      const fields = Object.entries(read(name)).filter(
        ([widget]) =>
          widget in (pending.get(name) ?? {}) || (inHand?.name === name && inHand.widget === widget),
      );
      write(name, Object.fromEntries(fields));
    }
  }

  /** Type again what was in hand when the page was left; once left again, the server has it. */
  function putBack(frame) {
    const waiting = pending.get(stored + keyOf(frame, "cadre_")) ?? {};
    for (const [widget, text] of Object.entries(waiting)) {
      const field = frame.querySelector(`.st-key-${CSS.escape(widget)}`)?.querySelector(typedIn);
      if (!field) continue;
      delete waiting[widget];
      if (field.value === text) continue;
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      field.focus();
      Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // --- the focus ---

  function bring(element) {
    element.setAttribute("tabindex", "-1");
    element.style.scrollMarginTop = "5rem";
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
  }

  function goTo(widget) {
    const place = document.querySelector(`.st-key-${CSS.escape(widget)}`);
    const field =
      place?.querySelector("input:not([type=hidden]), textarea, [role=combobox]") ??
      place?.querySelector("button");
    if (!field) return;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  }

  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href*="#champ-"]');
    if (!link) return;
    event.preventDefault();
    goTo(decodeURIComponent(link.hash.slice("#champ-".length)));
  }, true);

  // From the summary itself, Enter goes to the first field to mend.
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.('[class*="st-key-resultat_"]')) return;
    event.target.querySelector('a[href*="#champ-"]')?.click();
  });

  // --- leaving ---

  const isUnsaved = () => document.querySelector(unsaved) !== null;

  addEventListener("beforeunload", (event) => {
    const field = document.activeElement;
    const inHand = field && placeOf(field);
    if (isUnsaved() || (inHand && inHand.widget in read(inHand.name))) event.preventDefault();
  });

  addEventListener("submit", ({ target }) => {
    if (new URL(target.action).pathname.endsWith("/deconnexion")) {
      names().forEach((name) => sessionStorage.removeItem(name));
    }
  }, true);

  function say(text) {
    const notice = document.createElement("div");
    notice.className = "avis";
    notice.setAttribute("role", "status");
    document.body.append(notice);
    notice.textContent = text;
    setTimeout(() => notice.remove(), 8000);
  }

  addEventListener("avis", ({ detail }) => say(detail)); // from our other scripts

  // --- what the page shows now ---

  const announced = new Set();
  let left = null; // the page of a form that was not saved when last looked at
  let hasRun = false; // since last looked at: a run may begin and end within a frame

  function look() {
    if (isUnsaved()) left = location.pathname;
    else if (document.querySelector(framed)) left = null;
    else if (left !== null && left !== location.pathname) {
      left = null;
      say(words.kept);
    }
    findLost();
    const running = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning";
    if (hasRun && !running) {
      hasRun = false;
      forgetSent();
    }
    if (!running && pending.size) document.querySelectorAll(framed).forEach(putBack);
    for (const news of running ? [] : document.querySelectorAll('[class*="st-key-resultat_"]')) {
      const number = keyOf(news, "resultat_");
      if (!announced.has(number)) {
        announced.add(number);
        bring(news);
      }
    }
  }

  let waiting = false;
  new MutationObserver((changes) => {
    hasRun ||= changes.some((each) => each.attributeName === "data-test-script-state");
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["class", "disabled", "data-test-script-state"],
  });
})
