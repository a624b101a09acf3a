// The note: saved two seconds after typing stops, chips put words into the field above, and nothing typed is left without
// a question. Nothing is stored on the device. Everything works without it, by the form's own buttons.
"use strict";

(() => {
  const form = document.querySelector("[data-note]");
  if (!form) return;
  const said = document.getElementById("note-saved");
  const PAUSE_MS = 2_000;
  let timer = null;
  let isDirty = false;
  let isLeaving = false;
  let going = Promise.resolve(true);

  function changed() {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }

  // One at a time, each with the version that the one before has made. Resolves to whether the form may be sent: all that
  // is typed is kept, or the clinic has answered and the whole page will say what is wrong.
  function save() {
    clearTimeout(timer);
    going = going.then(send, send);
    return going;
  }

  async function send(_before, isSecond = false) {
    if (!isDirty) return true;
    const values = new FormData(form);
    values.set("do", "save");
    isDirty = false;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: values, headers: { "X-Autosave": "1" } });
      if (answer.status === 403 && !isSecond && (await freshToken())) {
        isDirty = true;
        return send(true, true);
      }
      if (answer.redirected || answer.status === 403) return failed(form.dataset.signedOut);
      const told = await answer.json();
      if (!answer.ok) return !failed(told.error);
      form.elements.seen.value = told.seen;
      said.textContent = told.saved;
      return true;
    } catch {
      return failed(form.dataset.lost);
    }
  }

  // Who has signed in again on another page has another token.
  async function freshToken() {
    const answer = await fetch(location.pathname);
    if (answer.redirected || !answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[data-note] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  }

  function failed(words) {
    isDirty = true;
    said.textContent = words;
    return false;
  }

  // Words with a full stop, at the end of the field; where they stand already they go.
  function toggle(chip) {
    const field = chip.closest(".note-part").querySelector("textarea");
    const words = chip.dataset.chip;
    const [before, ...after] = field.value.split(words);
    field.value = after.length
      ? [before.trimEnd(), after.join(words).trimStart()].filter(Boolean).join(" ")
      : [field.value.trimEnd(), words].filter(Boolean).join(" ");
    mark(field);
    tell([`${after.length ? form.dataset.removed : form.dataset.added}: ${words}`]);
    changed();
  }

  // For who does not see it change.
  function tell(words) {
    document.getElementById("note-told").textContent = words.join(" ");
  }

  // A place is marked without leaving the page; where a question comes of it, the page asks it. All is kept already.
  async function place(button) {
    const old = document.getElementById("where");
    const answer = await fetch(location.pathname, { method: "POST", body: new FormData(form, button) }).catch(() => null);
    if (!answer) return failed(form.dataset.lost);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("where");
    if (!fresh || !answer.redirected || page.querySelector("[data-note] [role=alert]")) return leave(button);
    const before = rows(old), after = rows(fresh);
    const focus = button.matches(".note-spot") ? `.note-spot[class~="${button.classList[1]}"]` : "#place";
    old.replaceChildren(...fresh.childNodes);
    form.elements.seen.value = page.querySelector("[data-note] [name=seen]").value;
    old.querySelector(focus).focus({ preventScroll: true });
    tell([
      ...before.filter((one) => !after.includes(one)).map((one) => `${form.dataset.removed}: ${one}.`),
      ...after.filter((one) => !before.includes(one)).map((one) => `${form.dataset.added}: ${one}.`),
    ]);
    return true;
  }

  // Each mark of the list, as "Low back, left of the spine, Tight".
  function rows(where) {
    return [...where.querySelectorAll("[name=mark] ~ span:not([aria-hidden])")].map((one) => [...one.childNodes].map((part) => part.textContent.trim()).filter(Boolean).join(", "));
  }

  function leave(button) {
    isLeaving = true;
    form.requestSubmit(button);
  }

  function mark(field) {
    for (const chip of field.closest(".note-part").querySelectorAll("[data-chip]")) {
      chip.setAttribute("aria-pressed", String(field.value.includes(chip.dataset.chip)));
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "kind" || event.target.name === "place") return;
    if (event.target.matches("textarea")) mark(event.target);
    changed();
  });

  // Whatever the button, the note is kept before the page is left: with no line, or signed out, the page stays.
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.dataset.chip) {
      event.preventDefault();
      return toggle(button);
    }
    if (isLeaving) return;
    event.preventDefault();
    isDirty = true;
    save().then((maySend) => {
      if (!maySend) return;
      if (button?.closest("#where")) going = going.then(() => place(button));
      else leave(button);
    });
  });

  const again = () => { if (isDirty) save(); };
  window.addEventListener("online", again);
  window.addEventListener("focus", again);
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty && !isLeaving) event.preventDefault(); });
})();
