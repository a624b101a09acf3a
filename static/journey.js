/* Makes the journey calmer where there is JavaScript; every page works without it. */
(() => {
  "use strict";

  const NEAR_END = 2 * 60 * 1000; // ms before a kept start runs out
  const PATIENCE = 5 * 1000; // ms in which a form that was sent is not sent again

  const answersTo = (form, key) => {
    const fields = [...form.querySelectorAll(`[name="${key}"]`)].filter((field) => !field.closest("[hidden]"));
    return fields
      .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
      .map((field) => field.value.trim())
      .filter((value) => value !== "");
  };

  // The same operators as show_if in the questionnaire. An unanswered question makes every condition false.
  const holds = (form, { key, op, value }) => {
    const answers = answersTo(form, key);
    if (answers.length === 0) return false;
    if (op === "eq") return answers[0] === String(value);
    if (op === "ne") return answers[0] !== String(value);
    if (op === "lt") return Number(answers[0]) < value;
    return answers.some((answer) => value.map(String).includes(answer));
  };

  const applies = (form, { all = [], any = [] }) =>
    all.every((one) => holds(form, one)) && (any.length === 0 || any.some((one) => holds(form, one)));

  const showFollowUps = (form) => {
    // In the order of the page, so that what depends on a hidden question is hidden too.
    form.querySelectorAll("[data-show-if]").forEach((part) => {
      part.hidden = !applies(form, JSON.parse(part.dataset.showIf));
    });
  };

  // "None of these" goes out when a line is chosen, and the other way round.
  const excludeOthers = (box) => {
    if (box.type !== "checkbox" || !box.checked) return;
    const others = [...box.form.querySelectorAll(`[name="${box.name}"]`)].filter((other) => other !== box);
    const isNone = box.dataset.alternative === "none";
    others
      .filter((other) => isNone || other.dataset.alternative === "none")
      .forEach((other) => {
        other.checked = false;
      });
  };

  // What stands unsent in the fields outlives a reload and "back": pages are not cached, so the browser forgets it.
  // It lies in this tab's own store, page by page, is for this journey only, and goes when it is sent: from then on the
  // server knows better. "Clear my answers" empties the store at once. (docs/decisions/0018)
  const UNSENT = "unsent";
  const readUnsent = (journey) => {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(UNSENT));
      if (kept?.journey === journey) return kept;
      window.sessionStorage.removeItem(UNSENT); // another journey's, and nobody's any more
    } catch {
      // A browser that keeps nothing, or something of somebody else's: then nothing is kept.
    }
    return { journey, pages: {} };
  };
  const writeUnsent = (kept) => {
    try {
      window.sessionStorage.setItem(UNSENT, JSON.stringify(kept));
    } catch {
      // Full, or switched off.
    }
  };
  const forgetUnsent = () => {
    try {
      window.sessionStorage.removeItem(UNSENT);
    } catch {
      // Nothing was kept.
    }
  };

  const keepUnsent = (place) => {
    const fields = [...place.querySelectorAll("input:not([type=hidden]), select, textarea")];
    const isBox = (field) => ["radio", "checkbox"].includes(field.type);
    const keyOf = (field) => (isBox(field) ? `${field.name}=${field.value}` : field.name);
    const page = window.location.pathname;
    const unsent = readUnsent(place.dataset.journey).pages[page] ?? {};
    fields
      .filter((field) => keyOf(field) in unsent)
      .forEach((field) => {
        field[isBox(field) ? "checked" : "value"] = unsent[keyOf(field)];
      });
    place.addEventListener("input", () => {
      const kept = readUnsent(place.dataset.journey);
      kept.pages[page] = Object.fromEntries(
        fields.map((field) => [keyOf(field), isBox(field) ? field.checked : field.value]),
      );
      writeUnsent(kept);
    });
    place.addEventListener("submit", (event) => {
      const kept = readUnsent(place.dataset.journey);
      delete kept.pages[page];
      writeUnsent(kept);
      // The first press may have given the session a new key; a second one would still carry the old.
      if (place.dataset.sent) event.preventDefault();
      place.dataset.sent = "yes";
      window.setTimeout(() => delete place.dataset.sent, PATIENCE);
    });
    window.addEventListener("pageshow", () => delete place.dataset.sent);
  };

  document.querySelectorAll("[data-journey]").forEach(keepUnsent);

  // Cleared: nothing of it stays in this tab, nor on a page of the check that another tab still shows.
  const isOfCheck = window.location.pathname.startsWith("/book/");
  const others = "BroadcastChannel" in window ? new BroadcastChannel("cleared") : null;
  document.querySelectorAll("form[action$='/book/clear/']").forEach((form) => {
    form.addEventListener("submit", () => {
      forgetUnsent();
      others?.postMessage("");
    });
  });
  others?.addEventListener("message", () => {
    forgetUnsent();
    if (isOfCheck) window.location.replace("/");
  });
  // A page that the browser had put aside whole is asked for anew: what it showed may be cleared.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && isOfCheck) window.location.reload();
  });

  document.querySelectorAll("form").forEach((form) => {
    if (!form.querySelector("[data-show-if], [data-alternative]")) return;
    // Before the event reaches what keeps the fields: it keeps them as they are then.
    form.addEventListener("input", (event) => {
      excludeOthers(event.target);
      showFollowUps(form);
    });
    // After "back" the browser fills in what was chosen.
    window.addEventListener("pageshow", () => showFollowUps(form));
    showFollowUps(form);
  });

  // "Select all" and "Clear": without a script the page comes again with all or none ticked.
  document.querySelectorAll("[data-mark]").forEach((button) => {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      button.form.querySelectorAll(`[name="${button.dataset.mark}"]`).forEach((box) => {
        box.checked = button.value === "all";
      });
      button.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // Day, time and place, to whoever the visitor chooses; never the address of the page, which is a key.
  document.querySelectorAll("[data-share]").forEach((button) => {
    if (!navigator.share) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ text: button.dataset.share }).catch(() => {}); // changed their mind
    });
  });

  // One polite sentence near the end, and no clock that runs.
  document.querySelectorAll("[data-kept-until]").forEach((place) => {
    const left = Date.parse(place.dataset.keptUntil) - Date.now() - NEAR_END;
    if (left > 0) {
      window.setTimeout(() => {
        place.textContent = place.dataset.nearEnd;
      }, left);
    }
  });

  // Browsers that know autofocus for all elements do it themselves.
  if (!("autofocus" in HTMLElement.prototype)) {
    document.querySelector("[autofocus]")?.focus();
  }
})();
