"""Signed notes as a PDF: the clinic's head, whose notes they are, then visit after visit."""

import io
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.notes.on_paper import MarkedPlace, NoteOnPaper, NotesOnPaper
from booking.notes.regions import BACK, FRONT, HEIGHT, WIDTH
from booking.notes.wording import Line
from booking.sheets import (
    BLACK,
    BOTTOM,
    GAP,
    GREY,
    HAIR,
    SIDE,
    UNKNOWN,
    Sheet,
    blank_paper,
    draw_head,
    draw_rule,
    draw_text,
    line_height,
    with_letters_we_have,
)

if TYPE_CHECKING:
    from fpdf import FPDF

TEXT, SMALL = 10, 8.5  # points
SCALE = 0.105  # mm for each unit of the drawing of a body
APART = 4  # mm between front and back, and between them and the list
DOT = 1.3  # mm, the radius of a mark


def as_pdf(paper: NotesOnPaper) -> bytes:
    """On A4 or US letter. A letter that no font has is drawn as UNKNOWN, and the end says so."""
    paper, has_unknown = _readable(paper)
    title = _("Notes of visits")
    with blank_paper(paper=paper.paper, title=title, text=f"{paper.text} {UNKNOWN if has_unknown else ''}") as pdf:
        sheet = Sheet(pdf, end=pdf.h - BOTTOM, again=paper.about, size=TEXT)
        draw_head(sheet, paper.clinic, paper.contact)
        sheet.write(title, size=14, is_bold=True)
        sheet.write(paper.about, size=11, is_bold=True)
        for note in paper.notes:
            _draw_note(sheet, note)
        pdf.ln(GAP)
        sheet.write(paper.made, size=SMALL, grey=GREY)
        if has_unknown:
            words = _("%(mark)s: a letter or picture that this file cannot show. It is in the note itself.")
            sheet.write(words % {"mark": UNKNOWN}, size=SMALL, grey=GREY)
        return bytes(pdf.output())


def _readable(paper: NotesOnPaper) -> tuple[NotesOnPaper, bool]:
    """With what the fonts have; and whether anything is missing."""
    if with_letters_we_have(paper.text) == paper.text:
        return paper, False
    return _with_known(paper), True


def _with_known(said: Any) -> Any:
    """The same with `with_letters_we_have` for each text of it; what is in the code's own words has none."""
    if isinstance(said, str):
        return with_letters_we_have(said)
    if isinstance(said, tuple):
        return tuple(map(_with_known, said))
    if is_dataclass(said) and not isinstance(said, type | MarkedPlace):
        return replace(said, **{one.name: _with_known(getattr(said, one.name)) for one in fields(said)})
    return said


def _draw_note(sheet: Sheet, note: NoteOnPaper) -> None:
    pdf = sheet.pdf
    pdf.ln(GAP)
    # The head of a visit is not left alone at the end of a page.
    sheet.make_room(8 * line_height(TEXT))
    pdf.set_draw_color(HAIR)
    draw_rule(pdf, SIDE, pdf.w - SIDE)
    pdf.set_draw_color(BLACK)
    pdf.ln(2)
    sheet.write(note.when, size=11, is_bold=True)
    sheet.write(note.what, grey=GREY)
    pdf.ln(1)
    _draw_lines(sheet, note.before)
    if note.places:
        _draw_places(sheet, note.places)
    _draw_lines(sheet, note.after)
    sheet.write(note.signed, size=SMALL, grey=GREY)
    if note.added:
        pdf.ln(1)
        sheet.write(_("Added later"), is_bold=True)
        _draw_lines(sheet, note.added)


def _draw_lines(sheet: Sheet, lines: Sequence[Line]) -> None:
    for line in lines:
        sheet.make_room(2 * line_height(TEXT))
        sheet.write(str(line.words), size=SMALL, grey=GREY)
        sheet.write(line.text)
        sheet.pdf.ln(1)


def _draw_places(sheet: Sheet, places: Sequence[MarkedPlace]) -> None:
    """Both sides of a body with numbers on it, and beside them the same as a list."""
    pdf, width, height = sheet.pdf, WIDTH * SCALE, HEIGHT * SCALE
    sheet.make_room(line_height(SMALL) + max(height, len(places) * line_height(TEXT)) + GAP)
    sheet.write(_("Where"), size=SMALL, grey=GREY)
    top = pdf.get_y()
    for number, side in enumerate((FRONT, BACK)):
        left = SIDE + number * (width + APART)
        drawing = render_to_string(f"drawings/body_{side}.svg").replace("currentColor", "#5f5f5f")
        pdf.image(io.BytesIO(drawing.encode()), x=left, y=top, w=width, h=height)
        for count, place in enumerate(places, start=1):
            if place.region.side == side:
                _draw_mark(pdf, place, count, x=left + place.region.x * SCALE, y=top + place.region.y * SCALE)
    beside = SIDE + 2 * (width + APART)
    pdf.set_y(top)
    for count, place in enumerate(places, start=1):
        pdf.set_x(beside)
        draw_text(pdf, f"{count}. {place.words}", size=TEXT, width=pdf.w - SIDE - beside)
    pdf.set_y(max(pdf.get_y(), top + height) + 1)


def _draw_mark(pdf: "FPDF", place: MarkedPlace, count: int, *, x: float, y: float) -> None:
    """A disc, a ring or a square, as on the page, with the number of the list in it."""
    is_filled = place.kind.mark == "disc"
    pdf.set_fill_color(60 if is_filled else 255)
    shape = pdf.rect if place.kind.mark == "square" else pdf.ellipse
    shape(x - DOT, y - DOT, 2 * DOT, 2 * DOT, style="DF")
    pdf.set_font("font0", size=5)
    pdf.set_text_color(255 if is_filled else BLACK)
    pdf.set_xy(x - DOT, y - DOT)
    pdf.cell(2 * DOT, 2 * DOT, str(count), align="C")
