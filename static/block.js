// Time that is drawn in a column becomes a block: the form of time off, filled in, at the side of the day. By keyboard, and
// without this, "Block" above a column leads to the same form.
"use strict";

(() => {
  const ROW_MS = 300_000;
  const ROWS_A_STEP = 3; // a quarter of an hour
  const DRAG_PX = 6;

  const board = document.getElementById("board");
  const blocks = document.getElementById("side")?.dataset.blocks;
  if (!board || !blocks) return;
  let drawn = null;

  board.addEventListener("pointerdown", (event) => {
    const column = event.target.closest(".board-column");
    const isFree = event.target.matches(".board-column, .board-line, .board-gap, .board-gap *, .board-break, .board-break *");
    if (!column || !isFree || event.button !== 0 || event.pointerType === "touch" || !column.dataset.begins) return;
    drawn = { column, y: event.clientY, on: event.target };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drawn || (!drawn.ghost && Math.abs(event.clientY - drawn.y) < DRAG_PX)) return;
    event.preventDefault();
    if (!drawn.ghost) {
      drawn.ghost = document.createElement("p");
      drawn.ghost.setAttribute("aria-hidden", "true");
      drawn.column.append(drawn.ghost);
    }
    [drawn.first, drawn.rows] = stretch(event.clientY);
    drawn.ghost.className = `visit-ghost r${drawn.first + 1} n${drawn.rows}`;
    drawn.ghost.textContent = `${clock(drawn.first)} – ${clock(drawn.first + drawn.rows)}`;
  });

  document.addEventListener("pointerup", () => {
    const ended = drawn;
    drawn = null;
    if (!ended?.ghost) return;
    ended.ghost.remove();
    // The click that follows must not book the gap that was drawn over.
    addEventListener("click", (click) => { if (ended.on.contains(click.target)) { click.preventDefault(); click.stopImmediatePropagation(); } }, { once: true, capture: true });
    const { column, first, rows } = ended;
    const query = new URLSearchParams({
      therapist: column.dataset.therapist,
      location: column.dataset.location,
      first_day: day(column, first), first_time: clock(first, column),
      last_day: day(column, first + rows), last_time: clock(first + rows, column),
    });
    document.dispatchEvent(new CustomEvent("board:block", { detail: `${blocks}?${query}` }));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawn?.ghost) return;
    event.preventDefault();
    drawn.ghost.remove();
    drawn = null;
  });

  function stretch(y) {
    const top = drawn.column.getBoundingClientRect().top;
    const height = parseFloat(getComputedStyle(board.querySelector(".board-hours")).gridTemplateRows);
    const [from, to] = [drawn.y, y].map((one) => (one - top) / height / ROWS_A_STEP).sort((one, other) => one - other);
    const first = Math.max(Math.floor(from), 0) * ROWS_A_STEP;
    return [first, Math.max(Math.ceil(to) * ROWS_A_STEP - first, ROWS_A_STEP)];
  }

  function moment(row, column) {
    return new Date(Date.parse(column.dataset.begins) + row * ROW_MS);
  }

  // By the wall of the place, as the fields take it.
  function clock(row, column = drawn.column) {
    return moment(row, column).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: board.dataset.zone });
  }

  function day(column, row) {
    return moment(row, column).toLocaleDateString("sv-SE", { timeZone: board.dataset.zone });
  }
})();
