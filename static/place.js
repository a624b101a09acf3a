// A new place is most often where its owner sits: the browser's clock says in which country. It is only filled in.
"use strict";

(() => {
  const part = "#of-its-country";
  const country = document.querySelector(`${part} select[name="country"]`);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!country || country.value || !zone) return;
  const address = `${location.pathname}?zone=${encodeURIComponent(zone)}`;
  htmx.ajax("GET", address, { source: country, target: part, select: part, swap: "outerHTML" });
})();
