// What comes back with something to mend, or with a question, begins there: at the first field, else at what is said.
"use strict";

(() => {
  const field = document.querySelector('main [aria-invalid="true"]:not([type=hidden])');
  const said = document.querySelector("main .errors[role=alert], main .panel-before[role=alert], main .panel-message-error, main .week-error, main .alert-danger");
  if (!field && said) said.tabIndex = -1;
  (field ?? said)?.focus();
})();
