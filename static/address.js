// A press that was refused is answered under the address that was pressed. What is shown is a page with an address of
// its own: a reload asks for that one, and sends nothing again.
"use strict";

(() => {
  const page = document.querySelector("#main [data-address]");
  if (page && location.pathname !== page.dataset.address) history.replaceState(null, "", page.dataset.address);
})();
