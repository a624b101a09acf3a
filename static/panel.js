// The board: refreshes itself without taking the focus, and lets a visit be dragged. Everything works without it.
"use strict";

(() => {
  const REFRESH_MS = 60_000;
  const ROWS_A_STEP = 3; // a quarter of an hour
  const DRAG_PX = 6;
  const NARROW = matchMedia("(max-width: 39.99rem)"); // as in panel.css: too narrow for columns

  const board = document.getElementById("board");
  if (!board) return;

  const stale = document.getElementById("board-stale");
  let drag = null;

  // --- Refreshing ---------------------------------------------------------------------------------------------------

  let mark = board.dataset.mark; // of the state of things that is shown

  async function refresh() {
    if (drag || document.hidden) return;
    const address = new URL(board.dataset.refresh, location.href);
    address.searchParams.set("view", wanted());
    const headers = { "X-Refresh": "1", ...(wanted() === shown() && mark ? { "If-None-Match": mark } : {}) };
    const answer = await fetch(address, { headers });
    // Signed out, or no part in the clinic any more: nothing about persons stays on the screen.
    if (answer.redirected || answer.status === 403) return location.reload();
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (drag) return;
      for (const old of document.querySelectorAll("[data-fresh]")) {
        const fresh = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
        if (fresh) replace(old, fresh);
      }
      mark = answer.headers.get("ETag");
      document.dispatchEvent(new Event("board:fresh"));
    }
    showNow(new Date(answer.headers.get("Date") ?? Date.now()));
    if (stale) stale.hidden = true;
  }

  function shown() {
    return board.querySelector("[data-view]")?.dataset.view;
  }

  // Where nobody has chosen, the width of the screen does.
  function wanted() {
    if (!("byWidth" in board.dataset)) return shown();
    return NARROW.matches ? "table" : "board";
  }

  // Nothing else has changed: only the minute, by the server's clock.
  function showNow(moment) {
    for (const one of board.querySelectorAll("[data-now]")) one.textContent = clock(moment);
    const begins = Date.parse(board.querySelector("[data-begins]")?.dataset.begins);
    const row = Math.floor((moment - begins) / 300_000) + 1;
    for (const one of board.querySelectorAll(".board-now, .board-now-label")) {
      one.className = one.className.replace(/\br\d+\b/, `r${row}`);
    }
  }

  function refreshOrSay() {
    refresh().catch(() => { if (stale) stale.hidden = false; });
  }
  setInterval(refreshOrSay, REFRESH_MS);
  document.addEventListener("visibilitychange", refreshOrSay);
  document.addEventListener("board:stale", refreshOrSay);
  const fitWidth = () => { if (wanted() !== shown()) refreshOrSay(); };
  NARROW.addEventListener("change", fitWidth);
  fitWidth();

  // The new content, with focus and scroll where they were.
  function replace(old, fresh) {
    const findAgain = old.contains(document.activeElement) ? signOf(document.activeElement) : null;
    const places = scrollers(old).map((one) => [one.scrollLeft, one.scrollTop]);
    const answered = answersIn(old);
    old.replaceChildren(...fresh.childNodes);
    answerAgain(old, answered);
    window.htmx?.process(old);
    scrollers(old).forEach((one, number) => { if (places[number]) [one.scrollLeft, one.scrollTop] = places[number]; });
    if (findAgain) (findAgain(old) ?? old.querySelector(".board-scroll") ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  // What was answered, but not sent yet, of the same visit.
  function answersIn(within) {
    const form = within.querySelector("form[data-asks]");
    return form && { to: form.getAttribute("action"), answers: [...form.querySelectorAll("input:checked")].map((one) => [one.name, one.value]) };
  }

  function answerAgain(within, before) {
    const form = within.querySelector("form[data-asks]");
    if (!form || form.getAttribute("action") !== before?.to) return;
    for (const one of form.querySelectorAll("[type=radio], [type=checkbox]")) {
      one.checked = before.answers.some(([name, value]) => name === one.name && value === one.value);
    }
  }

  function scrollers(within) {
    return [...within.querySelectorAll(".board-scroll, .panel-scroll")];
  }

  // How to find the same thing in the new content: a visit by its address, a gap by its place in the column.
  function signOf(element) {
    const scroller = [".board-scroll", ".panel-scroll"].find((one) => element.matches(one));
    if (scroller) return (within) => within.querySelector(scroller);
    // A step that was taken here: on to the next one.
    const own = element.closest(".next-client form, .day-again");
    if (own) {
      const { name, value } = element;
      return (within) => (name && within.querySelector(`[name="${name}"][value="${value}"]`)) || within.querySelector(".next-client .panel-primary") || within.querySelector(".note-owed, .next-client a");
    }
    const column = element.closest(".board-column");
    if (element.matches(".board-gap") && column) {
      const number = [...column.querySelectorAll(".board-gap")].indexOf(element);
      return (within) => within.querySelectorAll(`.board-column[data-therapist="${column.dataset.therapist}"] .board-gap`)[number];
    }
    const address = element.getAttribute("href");
    return (within) => [...within.querySelectorAll("a")].find((one) => one.getAttribute("href") === address && one.getClientRects().length);
  }

  // --- The hour of now, in sight ------------------------------------------------------------------------------------

  const now = board.querySelector(".board-now");
  const scroller = board.querySelector(".board-scroll");
  if (now && scroller) scroller.scrollTop = now.offsetTop - scroller.clientHeight / 3;
  // After a move, where the visit is now.
  const moved = new URLSearchParams(location.search).get("moved");
  const there = moved && board.querySelector(`.visit[data-reference="${CSS.escape(moved)}"]`);
  if (there && scroller) scroller.scrollTop = there.offsetTop - scroller.clientHeight / 3;

  // --- Dragging -----------------------------------------------------------------------------------------------------

  // A drag shows where the visit would go; the drop asks. Nothing moves before a press.
  const said = document.getElementById("drag-words")?.content;
  const say = (what) => said?.querySelector(`[data-${what}]`)?.textContent ?? "";

  board.addEventListener("pointerdown", (event) => {
    const visit = event.target.closest(".visit-booked, .visit-requested");
    if (!said || !visit || event.button !== 0 || event.pointerType === "touch") return;
    drag = { visit, x: event.clientX, y: event.clientY, scrolled: scrolled(), moving: false, targets: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moving && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
    if (!drag.moving) begin(drag);
    event.preventDefault();
    show(drag, columnAt(event), event);
  });
  document.addEventListener("pointerup", (event) => {
    const ended = drag;
    drag = null;
    if (!ended?.moving) return;
    const column = columnAt(event);
    clear(ended);
    // The click that follows a drag must not open the visit.
    ended.visit.addEventListener("click", (click) => { click.preventDefault(); click.stopImmediatePropagation(); }, { once: true, capture: true });
    if (column) ask(ended, column, startAt(ended, event));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag?.moving) return;
    clear(drag);
    drag = null;
  });
  board.addEventListener("dragstart", (event) => event.preventDefault());

  function begin(one) {
    one.moving = true;
    one.visit.classList.add("visit-dragged");
    one.ghost = document.createElement("p");
    one.ghost.setAttribute("aria-hidden", "true");
    fetch(one.visit.dataset.targets)
      .then((answer) => answer.json())
      .then(({ targets }) => {
        one.targets = new Map(targets.map((target) => [`${Date.parse(target.start)} ${target.therapist}`, target.words]));
        one.redraw?.();
      })
      .catch(() => { one.targets = null; });
  }

  // The target in its column: time, therapist and room where the visit can go, else that it can't.
  function show(one, column, event) {
    for (const other of board.querySelectorAll(".board-column")) other.classList.toggle("board-column-target", other === column);
    if (!column) return one.ghost.remove();
    const start = startAt(one, event);
    const row = Number(one.visit.dataset.row) + (start - Date.parse(one.visit.dataset.start)) / 300_000;
    one.redraw = () => {
      const words = one.targets?.get(`${start.getTime()} ${column.dataset.therapist}`);
      const name = document.getElementById(column.getAttribute("aria-labelledby"))?.textContent;
      one.ghost.textContent = words ?? `${clock(start)}, ${name}: ${one.targets ? say("not-free") : say("looking")}`;
      one.ghost.className = `visit-ghost${words || !one.targets ? "" : " visit-ghost-not"} r${Math.max(1, row)} n${one.visit.dataset.rows}`;
    };
    one.redraw();
    if (one.ghost.parentElement !== column) column.append(one.ghost);
  }

  function clear(one) {
    one.visit.classList.remove("visit-dragged");
    one.ghost.remove();
    for (const column of board.querySelectorAll(".board-column")) column.classList.remove("board-column-target");
  }

  function columnAt(event) {
    return document.elementsFromPoint(event.clientX, event.clientY).map((one) => one.closest(".board-column")).find(Boolean);
  }

  function scrolled() {
    return board.querySelector(".board-scroll")?.scrollTop ?? 0;
  }

  // Five minutes, as the stylesheet fits them to the screen.
  function rowHeight() {
    return parseFloat(getComputedStyle(board.querySelector(".board-hours")).gridTemplateRows);
  }

  function startAt({ visit, y, scrolled: before }, event) {
    const rows = Math.round((event.clientY - y + scrolled() - before) / rowHeight() / ROWS_A_STEP) * ROWS_A_STEP;
    return new Date(Date.parse(visit.dataset.start) + rows * 300_000);
  }

  // By the wall of the place: its offset stands in the visit's own start.
  function clock(start) {
    const hour12 = "twelveHours" in board.dataset;
    const hour = hour12 ? "numeric" : "2-digit";
    return start.toLocaleTimeString("en-GB", { hour, minute: "2-digit", hour12, timeZone: board.dataset.zone });
  }

  // The side asks, with the move filled in.
  function ask({ visit }, column, start) {
    if (start.getTime() === Date.parse(visit.dataset.start) && visit.closest(".board-column") === column) return;
    const query = new URLSearchParams({ start: start.toISOString(), therapist: column.dataset.therapist, back: "board" });
    document.dispatchEvent(new CustomEvent("board:move", { detail: `${visit.dataset.move}?${query}` }));
  }
})();
