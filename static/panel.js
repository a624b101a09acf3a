// The board: refreshes itself without taking the focus, opens a visit beside it, and lets a visit be dragged. Everything
// works without it.
"use strict";

(() => {
  const REFRESH_MS = 60_000;
  const ROW_PX = parseFloat(getComputedStyle(document.documentElement).fontSize) / 2; // 0.5rem, as in panel.css
  const ROWS_A_STEP = 3; // a quarter of an hour
  const DRAG_PX = 6;
  const BESIDE = matchMedia("(min-width: 75rem)"); // wide enough for the visit beside the board

  const board = document.getElementById("board");
  if (!board) return;

  const side = document.getElementById("side");
  const stale = document.getElementById("board-stale");
  let drag = null;
  let chosen = null; // the reference of the visit beside the board

  // --- Refreshing ---------------------------------------------------------------------------------------------------

  async function refresh() {
    if (drag || document.hidden) return;
    const answer = await fetch(board.dataset.refresh, { headers: { "X-Refresh": "1" } });
    // Signed out, or no part in the clinic any more: nothing about persons stays on the screen.
    if (answer.redirected || answer.status === 403) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (drag) return;
    for (const old of document.querySelectorAll("[data-fresh]")) {
      const fresh = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
      if (fresh) replace(old, fresh);
    }
    markChosen();
    if (stale) stale.hidden = true;
  }

  function refreshOrSay() {
    refresh().catch(() => { if (stale) stale.hidden = false; });
  }
  setInterval(refreshOrSay, REFRESH_MS);
  document.addEventListener("visibilitychange", refreshOrSay);

  // The new content, with focus and scroll where they were.
  function replace(old, fresh) {
    const findAgain = old.contains(document.activeElement) ? signOf(document.activeElement) : null;
    const places = scrollers(old).map((one) => [one.scrollLeft, one.scrollTop]);
    old.replaceChildren(...fresh.childNodes);
    scrollers(old).forEach((one, number) => { if (places[number]) [one.scrollLeft, one.scrollTop] = places[number]; });
    window.htmx?.process(old);
    if (findAgain) (findAgain(old) ?? old.querySelector(".board-scroll") ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  function scrollers(within) {
    return [...within.querySelectorAll(".board-scroll, .panel-scroll")];
  }

  // How to find the same thing in the new content: a visit by its address, a gap by its place in the column.
  function signOf(element) {
    const scroller = [".board-scroll", ".panel-scroll"].find((one) => element.matches(one));
    if (scroller) return (within) => within.querySelector(scroller);
    const column = element.closest(".board-column");
    if (element.matches(".board-gap") && column) {
      const number = [...column.querySelectorAll(".board-gap")].indexOf(element);
      return (within) => within.querySelectorAll(`.board-column[data-therapist="${column.dataset.therapist}"] .board-gap`)[number];
    }
    const address = element.getAttribute("href");
    return (within) => [...within.querySelectorAll("a")].find((one) => one.getAttribute("href") === address && one.getClientRects().length);
  }

  // --- The chosen visit ---------------------------------------------------------------------------------------------

  function markChosen() {
    for (const visit of board.querySelectorAll(".visit")) {
      if (chosen && visit.dataset.reference === chosen) visit.setAttribute("aria-current", "true");
      else visit.removeAttribute("aria-current");
    }
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const visit = event.target.closest(".visit");
    if (!visit || BESIDE.matches) return;
    event.preventDefault();
    location.assign(visit.href);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== side) return;
    chosen = event.detail.requestConfig.elt.dataset.reference ?? null;
    markChosen();
    const name = side.querySelector(".side-name");
    if (name) { name.tabIndex = -1; name.focus({ preventScroll: true }); }
    side.scrollTop = 0;
  });
  side?.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    const visit = board.querySelector('.visit[aria-current="true"]');
    side.replaceChildren();
    chosen = null;
    markChosen();
    visit?.focus({ preventScroll: true });
  });

  // --- The hour of now, in sight ------------------------------------------------------------------------------------

  const now = board.querySelector(".board-now");
  const scroller = board.querySelector(".board-scroll");
  if (now && scroller) scroller.scrollTop = now.offsetTop - scroller.clientHeight / 3;

  // --- Dragging -----------------------------------------------------------------------------------------------------

  board.addEventListener("pointerdown", (event) => {
    const visit = event.target.closest(".visit-booked, .visit-requested");
    if (!visit || event.button !== 0 || event.pointerType === "touch") return;
    drag = { visit, x: event.clientX, y: event.clientY, scrolled: scrolled(), moving: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moving && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
    drag.moving = true;
    event.preventDefault();
    drag.visit.classList.add("visit-dragged");
    const column = columnAt(event);
    for (const one of board.querySelectorAll(".board-column")) one.classList.toggle("board-column-target", one === column);
  });
  document.addEventListener("pointerup", (event) => {
    const ended = drag;
    drag = null;
    if (!ended?.moving) return;
    ended.visit.classList.remove("visit-dragged");
    const column = columnAt(event);
    for (const one of board.querySelectorAll(".board-column")) one.classList.remove("board-column-target");
    // The click that follows a drag must not open the visit.
    ended.visit.addEventListener("click", (click) => { click.preventDefault(); click.stopImmediatePropagation(); }, { once: true, capture: true });
    if (column) drop(ended, column, event);
  });
  board.addEventListener("dragstart", (event) => event.preventDefault());

  function columnAt(event) {
    return document.elementsFromPoint(event.clientX, event.clientY).map((one) => one.closest(".board-column")).find(Boolean);
  }

  function scrolled() {
    return board.querySelector(".board-scroll")?.scrollTop ?? 0;
  }

  function drop({ visit, y, scrolled: before }, column, event) {
    const rows = Math.round((event.clientY - y + scrolled() - before) / ROW_PX / ROWS_A_STEP) * ROWS_A_STEP;
    const start = new Date(Date.parse(visit.dataset.start) + rows * 300_000);
    const values = { start: start.toISOString(), therapist: column.dataset.therapist, seen_event: visit.dataset.event, tell_client: "on" };
    const form = document.getElementById("drag-form");
    if (!form) return;
    form.action = visit.dataset.move;
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    form.submit();
  }
})();
