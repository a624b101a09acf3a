// What is wrong with the layout of the page as it stands, in words; for tests/browser/measures.py.
() => {
  const root = document.documentElement;
  const faults = [];
  const short = (part) => part.outerHTML.slice(0, 90);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Nothing scrolls sideways but a box of its own, which has a name and can be reached by keyboard.
  if (root.scrollWidth > root.clientWidth) {
    const isWide = (part) => part.getBoundingClientRect().right > root.clientWidth + 1;
    const wide = all("body *").filter((part) => isWide(part) && ![...part.children].some(isWide));
    faults.push(`scrolls sideways: ${wide.slice(0, 3).map(short)}`);
  }
  for (const part of all("body *:not(textarea, select, svg, svg *)")) {
    if (part.scrollWidth <= part.clientWidth + 1 || part.clientWidth <= 1) continue;
    const { overflowX, textOverflow } = getComputedStyle(part);
    const name = part.ariaLabel || part.getAttribute("aria-labelledby");
    if (/auto|scroll/.test(overflowX) && !(part.tabIndex >= 0 && part.role && name)) {
      faults.push(`scrolls without a name or the focus: ${short(part)}`);
    }
    if (/hidden|clip/.test(overflowX) && textOverflow !== "ellipsis" && part.textContent.trim() && !part.matches(".hero")) {
      faults.push(`is cut off: ${short(part)}`);
    }
  }

  // What is to be pressed is large enough. A place on the drawing of a body may be small: the list below it has them all.
  const alone = "button, .btn, label.choice, label.option, a.option, .site-header a, .site-footer a, .change a, .back a, "
    + ".actions > a, summary, input.form-control, select, .reason > p > a, .panel-button, .panel-nav a, .panel-table a";
  for (const part of all(alone)) {
    const box = part.getBoundingClientRect();
    if (box.width > 0 && box.height > 0 && box.height < 43.5 && !part.closest(".field-trap, [aria-hidden=true], .note-spot")) {
      faults.push(`${Math.round(box.height)} px high: ${short(part)}`);
    }
  }

  // Nothing is one letter wide: no word is broken that half of the screen would hold, and none into crumbs.
  const range = document.createRange();
  const linesOf = (node, from, to) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    return { count: new Set(boxes.map((box) => Math.round(box.top))).size, width: boxes.reduce((sum, box) => sum + box.width, 0) };
  };
  const isOutOfSight = (part) => part !== null && (getComputedStyle(part).clipPath === "inset(50%)" || part.matches(".visually-hidden") || isOutOfSight(part.parentElement));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.data.trim() || linesOf(node, 0, node.length).count < 2) continue;
    if (node.parentElement.closest(".field-trap, script, style, svg, option") || isOutOfSight(node.parentElement)) continue;
    // An address counts as one word; others may break behind a dash or a stroke.
    for (const { 0: word, index } of node.data.matchAll(/\S*:\/\/\S*|[^\s\u00ad\u200b–—/-]+/g)) {
      const { count, width } = linesOf(node, index, index + word.length);
      if (count > 1 && (width <= root.clientWidth / 2 || word.length / count < 4)) {
        faults.push(`"${word.slice(0, 30)}" is broken over ${count} lines: ${short(node.parentElement)}`);
      }
    }
  }

  // Where colours are forced, a ground or a shadow says nothing: what they mark has another border, outline or glyph too.
  if (matchMedia("(forced-colors: active)").matches) {
    const shape = (part) => {
      const style = getComputedStyle(part);
      const box = part.querySelector(".box");
      const { width, height } = box?.getBoundingClientRect() ?? { width: 0, height: 0 };
      const glyph = box && width > 1 && height > 1 && getComputedStyle(box).appearance !== "none" ? box.checked : null;
      return [style.border, style.borderWidth, style.borderColor, style.outlineStyle, glyph].join(" ");
    };
    const pairs = [
      ...[".choice", ".option"].map((kind) => [`${kind}:has(:checked)`, `${kind}:has(.box):not(:has(:checked))`]),
      ...["a.option", ".start", ".panel-nav a"].map((kind) => [`${kind}[aria-current]`, `${kind}:not([aria-current])`]),
      ...["arrived", "in_treatment", "completed", "no_show"].map((state) => [`.visit-${state}`, ".visit-booked"]),
    ];
    const seen = (selector) => all(selector).filter((part) => part.getClientRects().length);
    for (const [marked, plain] of pairs) {
      const shapes = seen(plain).map(shape);
      for (const part of seen(marked)) {
        if (shapes.includes(shape(part))) faults.push(`looks like ${plain}: ${short(part)}`);
      }
    }
  }
  return faults;
}
