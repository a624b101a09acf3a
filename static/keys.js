// Single keys for what staff do all day: each presses a link that is on the page. Off by choice, and never in a field.
"use strict";

(() => {
  const OFF = "keys-off"; // kept by this browser
  const list = document.getElementById("keys");
  if (!list) return;
  const toggle = list.querySelector("[data-toggle-keys]");
  const isOff = () => localStorage.getItem(OFF) === "yes";

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff()) return;
    if (document.querySelector("dialog[open]") || isField(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      return open();
    }
    if (event.shiftKey || (event.key.startsWith("Arrow") && needsArrows(event.target))) return;
    const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!pressed?.getClientRects().length || pressed.closest("[inert]")) return;
    event.preventDefault();
    pressed.click();
  });

  // A month, a list, and whatever scrolls sideways.
  function needsArrows(element) {
    const scroller = element.closest(".board-scroll, .panel-scroll");
    return element.closest(".month-over, [role=listbox]") || (scroller && scroller.scrollWidth > scroller.clientWidth);
  }

  function isField(element) {
    return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select");
  }

  function open() {
    say();
    list.showModal();
  }

  function say() {
    toggle.textContent = isOff() ? toggle.dataset.on : toggle.dataset.off;
  }

  toggle.addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
    say();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-show-keys]")) open(); });
  for (const one of document.querySelectorAll("[data-show-keys]")) one.hidden = false;
})();
