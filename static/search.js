// The search box: the answer comes while somebody types, arrows choose, Enter opens, Escape closes, "/" goes there.
// Without this the box is a form with a page of its own.
"use strict";

(() => {
  const PAUSE_MS = 150;
  const SHORTEST = 2; // letters that are looked for unasked
  let boxes = 0;

  for (const form of document.querySelectorAll("form[data-search]")) wire(form);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    const input = document.querySelector(".panel-search input[type=search]");
    if (!input) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  function wire(form) {
    const input = form.querySelector("input[type=search]");
    const answer = form.querySelector(".search-answer");
    const said = form.querySelector("[role=status]");
    const id = `search-answer-${++boxes}`;
    let asked = null; // the words of the answer that is shown
    let timer = 0;
    let asking = null;
    let active = -1;

    answer.id = id;
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", id], ["aria-autocomplete", "list"]]) {
      input.setAttribute(name, value);
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask().catch(() => {}), PAUSE_MS);
    });
    input.addEventListener("focus", () => { if (asked !== null && asked === input.value.trim()) open(); });
    input.addEventListener("keydown", onKey);
    document.addEventListener("pointerdown", (event) => { if (!form.contains(event.target)) close(); });
    form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) close(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clearTimeout(timer);
      try {
        if (asked !== input.value.trim()) await ask();
        if (options().length) go(options()[Math.max(active, 0)]);
      } catch {
        form.submit();
      }
    });
    answer.addEventListener("click", (event) => {
      const link = event.target.closest("li a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(link.closest("li"));
    });

    async function ask() {
      const words = input.value.trim();
      asking?.abort();
      if (words.length < SHORTEST && /^[\x00-\x7f]*$/.test(words)) { asked = null; return close(); }
      asking = new AbortController();
      const found = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { "X-Search": "1" }, signal: asking.signal, redirect: "manual",
      });
      if (found.type === "opaqueredirect" || found.status === 403) return location.reload();
      if (!found.ok) throw new Error(found.status);
      const visit = found.headers.get("X-Go");
      if (visit) return location.assign(visit);
      const html = await found.text();
      if (words !== input.value.trim()) return;
      answer.innerHTML = html;
      asked = words;
      answer.querySelector("ul")?.setAttribute("role", "listbox");
      answer.querySelector("ul")?.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
      options().forEach((one, number) => {
        one.setAttribute("role", "none");
        linkOf(one).id = `${id}-${number}`;
        linkOf(one).setAttribute("role", "option");
        linkOf(one).tabIndex = -1;
      });
      said.textContent = answer.querySelector(".search-said")?.textContent.replace(/\s+/g, " ").trim() ?? "";
      choose(options().length ? 0 : -1);
      open();
    }

    // The link itself is the option: inside of an option nothing can be pressed.
    function linkOf(one) { return one.querySelector("a"); }

    function options() { return [...answer.querySelectorAll("li")]; }

    function choose(number) {
      active = number;
      options().forEach((one, at) => linkOf(one).setAttribute("aria-selected", String(at === number)));
      const one = options()[number];
      if (one) { input.setAttribute("aria-activedescendant", linkOf(one).id); one.scrollIntoView({ block: "nearest" }); }
      else input.removeAttribute("aria-activedescendant");
    }

    function open() {
      answer.hidden = !answer.childElementCount;
      input.setAttribute("aria-expanded", String(!answer.hidden));
    }

    function close() {
      answer.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    // In the form of a new visit only the form changes: the gap stays, nothing is loaded anew, and what was chosen
    // before the person stays chosen.
    function go(one) {
      const address = linkOf(one).href;
      const here = form.closest(".search-here")?.closest(".panel-page");
      if (!here || !window.htmx) return location.assign(address);
      history.replaceState(null, "", address);
      const chosen = [...here.querySelectorAll("select, input:not([type=hidden], [type=search])")].filter(isChanged);
      window.htmx.ajax("GET", address, { target: here, select: ".panel-page", swap: "outerHTML" }).then(() => {
        for (const { name, value, checked } of chosen) {
          const again = document.querySelector(`.panel-page [name="${CSS.escape(name)}"]:not([type=hidden])`);
          if (again?.type === "checkbox") again.checked = checked;
          else if (again) again.value = value;
        }
        document.querySelector(".panel-page [autofocus]")?.focus();
      });
    }

    function isChanged(control) {
      if (control.type === "checkbox") return control.checked !== control.defaultChecked;
      if (control.matches("select")) return [...control.options].some((one) => one.selected !== one.defaultSelected);
      return control.value !== control.defaultValue;
    }

    function onKey(event) {
      if (event.isComposing) return;
      if (event.key === "Escape") {
        if (!answer.hidden) { event.preventDefault(); event.stopPropagation(); return close(); }
        if (!input.value) input.blur();
        return;
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !options().length) return;
      event.preventDefault();
      if (answer.hidden) return open(), choose(Math.max(active, 0));
      choose((active + step + options().length) % options().length);
    }
  }
})();
