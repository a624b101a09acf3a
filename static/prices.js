// The price table is put in order by its handles: a drop presses the row's own button, for as many places as it was moved.
"use strict";

(() => {
  const table = document.querySelector("table.prices");
  if (!table) return;
  let drag = null;

  const rows = () => [...table.tBodies[0].rows];

  function mark(over, isBelow) {
    for (const row of rows()) {
      row.classList.toggle("is-above", row === over && !isBelow);
      row.classList.toggle("is-below", row === over && isBelow);
    }
  }

  function end() {
    mark(null);
    drag?.row.classList.remove("is-dragged");
    drag = null;
  }

  for (const handle of table.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      const row = handle.closest("tr");
      drag = { row, from: rows().indexOf(row), by: 0 };
      row.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!drag) return;
      // How many of the others have their middle above the pointer: that is its new place.
      const others = rows().filter((row) => row !== drag.row);
      const to = others.filter((row) => middle(row) < event.clientY).length;
      drag.by = to - drag.from;
      mark(drag.by === 0 ? null : others[to] ?? others.at(-1), to === others.length);
    });
    handle.addEventListener("pointerup", () => {
      const { row, by } = drag ?? { by: 0 };
      end();
      if (by === 0) return;
      const button = row.querySelector("button[name=move]");
      button.value = `${button.value.split(" ")[0]} ${by}`;
      button.form.requestSubmit(button);
    });
    handle.addEventListener("pointercancel", end);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });

  function middle(row) {
    const { top, height } = row.getBoundingClientRect();
    return top + height / 2;
  }
})();
