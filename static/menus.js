// What lies over the page closes with Escape, and gives the focus back to what has opened it.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const open = [...document.querySelectorAll(":is(.panel-who, .person-more, .week-copy)[open]")].at(-1);
  if (!open) return;
  event.preventDefault();
  open.open = false;
  open.querySelector("summary").focus();
}, true);
