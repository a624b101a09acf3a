// Before you save: the button counts what it will do, also once something else is chosen. Without it the server counts.
"use strict";

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-before]")) return;
  const form = event.target.form, button = form.querySelector("[data-before-button]");
  const deeds = [...form.querySelectorAll("[data-before]")].map((one) => one.selectedOptions[0].dataset.deed);
  const counts = ["move", "to_do", "keep"].map((deed) => [deed, deeds.filter((one) => one === deed).length]);
  const said = counts.filter(([, count]) => count).map(([deed, count]) => button.dataset[deed].replace("#", count));
  button.textContent = [button.dataset.beforeButton, ...said].join(", ");
  form.querySelector("[data-before-counted]").value = counts.map(([, count]) => count).join(" ");
});
