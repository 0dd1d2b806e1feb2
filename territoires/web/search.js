/*
 * Suggestions under the boxes that find a town or a territory (ui/search.py).
 *
 * Called with its words by french_script.py. The box is Streamlit's: the server reads what is
 * entered in it by the same ranking, so that without this script, or without an answer, everything
 * works but the list. A suggestion types what means that place and no other, and enters it.
 */
((words) => {
  const frames = '[class*="st-key-recherche_"]';
  const patience = 120; // ms after a key
  const list = document.createElement("ul");
  list.id = "reponses";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.answers);
  const news = document.createElement("div");
  news.className = "entendu";
  news.setAttribute("role", "status");

  let box = null; // whose list is open, or being asked for
  let at = -1; // which line is chosen
  let asking = null; // the request on its way
  let timer = 0;
  let isTyped = false; // since one came to the box, or entered something in it
  let isEntered = false; // with the last key

  const isOpen = () => box !== null && list.isConnected;

  function boxOf(target) {
    return target.matches?.(`${frames} input`) && !target.disabled ? target : null;
  }

  function kindOf(input) {
    return /st-key-recherche_([a-z]+)_/.exec(input.closest(frames).className)[1];
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    if (box !== null) {
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }
    list.remove();
    box = null;
    at = -1;
  }

  /** Lay the list under its box, within the window. */
  function place() {
    if (!isOpen()) return;
    const { left, bottom, width } = (box.closest('[data-testid="stTextInputRootElement"]') ?? box).getBoundingClientRect();
    const wide = Math.min(Math.max(width, 400), innerWidth - 16);
    list.style.width = `${wide}px`;
    list.style.left = `${Math.max(8, Math.min(left, innerWidth - 8 - wide))}px`;
    list.style.top = `${bottom + 2}px`;
    list.style.maxHeight = `${Math.max(120, (visualViewport?.height ?? innerHeight) - bottom - 12)}px`;
  }

  function choose(line) {
    at = line;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    if (at < 0) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    box.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  /** Type into the box and enter it, as its owner would. */
  function take(text) {
    const input = box;
    close();
    isTyped = false;
    isEntered = true;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  }

  function show(answers) {
    list.replaceChildren(
      ...answers.map(({ texte, nom, note }, index) => {
        const line = document.createElement("li");
        line.id = `reponse-${index}`;
        line.setAttribute("role", "option");
        line.dataset.text = texte;
        const detail = document.createElement("small");
        detail.textContent = note;
        line.append(nom, " ", detail);
        return line;
      }),
    );
    (box.closest('[data-testid="stMain"]') ?? document.body).append(list); // in its theme
    list.scrollTop = 0;
    box.setAttribute("aria-expanded", "true");
    choose(-1);
    place();
  }

  /** Ask what answers a text, and list it unless something else was typed meanwhile. */
  async function ask(input, text) {
    asking?.abort();
    if (!text.trim() && kindOf(input) !== "territoire") {
      close();
      return;
    }
    asking = new AbortController();
    const { signal } = asking;
    box = input;
    try {
      const query = new URLSearchParams({ quoi: kindOf(input), q: text.trim() });
      const answer = await fetch(`./chercher?${query}`, { signal });
      if (!answer.ok) throw new Error(answer.status);
      const { reponses, dit } = await answer.json();
      if (signal.aborted) return;
      if (!news.isConnected) document.body.append(news);
      news.textContent = dit;
      if (reponses.length) show(reponses);
      else close();
    } catch {
      if (!signal.aborted) close(); // what is entered is read by the server anyway
    }
  }

  addEventListener("input", (event) => {
    const input = boxOf(event.target);
    if (!input || !event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(input, input.value), patience);
    isTyped = true;
  }, true);

  addEventListener("keydown", (event) => {
    const input = boxOf(event.target);
    if (!input || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const { key } = event;
    if (isEntered && key.length === 1 && key !== " ") input.select(); // another search
    isEntered = key === "Enter";
    if (key === "ArrowDown" && !isOpen()) {
      event.preventDefault();
      ask(input, isTyped ? input.value : "");
    } else if (key === "Enter" || key === "Tab") {
      if (key === "Enter" && isOpen() && at >= 0) {
        event.preventDefault();
        event.stopPropagation();
        take(list.children[at].dataset.text);
      } else {
        close(); // the server takes the best answer
        isTyped = false;
      }
    } else if (isOpen() && key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (isOpen() && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      const lines = list.children.length + 1; // none of them comes between the last and the first
      choose(((at + 1 + (key === "ArrowDown" ? 1 : -1) + lines) % lines) - 1);
    }
  }, true);

  // What a box holds when one comes to it is replaced by what one types.
  addEventListener("focusin", ({ target }) => {
    const input = boxOf(target);
    if (!input) return;
    isTyped = false;
    if (input.value) input.select();
  });
  addEventListener("focusout", ({ target }) => {
    if (boxOf(target)) close();
  });
  addEventListener("click", ({ target }) => {
    const input = boxOf(target);
    if (input && !isOpen() && !isTyped) {
      if (input.value) input.select();
      ask(input, "");
    }
  });

  // The box keeps the focus, by mouse and by touch, while a line is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const line = target.closest("li");
    if (line && box) take(line.dataset.text);
  });
  addEventListener("scroll", ({ target }) => target !== list && place(), true);
  addEventListener("resize", place);
  globalThis.visualViewport?.addEventListener("resize", place);

  // --- what the page shows now ---

  function look() {
    for (const input of document.querySelectorAll(`${frames} input:not([role])`)) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", list.id);
      input.spellcheck = false;
    }
    if (box !== null && !box.isConnected) close();
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  }).observe(document.documentElement, { subtree: true, childList: true });
})
