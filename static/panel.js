// The board: refreshes itself without taking the focus, and lets a visit be dragged. Everything works without it.
"use strict";

(() => {
  const REFRESH_MS = 60_000;
  const ROW_PX = 8;
  const ROWS_A_STEP = 3; // a quarter of an hour
  const DRAG_PX = 6;

  const board = document.getElementById("board");
  if (!board) return;

  let drag = null;

  async function refresh() {
    if (drag || document.hidden || board.contains(document.activeElement)) return;
    const answer = await fetch(board.dataset.refresh, { headers: { "X-Refresh": "1" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("board");
    const scroller = board.querySelector(".board-scroll");
    const place = scroller && [scroller.scrollLeft, scroller.scrollTop];
    if (!fresh) return;
    board.replaceChildren(...fresh.childNodes);
    const moved = board.querySelector(".board-scroll");
    if (place && moved) [moved.scrollLeft, moved.scrollTop] = place;
    window.htmx?.process(board);
  }
  setInterval(() => refresh().catch(() => {}), REFRESH_MS);

  board.addEventListener("pointerdown", (event) => {
    const visit = event.target.closest(".visit-booked, .visit-requested");
    if (!visit || event.button !== 0 || event.pointerType === "touch") return;
    drag = { visit, x: event.clientX, y: event.clientY, moving: false };
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

  function drop({ visit, y }, column, event) {
    const rows = Math.round((event.clientY - y) / ROW_PX / ROWS_A_STEP) * ROWS_A_STEP;
    const start = new Date(Date.parse(visit.dataset.start) + rows * 300_000);
    const values = { start: start.toISOString(), therapist: column.dataset.therapist, seen_event: visit.dataset.event, tell_client: "on" };
    const form = document.getElementById("drag-form");
    if (!form) return;
    form.action = visit.dataset.move;
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    form.submit();
  }
})();
