"""The letter to a physician as a PDF, in any script that the fonts know. The slip stays whole on the first page."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from booking.intake.referral_letter import Letter
from booking.sheets import (
    BLACK,
    BOLD,
    BOTTOM,
    GAP,
    GREY,
    HAIR,
    SIDE,
    TOP,
    Sheet,
    blank_paper,
    draw_head,
    draw_rule,
    draw_text,
    line_height,
)
from booking.wording.answers import Answered

if TYPE_CHECKING:
    from fpdf import FPDF


@dataclass(frozen=True)
class Sizes:
    """In points: the letter's text, and the other answers."""

    text: float
    answers: float


# The first with which the letter goes on one page is taken; the last one in any case.
USUAL, SMALL = (Sizes(11, 9), Sizes(10, 9), Sizes(9.5, 8)), (Sizes(10, 8), Sizes(9, 8), Sizes(8, 8))


def as_pdf(letter: Letter) -> bytes:
    """The letter on A4 or US letter. Raises CannotWrite for letters that no font has."""
    with _blank(letter) as pdf:
        slip_height = _draw_slip(pdf, letter, top=TOP) - TOP
    drawn = b""
    for sizes in SMALL if letter.is_small else USUAL:
        with _blank(letter) as pdf:
            slip_top = pdf.h - BOTTOM - slip_height
            _draw_slip(pdf, letter, top=slip_top)
            sheet = Sheet(pdf, end=slip_top - 2, again=letter.about, size=sizes.text)
            draw_head(sheet, letter.clinic, letter.contact)
            _body(sheet, letter, size_of_answers=sizes.answers)
            drawn = bytes(pdf.output())
            if pdf.pages_count == 1:
                break
    return drawn


def _blank(letter: Letter) -> AbstractContextManager["FPDF"]:
    return blank_paper(paper=letter.paper, title=_("Letter to a physician"), text=_text_of(letter))


def _body(sheet: Sheet, letter: Letter, *, size_of_answers: float) -> None:
    pdf, size = sheet.pdf, sheet.size
    top = pdf.get_y()
    draw_text(pdf, letter.day, size=size, width=sheet.width, align="R")
    pdf.set_xy(SIDE, top)
    sheet.write(_("To the doctor of the person named below"))
    pdf.ln(GAP)
    sheet.write(_("Re: %(person)s") % {"person": letter.about}, is_bold=True)
    sheet.write(_("Our case %(case)s") % {"case": letter.case}, is_bold=True)
    pdf.ln(GAP)
    sheet.write(_("Dear Doctor,"))
    pdf.ln(GAP - 1)
    sheet.write(letter.opening)
    pdf.ln(1)
    for row in letter.found:
        _finding(sheet, row)
    pdf.ln(GAP - 1)
    sheet.write(letter.question)
    _thanks_after(sheet, letter)
    if letter.shared:
        pdf.ln(GAP)
        sheet.make_room(2 * line_height(size_of_answers) + GAP)
        sheet.write(_("Other answers, shared by choice"), size=max(size_of_answers, 9), is_bold=True)
        pdf.ln(1)
        _table(sheet, letter.shared, size=size_of_answers)


def _finding(sheet: Sheet, row: Answered) -> None:
    """A bullet, the label, then what was ticked in bold."""
    pdf, size = sheet.pdf, sheet.size
    label = f"{row.question}: "
    sheet.make_room(sheet.height_of(f"{label}{row.answer}", size=size, width=sheet.width - 5) + line_height(size))
    pdf.set_font("font0", size=size)
    pdf.set_text_color(BLACK)
    pdf.set_x(SIDE + 1)
    pdf.cell(4, line_height(size), "•")
    left = pdf.l_margin
    pdf.set_left_margin(SIDE + 5)
    pdf.set_x(SIDE + 5)
    pdf.write(line_height(size), label)
    with pdf.local_context(**BOLD):
        pdf.write(line_height(size), row.answer)
    pdf.ln(line_height(size) + 0.6)
    pdf.set_left_margin(left)
    pdf.set_x(left)


def _table(sheet: Sheet, rows: Sequence[Answered], *, size: float) -> None:
    """Label and answer, twice beside each other; no row is torn in two by a page's end."""
    pdf, gap = sheet.pdf, 3.0
    column = (sheet.width - 3 * gap) / 4
    for number in range(0, len(rows), 2):
        cells = [text for row in rows[number : number + 2] for text in (row.question, row.answer)]
        height = max(sheet.height_of(text, size=size, width=column) for text in cells) + 1.6
        sheet.make_room(height)
        top = pdf.get_y()
        for place, text in enumerate(cells):
            pdf.set_xy(SIDE + place * (column + gap), top + 0.8)
            is_answer = bool(place % 2)
            draw_text(pdf, text, size=size, width=column, is_bold=is_answer, grey=BLACK if is_answer else GREY)
        pdf.set_y(top + height)
        pdf.set_draw_color(HAIR)
        draw_rule(pdf, SIDE, pdf.w - SIDE)
        pdf.set_draw_color(BLACK)


def _thanks_after(sheet: Sheet, letter: Letter) -> None:
    pdf = sheet.pdf
    pdf.ln(GAP)
    sheet.write(_("With thanks, %(clinic)s") % {"clinic": letter.clinic})
    pdf.ln(0.5)
    sheet.write(letter.made_by, size=8, grey=GREY)


# --- The slip ---------------------------------------------------------------------------------------------------------

SLIP = 10  # its type, in points


def _draw_slip(pdf: "FPDF", letter: Letter, *, top: float) -> float:
    """What the physician fills in, from `top` on. Where it ends."""
    left, right = SIDE + 5, pdf.w - SIDE - 5
    _cutting_line(pdf, top)
    pdf.set_xy(left, top + 8)
    draw_text(pdf, letter.about, size=12, width=(right - left) * 0.7, is_bold=True)
    below = pdf.get_y()
    pdf.set_xy(right - (right - left) * 0.28, top + 8)
    case = _("Case %(case)s") % {"case": letter.case}
    draw_text(pdf, case, size=SLIP, width=(right - left) * 0.28, is_bold=True, align="R")
    pdf.set_y(max(below, pdf.get_y()) + 1.5)
    for label, words in ((_("Massage at present is"), letter.verdicts), (_("Suitable kinds"), letter.treatments)):
        pdf.set_x(left)
        draw_text(pdf, label, size=SLIP, width=right - left, is_bold=True)
        _boxes(pdf, words, left=left, right=right)
    pdf.ln(2)
    _to_fill_in(pdf, (_("Please avoid"),), left=left, right=right)
    _to_fill_in(pdf, (_("Valid until"), _("Please phone me:")), left=left, right=right)
    pdf.ln(2.5)
    _to_fill_in(pdf, (_("Name, signature, stamp"), _("Date")), left=left, right=right, share=0.65)
    pdf.set_draw_color(HAIR)
    draw_rule(pdf, left, right)
    pdf.set_draw_color(BLACK)
    pdf.ln(1.5)
    foot = pdf.get_y()
    pdf.set_x(left)
    back = _("Return to %(address)s") % {"address": letter.return_to}
    draw_text(pdf, back, size=8.5, width=(right - left) * 0.6)
    below = pdf.get_y()
    pdf.set_xy(left + (right - left) * 0.64, foot)
    give = "\n".join(line for line in (letter.email, _("or give it to your patient")) if line)
    draw_text(pdf, give, size=8.5, width=(right - left) * 0.36, align="R")
    end = max(below, pdf.get_y()) + 2.5
    pdf.rect(SIDE, top + 5, pdf.w - 2 * SIDE, end - top - 5, round_corners=True, corner_radius=1.5)
    return end


def _cutting_line(pdf: "FPDF", top: float) -> None:
    """Dashes, and what to do with them in the middle."""
    words = _("Reply slip: cut here, or send the whole page")
    pdf.set_font("font0", size=8)
    width = pdf.get_string_width(words)
    middle = pdf.w / 2
    pdf.set_line_width(0.12)
    pdf.set_dash_pattern(dash=1.2, gap=1.2)
    pdf.line(SIDE, top + 1.5, middle - width / 2 - 2, top + 1.5)
    pdf.line(middle + width / 2 + 2, top + 1.5, pdf.w - SIDE, top + 1.5)
    pdf.set_dash_pattern()
    pdf.set_line_width(0.2)
    pdf.set_xy(SIDE, top)
    draw_text(pdf, words, size=8, width=pdf.w - 2 * SIDE, grey=GREY, align="C")


def _boxes(pdf: "FPDF", words: Sequence[str], *, left: float, right: float) -> None:
    """In a row, or in several where the page is too narrow; what is wider than the page is broken."""
    side, gap, apart, height = 3.4, 2.0, 8.0, 6.0
    pdf.set_font("font0", size=SLIP)
    pdf.set_text_color(BLACK)
    x, y = left, pdf.get_y()
    for word in words:
        width = side + gap + pdf.get_string_width(word)
        if x > left and x + width > right:
            x, y = left, y + height
        pdf.rect(x, y + (height - side) / 2, side, side)
        pdf.set_xy(x + side + gap, y + (height - line_height(SLIP)) / 2)
        pdf.multi_cell(right - x - side - gap, line_height(SLIP), word, align="L", new_x="LMARGIN", new_y="NEXT")
        y = max(y, pdf.get_y() - height)  # of a word that took several lines
        x += width + apart
    pdf.set_y(y + height + 1)


def _to_fill_in(pdf: "FPDF", labels: Sequence[str], *, left: float, right: float, share: float = 0.45) -> None:
    """Labels beside each other, each with a line to write on; the first has `share` of the width if there are two."""
    height = 8.5
    y = pdf.get_y()
    ends = (left + (right - left) * share, right) if len(labels) > 1 else (right,)
    x = left
    pdf.set_font("font0", size=SLIP)
    pdf.set_text_color(BLACK)
    for label, end in zip(labels, ends, strict=True):
        pdf.set_xy(x, y)
        width = pdf.get_string_width(label)
        pdf.cell(width, line_height(SLIP), label)
        pdf.line(x + width + 3, y + line_height(SLIP) - 0.4, end, y + line_height(SLIP) - 0.4)
        x = end + 3
    pdf.set_y(y + height)


def _text_of(letter: Letter) -> str:
    """Everything on the page that somebody typed or a clinic named."""
    rows = [text for row in (*letter.found, *letter.shared) for text in (row.question, row.answer)]
    return " ".join([letter.clinic, *letter.contact, letter.name, *letter.treatments, *rows])
