// Prints a page with everything on it that is folded away, and folds it again afterwards.
"use strict";

(() => {
  const folded = new Set();
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("main details:not([open])")) {
      folded.add(one);
      one.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
    folded.clear();
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
