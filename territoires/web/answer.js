/*
 * The answer that came within the page gives way to the application, once that shows the same view.
 *
 * It lies over the application, which is inert until then. Whoever has selected words of it is not
 * disturbed before they are done; a link that has the focus keeps it a moment, then hands it to the
 * same link of the application. Once a link of it is followed there (links.js), it is read no more.
 */
(() => {
  const answer = document.getElementById("reponse");
  if (!answer) return;
  const root = document.getElementById("root");
  const longest = 30_000; // ms: an application that cannot finish is shown as it is
  const pause = 2_000; // ms that a link with the focus is left to whoever is about to follow it
  const unseen = 500; // ms
  root.inert = true;

  const app = () => document.querySelector('[data-testid="stApp"]');
  const isDrawn = () =>
    app()?.dataset.testScriptState === "notRunning" &&
    app().querySelector('[data-testid="stMainBlockContainer"] :is(h1, h2)') &&
    !app().querySelector('[data-testid="stSkeleton"]');
  const hasFocus = () => answer.contains(document.activeElement);
  const isSelected = () => !getSelection().isCollapsed && answer.contains(getSelection().anchorNode);
  let drawnAt = 0;
  let isLeft = false;

  function giveWay() {
    const focused = !isLeft && hasFocus() && document.activeElement.getAttribute("href");
    root.inert = false;
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, answer.scrollTop);
    answer.remove();
    // In a frame more: where motion is reduced to an instant, what was hidden is so until then.
    if (focused)
      requestAnimationFrame(() => requestAnimationFrame(() =>
        root.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })));
    stop.abort();
    seen.disconnect();
  }

  const begun = performance.now();
  const stop = new AbortController();
  const look = () => {
    if (!answer.isConnected) return;
    const now = performance.now();
    if (isDrawn() && !drawnAt) {
      drawnAt = now;
      setTimeout(look, pause + 1);
    }
    // To ask for a selection has the page laid out: not before somebody may be disturbed.
    const isRead = () => !isLeft && (isSelected() || (hasFocus() && now - drawnAt < pause));
    if ((drawnAt && !isRead()) || (now - begun > longest && app())) giveWay();
  };
  // What comes in the frame that follows the last change is on the screen before the answer goes; a
  // tab that nobody sees has no frames.
  const seen = new MutationObserver(() => {
    requestAnimationFrame(look);
    setTimeout(look, unseen);
  });
  seen.observe(root, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state"],
  });
  for (const event of ["focusout", "selectionchange"])
    document.addEventListener(event, () => setTimeout(look), { signal: stop.signal });
  addEventListener("suivi", () => {
    isLeft = true;
    answer.scrollTo(0, 0);
    setTimeout(look);
  }, { signal: stop.signal });
  setTimeout(look, longest + 1);
})
