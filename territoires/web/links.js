/*
 * Links that the application takes over: one that copies itself, those of pictures and of the foot.
 *
 * Called with its words by french_script.py. A link of ours is an ordinary one: what is not done
 * here, the browser does, by loading the page again.
 */
((words) => {
  const copying = ".st-key-bar_lien a";
  const inPage = ":is(.dessin, .cartes, .liste, .pied, .changements, #reponse :is(.lignes, .deux)) a[href]";
  const say = (text) => dispatchEvent(new CustomEvent("avis", { detail: text }));

  async function copy(address) {
    try {
      await navigator.clipboard.writeText(address);
      say(words.copied);
    } catch {
      prompt(words.copy, address); // refused, or out of https: to be copied by hand
    }
  }

  /** Go where the application goes by itself, without loading it again; false where it cannot. */
  function follow(address) {
    const app = document.querySelector('[data-testid="stApp"]');
    const there = new URL(address, document.baseURI);
    if (app?.dataset.testConnectionState !== "CONNECTED" || there.origin !== location.origin) return false;
    if (there.hash && there.pathname === location.pathname) return false;
    history.pushState({}, "", there);
    dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    dispatchEvent(new Event("suivi"));
    return true;
  }

  // When this browser came last is kept here alone: a visit ends half an hour after its last page.
  const visits = { seen: 0, last: 0 };
  try {
    Object.assign(visits, JSON.parse(localStorage.getItem("visites")));
  } catch {
    // kept nowhere: each visit is the first
  }
  if (Date.now() - visits.seen > 1800e3) visits.last = visits.seen;

  function keep() {
    visits.seen = Date.now();
    try {
      localStorage.setItem("visites", JSON.stringify(visits));
    } catch {
      // refused
    }
  }
  keep();
  addEventListener("visibilitychange", keep);

  addEventListener("click", (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.(`${copying}, ${inPage}`);
    if (!link) return;
    if (visits.last && link.search.includes("depuis=visite")) {
      link.search = link.search.replace("depuis=visite", `depuis=${new Date(visits.last).toISOString()}`);
    }
    if (link.matches(copying)) {
      event.preventDefault();
      copy(link.href);
    } else if (follow(link.getAttribute("href"))) {
      event.preventDefault();
    }
  }, true);
})
