// The urgent questions: pressed too early, the page says which answer is missing. Without it the browser does.
"use strict";

(() => {
  document.addEventListener("invalid", (event) => {
    const form = event.target.closest("form[data-asks]");
    if (!form) return;
    event.preventDefault();
    const missing = event.target.closest("fieldset");
    missing.querySelector("[data-missing]").hidden = false;
    if (form.querySelector(":invalid").closest("fieldset") === missing) missing.querySelector("[type=radio]").focus();
  }, true);

  document.addEventListener("change", (event) => {
    const asked = event.target.closest("form[data-asks] fieldset");
    if (asked?.querySelector("[data-missing]")) asked.querySelector("[data-missing]").hidden = true;
    // No takes back what was ticked under Yes.
    if (event.target.value !== "no") return;
    for (const one of asked?.querySelectorAll(".begin-which input") ?? []) one.checked = false;
  });
})();
