// What opens over the day without leaving it: a visit at its side with its steps, the month, and who is looked for.
// Everything is a page, a link or a form of its own without it.
"use strict";

(() => {
  const PHONE = matchMedia("(max-width: 39.99rem)"); // too narrow for a board: a visit is a page there
  const COVERS = matchMedia("(max-width: 74.99rem)"); // as in panel.css: the side lies over the day

  const board = document.getElementById("board");
  const side = document.getElementById("side");
  if (!board || !side) return;
  const day = document.querySelector(".board-side-left");
  const head = document.querySelector(".board-top");
  const bar = document.getElementById("undo");
  const visits = side.dataset.visits; // what begins the address of every page about a visit
  const blocks = side.dataset.blocks; // the page on which time is blocked
  const finds = side.dataset.finds; // the page that finds a time
  const isHere = (address) => [visits, blocks, finds].some((one) => one && new URL(address, location.href).pathname.startsWith(one));

  // --- A visit at the side ------------------------------------------------------------------------------------------

  let chosen = null; // the reference of the visit at the side
  let asking = 0;

  board.addEventListener("click", (event) => {
    const link = event.target.closest("a.visit, tr[data-reference] a, .board-block-time");
    if (!link || PHONE.matches || isForElsewhere(event)) return;
    event.preventDefault();
    open(link.href);
  });

  // Whatever is about a visit stays here: its links, its forms, and what answers them.
  side.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) return close();
    const link = event.target.closest("a[href]");
    if (!link || isForElsewhere(event) || !isHere(link.href)) return;
    event.preventDefault();
    open(link.href);
  });
  side.addEventListener("submit", send);
  board.addEventListener("submit", send); // a therapist's own steps, on the day itself
  head.addEventListener("click", (event) => {
    const link = event.target.closest("[data-side]");
    if (!link || PHONE.matches || isForElsewhere(event)) return;
    event.preventDefault();
    open(link.href);
  });
  bar.addEventListener("submit", send);

  function isForElsewhere(event) {
    return event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  }

  function send(event) {
    const form = event.target, button = event.submitter;
    const address = new URL(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", form.dataset.from ?? side.dataset.from ?? location.href);
    if (event.defaultPrevented || !isHere(address)) return;
    event.preventDefault();
    const fields = new FormData(form, button);
    if (form.method === "get") {
      address.search = new URLSearchParams(fields);
      return open(address.href);
    }
    open(address.href, { method: "POST", body: new URLSearchParams(fields) }, { isStep: true, fromBar: bar.contains(form) });
  }

  async function open(address, options = {}, { isStep = false, fromBar = false } = {}) {
    const mine = ++asking;
    const answer = await fetch(address, { ...options, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer) return say(side.dataset.trouble);
    const path = new URL(answer.url).pathname;
    // Signed out, or led to a page about something else.
    if (answer.redirected && !isHere(answer.url) && !(isStep && answer.ok && path === location.pathname)) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isStep) document.dispatchEvent(new Event("board:stale"));
    if (mine !== asking && !isStep) return;
    if (path === location.pathname) {
      const moved = page.querySelector("[data-fresh=moved]");
      announce(moved?.querySelector("p") ? moved : page);
      if (!fromBar) close();
      return;
    }
    const reference = path.startsWith(visits) ? decodeURIComponent(path.slice(visits.length).split("/")[0]) : "";
    if (isStep && answer.redirected && answer.ok) {
      announce(page);
      if (!reference) return fromBar ? undefined : close();
    }
    // Taken back from the bar while nothing, or somebody else, is at the side: the day says it.
    if (!fromBar || !answer.ok || reference === chosen) show(page, answer.url, reference);
    else board.querySelector(`[data-reference="${CSS.escape(reference)}"]`)?.focus({ preventScroll: true });
  }

  function show(page, address, reference) {
    const isSame = reference === chosen, before = side.scrollTop;
    const main = page.querySelector("#main");
    side.replaceChildren(...(main ?? page.body).childNodes);
    if (!side.querySelector("[data-close]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "panel-button side-close";
      button.dataset.close = "";
      button.textContent = side.dataset.closeWord;
      side.prepend(button);
    }
    window.htmx?.process(side);
    side.dataset.from = address;
    chosen = reference;
    markChosen();
    showGhost();
    const name = side.querySelector("[autofocus], .error-summary") ?? side.querySelector(".side-name, h1, h2");
    if (name) { if (name.tabIndex < 0) name.tabIndex = -1; name.focus({ preventScroll: true }); }
    side.scrollTop = isSame ? before : 0;
    day.inert = head.inert = COVERS.matches;
  }

  function close() {
    const visit = chosen ? board.querySelector(`[data-reference="${CSS.escape(chosen)}"]`) : null;
    side.replaceChildren();
    chosen = null;
    asking++;
    day.inert = head.inert = false;
    markChosen();
    showGhost();
    (visit?.matches("a") ? visit : visit?.querySelector("a"))?.focus({ preventScroll: true });
  }
  COVERS.addEventListener("change", () => { day.inert = head.inert = COVERS.matches && side.childElementCount > 0; });

  function markChosen() {
    for (const visit of board.querySelectorAll(".visit")) {
      if (chosen && visit.dataset.reference === chosen) visit.setAttribute("aria-current", "true");
      else visit.removeAttribute("aria-current");
    }
  }

  // --- A time that is chosen at the side, on its day ----------------------------------------------------------------

  function showGhost() {
    for (const old of board.querySelectorAll(".visit-ghost-chosen")) old.remove();
    const found = side.querySelector("[data-ghost]"), shown = new URLSearchParams(board.dataset.refresh).get("date");
    if (!found || COVERS.matches) return;
    const { ghost, ghostStart, ghostTherapist, ghostLocation, ghostDay, ghostRows, here } = found.dataset;
    if (ghostDay !== shown) {
      const query = new URLSearchParams({ date: ghostDay, location: ghostLocation, side: here });
      return location.assign(`${location.pathname}?${query}`);
    }
    const column = board.querySelector(`.board-column[data-therapist="${CSS.escape(ghostTherapist)}"]`);
    const begins = Date.parse(board.querySelector("[data-begins]")?.dataset.begins);
    const row = (Date.parse(ghostStart) - begins) / 300_000 + 1;
    if (!column || !(row >= 1)) return;
    const one = document.createElement("p");
    one.setAttribute("aria-hidden", "true");
    one.className = `visit-ghost visit-ghost-chosen r${row} n${ghostRows}`;
    one.textContent = ghost;
    column.append(one);
  }
  // What is chosen there answers there: the page of a start, or its question.
  side.addEventListener("htmx:afterSettle", () => {
    showGhost();
    document.dispatchEvent(new Event("board:stale"));
  });

  // --- What happened, and taking it back ----------------------------------------------------------------------------

  // Stays until the next step: the sentence that the answer says, and its form that takes the step back.
  function announce(page) {
    const said = [...(page?.querySelectorAll(".panel-message-success, .undo-bar p") ?? [])].map((one) => one.textContent.trim());
    if (!said.length) return bar.replaceChildren();
    const words = document.createElement("p");
    words.textContent = said.join(" ");
    const undo = page.querySelector("form[data-undo]")?.cloneNode(true);
    if (undo) undo.dataset.from = location.href;
    bar.replaceChildren(words, ...(undo ? [undo] : []));
    for (const one of page.querySelectorAll(".panel-message-success")) one.remove();
  }

  function say(words) {
    const line = document.createElement("p");
    line.textContent = words;
    bar.replaceChildren(line);
  }

  // --- Who is looked for --------------------------------------------------------------------------------------------

  head.addEventListener("click", (event) => {
    const count = event.target.closest(".board-counts button");
    if (!count || isForElsewhere(event)) return;
    event.preventDefault();
    lookFor(board.dataset.only === count.value ? "" : count.value);
  });

  const only = head.querySelector("[name=only]:is(select)");

  function lookFor(kind) {
    board.dataset.only = kind;
    press();
    for (const link of head.querySelectorAll("a[href*='date=']")) {
      const address = new URL(link.href);
      if (board.dataset.only) address.searchParams.set("only", board.dataset.only);
      else address.searchParams.delete("only");
      link.href = address.href;
    }
  }

  function press() {
    for (const one of head.querySelectorAll(".board-counts button")) {
      one.setAttribute("aria-pressed", String(one.value === (board.dataset.only ?? "")));
    }
    // The same counts as a list, where there is little room.
    for (const one of only?.options ?? []) {
      const count = head.querySelector(`.board-count[data-kind="${one.value}"]`);
      if (count) one.text = `${one.dataset.before ?? ""}${count.lastElementChild.textContent} (${count.querySelector("b").textContent})`;
      one.selected = one.value === (board.dataset.only ?? "");
    }
  }

  // A choice of place or room acts at once.
  const filter = document.querySelector(".board-filter");
  if (filter) {
    filter.querySelector("button").hidden = true;
    filter.addEventListener("change", (event) => event.target === only ? lookFor(only.value) : filter.requestSubmit());
    filter.hidden = !filter.querySelector("select");
  }

  // --- The month ----------------------------------------------------------------------------------------------------

  const month = document.getElementById("month");
  const opener = head.querySelector("[data-month]");
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", "month");

  head.addEventListener("click", (event) => {
    const link = event.target.closest("[data-month]");
    if (!link || isForElsewhere(event)) return;
    event.preventDefault();
    if (link === opener && !month.hidden) closeMonth();
    else openMonth(link.href, link === opener ? "[aria-current]" : `[data-month="${link.dataset.month}"]`);
  });
  document.addEventListener("click", (event) => {
    if (!month.hidden && !event.target.closest(".board-title")) closeMonth({ isLeft: true });
  });
  month.addEventListener("keydown", (event) => {
    const turn = month.querySelector(`[data-month="${event.key}"]`);
    if (turn) {
      event.preventDefault();
      return openMonth(turn.href, ".month-day:not(.month-elsewhere)");
    }
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const days = [...month.querySelectorAll(".month-day")], at = days.indexOf(document.activeElement);
    if (!by || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    days[Math.min(Math.max(at + by, 0), days.length - 1)].focus();
  });

  async function openMonth(address, focus) {
    const answer = await fetch(address).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".month");
    if (!page) return location.assign(address);
    month.replaceChildren(page);
    month.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    (month.querySelector(focus) ?? month.querySelector(".month-day")).focus();
  }

  function closeMonth({ isLeft = false } = {}) {
    month.hidden = true;
    month.replaceChildren();
    opener.setAttribute("aria-expanded", "false");
    if (!isLeft) opener.focus();
  }

  // --- Escape closes what is on top -----------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], .visit-ghost:not(.visit-ghost-chosen)")) return;
    if (!month.hidden) closeMonth();
    else if (side.childElementCount) close();
  });

  for (const name of ["board:block", "board:move"]) document.addEventListener(name, (event) => open(event.detail));
  document.addEventListener("board:fresh", () => { markChosen(); press(); if (side.childElementCount) showGhost(); });

  // Led here from another day, by a time that was chosen at its side.
  const led = new URLSearchParams(location.search).get("side");
  if (led?.startsWith("/") && !PHONE.matches && new URL(led, location.href).origin === location.origin && isHere(led)) open(led);
})();
