/*
 * Says in French what Streamlit only says in English (its issue 1353: no translation foreseen), and
 * makes a change of page one step of the history.
 *
 * Called with three arguments by french_script.py: a dictionary of whole texts, a list of
 * [regular expression, replacement], and the names of the filters that all pages share. Words that
 * people wrote are left alone: Streamlit shows those in Markdown, headings, code, tables and text
 * fields.
 */
((words, patterns, filters) => {
  // Told where the server is, the page does not look for it under the address of each page, which
  // costs a round trip and leaves two errors in the console. Deferred scripts run in their order:
  // this one stands before Streamlit's own.
  const server = new URL("..", document.currentScript.src);
  window.__streamlit = { ...window.__streamlit, BACKEND_BASE_URL: server.href };

  // The session of a server that was restarted has never heard of the filters that a page keeps: once
  // the line was cut, the next page is asked for again, with them.
  let wasCut = false;
  new MutationObserver((changes) => {
    wasCut ||= changes.some(({ oldValue }) => oldValue === "CONNECTED");
  }).observe(document.documentElement, {
    subtree: true,
    attributeFilter: ["data-test-connection-state"],
    attributeOldValue: true,
  });
  // Streamlit writes the address of a page, then, in the same step or in another, the filters that
  // the page keeps: between the two, the Back button would find the page without its filters.
  const push = history.pushState.bind(history);
  let turned = { path: "", at: 0 };
  // What somebody asks for meanwhile is a step of its own.
  addEventListener("click", () => { turned.path = ""; }, true);
  history.pushState = (state, unused, address) => {
    const asked = new URL(address, location.href);
    const { pathname } = asked;
    const now = performance.now();
    if (wasCut && pathname !== location.pathname) {
      const had = new URLSearchParams(location.search);
      for (const name of filters) {
        if (had.has(name) && !asked.searchParams.has(name)) asked.searchParams.set(name, had.get(name));
      }
      location.assign(asked);
    } else if (pathname !== location.pathname) {
      turned = { path: pathname, at: now };
      push(state, unused, address);
    } else if (pathname === turned.path && now - turned.at < 1000) {
      history.replaceState(state, unused, address);
    } else {
      push(state, unused, address);
    }
  };

  const dictionary = new Map(Object.entries(words));
  const expressions = patterns.map(([source, replacement]) => [new RegExp(source, "s"), replacement]);
  const attributes = ["aria-label", "aria-description", "aria-valuetext", "placeholder", "title", "data-title", "alt"];
  const written =
    ".stMarkdown, [data-testid=stHeading], [data-testid=stCode], [data-testid=stTable], " +
    "[data-testid=stPlotlyChart] svg, textarea, script, style";

  /** The French of a text, or null when there is nothing to translate. */
  function translate(text) {
    const known = text.trim();
    if (!known) return null;
    if (dictionary.has(known)) return text.replace(known, () => dictionary.get(known));
    for (const [expression, replacement] of expressions) {
      if (expression.test(known)) return known.replace(expression, replacement).trim();
    }
    return null;
  }

  function translateText(node) {
    if (node.parentElement?.closest(written)) return;
    const french = translate(node.data);
    if (french !== null && french !== node.data) node.data = french;
  }

  function translateAttributes(element) {
    for (const name of attributes) {
      const text = element.getAttribute(name);
      const french = text && translate(text);
      if (french && french !== text) element.setAttribute(name, french);
    }
  }

  function translateTree(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      translateText(node);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      translateAttributes(node);
      // A chart has thousands of nodes, and its words come from its own locale.
      if (!(node instanceof SVGElement)) node.childNodes.forEach(translateTree);
    }
  }

  function translateChange(change) {
    if (change.type === "attributes") translateAttributes(change.target);
    else if (change.type === "characterData") translateText(change.target);
    else change.addedNodes.forEach(translateTree);
  }

  new MutationObserver((changes) => changes.forEach(translateChange)).observe(
    document.documentElement,
    { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes },
  );
})
