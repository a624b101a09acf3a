"""The letter to a physician as a PDF, in any script that the fonts know. The slip stays whole on the first page."""

import functools
import importlib.util
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from booking.intake.referral_letter import Letter
from booking.wording.answers import Answered
from services.blanks import is_invisible

if TYPE_CHECKING:
    from fpdf import FPDF

# The first covers Latin, Greek and Cyrillic; the others step in for what it lacks.
FONT_PACKAGES = (
    "fontpkg_noto_sans",
    "fontpkg_heebo",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
    "fontpkg_noto_sans_tamil",
    "fontpkg_noto_sans_telugu",
    "fontpkg_noto_sans_khmer",
    "noto_cjk_sans_jp_regular",
)
BLACK, GREY, HAIR = 0, 95, 190
# In mm.
SIDE, TOP, BOTTOM, GAP = 22, 15, 12, 3
POINT = 25.4 / 72


class CannotWrite(Exception):
    """No font of ours has `letters`."""

    def __init__(self, letters: str) -> None:
        super().__init__(letters)
        self.letters = letters


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
            sheet = _Sheet(pdf, end=slip_top - 2, again=letter.about, sizes=sizes)
            _head(sheet, letter)
            _body(sheet, letter)
            drawn = bytes(pdf.output())
            if pdf.pages_count == 1:
                break
    return drawn


@contextmanager
def _blank(letter: Letter) -> Iterator["FPDF"]:
    """A first page with nothing on it. Side effect: the font files are open until the end."""
    from fpdf import FPDF  # a third of a second and 30 MB, for a letter that few ask for
    from fpdf.fonts import TTFFont

    pdf = FPDF(format=letter.paper)
    pdf.set_title(_("Letter to a physician"))
    pdf.set_lang("en-GB")
    pdf.set_margins(SIDE, TOP)
    pdf.set_auto_page_break(auto=False)
    pdf.c_margin = 0
    try:
        _use_fonts(pdf, _text_of(letter))
        pdf.add_page()
        yield pdf
    finally:
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()


@dataclass
class _Sheet:
    """Where the text goes on. `end` is where this page ends; `again` heads each page after the first."""

    pdf: "FPDF"
    end: float
    again: str
    sizes: Sizes

    @property
    def width(self) -> float:
        return self.pdf.w - 2 * SIDE

    def height_of(self, text: str, *, size: float, width: float = 0) -> float:
        self.pdf.set_font("letter0", size=size)
        found = self.pdf.multi_cell(width or self.width, _line(size), text, align="L", dry_run=True, output="HEIGHT")
        return float(str(found))  # it can be asked for more than the height, so its type says so

    def make_room(self, height: float) -> None:
        """A new page where `height` does not fit on this one."""
        if self.pdf.get_y() + height > self.end:
            self.pdf.add_page()
            self.pdf.set_y(TOP)
            self.end = self.pdf.h - BOTTOM
            self.write(self.again, size=self.sizes.text, is_bold=True)
            self.pdf.ln(GAP)

    def write(self, text: str, *, size: float = 0, is_bold: bool = False, grey: int = BLACK, indent: float = 0) -> None:
        """A paragraph, whole on one page."""
        size = size or self.sizes.text
        self.make_room(self.height_of(text, size=size, width=self.width - indent))
        self.pdf.set_x(SIDE + indent)
        _text(self.pdf, text, size=size, width=self.width - indent, is_bold=is_bold, grey=grey)


def _head(sheet: _Sheet, letter: Letter) -> None:
    """The clinic on the left, where it is on the right, and a line below both."""
    pdf, half = sheet.pdf, sheet.width / 2 - 2
    pdf.set_xy(SIDE, TOP + 2)
    _text(pdf, letter.clinic, size=16, width=half, is_bold=True)
    left = pdf.get_y()
    pdf.set_xy(SIDE + half + 4, TOP)
    _text(pdf, "\n".join(letter.contact), size=9, width=half, grey=GREY, align="R")
    pdf.set_y(max(left, pdf.get_y()) + GAP)
    _rule(pdf, SIDE, pdf.w - SIDE)
    pdf.ln(GAP + 1)


def _body(sheet: _Sheet, letter: Letter) -> None:
    pdf, size = sheet.pdf, sheet.sizes.text
    top = pdf.get_y()
    _text(pdf, letter.day, size=size, width=sheet.width, align="R")
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
        sheet.make_room(2 * _line(sheet.sizes.answers) + GAP)
        sheet.write(_("Other answers, shared by choice"), size=max(sheet.sizes.answers, 9), is_bold=True)
        pdf.ln(1)
        _table(sheet, letter.shared)


def _finding(sheet: _Sheet, row: Answered) -> None:
    """A bullet, the label, then what was ticked in bold."""
    pdf, size = sheet.pdf, sheet.sizes.text
    label = f"{row.question}: "
    sheet.make_room(sheet.height_of(f"{label}{row.answer}", size=size, width=sheet.width - 5) + _line(size))
    pdf.set_font("letter0", size=size)
    pdf.set_text_color(BLACK)
    pdf.set_x(SIDE + 1)
    pdf.cell(4, _line(size), "•")
    left = pdf.l_margin
    pdf.set_left_margin(SIDE + 5)
    pdf.set_x(SIDE + 5)
    pdf.write(_line(size), label)
    with pdf.local_context(**BOLD):
        pdf.write(_line(size), row.answer)
    pdf.ln(_line(size) + 0.6)
    pdf.set_left_margin(left)
    pdf.set_x(left)


def _table(sheet: _Sheet, rows: Sequence[Answered]) -> None:
    """Label and answer, twice beside each other; no row is torn in two by a page's end."""
    pdf, size, gap = sheet.pdf, sheet.sizes.answers, 3.0
    column = (sheet.width - 3 * gap) / 4
    for number in range(0, len(rows), 2):
        cells = [text for row in rows[number : number + 2] for text in (row.question, row.answer)]
        height = max(sheet.height_of(text, size=size, width=column) for text in cells) + 1.6
        sheet.make_room(height)
        top = pdf.get_y()
        for place, text in enumerate(cells):
            pdf.set_xy(SIDE + place * (column + gap), top + 0.8)
            is_answer = bool(place % 2)
            _text(pdf, text, size=size, width=column, is_bold=is_answer, grey=BLACK if is_answer else GREY)
        pdf.set_y(top + height)
        pdf.set_draw_color(HAIR)
        _rule(pdf, SIDE, pdf.w - SIDE)
        pdf.set_draw_color(BLACK)


def _thanks_after(sheet: _Sheet, letter: Letter) -> None:
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
    _text(pdf, letter.about, size=12, width=(right - left) * 0.7, is_bold=True)
    below = pdf.get_y()
    pdf.set_xy(right - (right - left) * 0.28, top + 8)
    case = _("Case %(case)s") % {"case": letter.case}
    _text(pdf, case, size=SLIP, width=(right - left) * 0.28, is_bold=True, align="R")
    pdf.set_y(max(below, pdf.get_y()) + 1.5)
    for label, words in ((_("Massage at present is"), letter.verdicts), (_("Suitable kinds"), letter.treatments)):
        pdf.set_x(left)
        _text(pdf, label, size=SLIP, width=right - left, is_bold=True)
        _boxes(pdf, words, left=left, right=right)
    pdf.ln(2)
    _to_fill_in(pdf, (_("Please avoid"),), left=left, right=right)
    _to_fill_in(pdf, (_("Valid until"), _("Please phone me:")), left=left, right=right)
    pdf.ln(2.5)
    _to_fill_in(pdf, (_("Name, signature, stamp"), _("Date")), left=left, right=right, share=0.65)
    pdf.set_draw_color(HAIR)
    _rule(pdf, left, right)
    pdf.set_draw_color(BLACK)
    pdf.ln(1.5)
    foot = pdf.get_y()
    pdf.set_x(left)
    back = _("Return to %(address)s") % {"address": letter.return_to}
    _text(pdf, back, size=8.5, width=(right - left) * 0.6)
    below = pdf.get_y()
    pdf.set_xy(left + (right - left) * 0.64, foot)
    give = "\n".join(line for line in (letter.email, _("or give it to your patient")) if line)
    _text(pdf, give, size=8.5, width=(right - left) * 0.36, align="R")
    end = max(below, pdf.get_y()) + 2.5
    pdf.rect(SIDE, top + 5, pdf.w - 2 * SIDE, end - top - 5, round_corners=True, corner_radius=1.5)
    return end


def _cutting_line(pdf: "FPDF", top: float) -> None:
    """Dashes, and what to do with them in the middle."""
    words = _("Reply slip: cut here, or send the whole page")
    pdf.set_font("letter0", size=8)
    width = pdf.get_string_width(words)
    middle = pdf.w / 2
    pdf.set_line_width(0.12)
    pdf.set_dash_pattern(dash=1.2, gap=1.2)
    pdf.line(SIDE, top + 1.5, middle - width / 2 - 2, top + 1.5)
    pdf.line(middle + width / 2 + 2, top + 1.5, pdf.w - SIDE, top + 1.5)
    pdf.set_dash_pattern()
    pdf.set_line_width(0.2)
    pdf.set_xy(SIDE, top)
    _text(pdf, words, size=8, width=pdf.w - 2 * SIDE, grey=GREY, align="C")


def _boxes(pdf: "FPDF", words: Sequence[str], *, left: float, right: float) -> None:
    """In a row, or in several where the page is too narrow; what is wider than the page is broken."""
    side, gap, apart, height = 3.4, 2.0, 8.0, 6.0
    pdf.set_font("letter0", size=SLIP)
    pdf.set_text_color(BLACK)
    x, y = left, pdf.get_y()
    for word in words:
        width = side + gap + pdf.get_string_width(word)
        if x > left and x + width > right:
            x, y = left, y + height
        pdf.rect(x, y + (height - side) / 2, side, side)
        pdf.set_xy(x + side + gap, y + (height - _line(SLIP)) / 2)
        pdf.multi_cell(right - x - side - gap, _line(SLIP), word, align="L", new_x="LMARGIN", new_y="NEXT")
        y = max(y, pdf.get_y() - height)  # of a word that took several lines
        x += width + apart
    pdf.set_y(y + height + 1)


def _to_fill_in(pdf: "FPDF", labels: Sequence[str], *, left: float, right: float, share: float = 0.45) -> None:
    """Labels beside each other, each with a line to write on; the first has `share` of the width if there are two."""
    height = 8.5
    y = pdf.get_y()
    ends = (left + (right - left) * share, right) if len(labels) > 1 else (right,)
    x = left
    pdf.set_font("letter0", size=SLIP)
    pdf.set_text_color(BLACK)
    for label, end in zip(labels, ends, strict=True):
        pdf.set_xy(x, y)
        width = pdf.get_string_width(label)
        pdf.cell(width, _line(SLIP), label)
        pdf.line(x + width + 3, y + _line(SLIP) - 0.4, end, y + _line(SLIP) - 0.4)
        x = end + 3
    pdf.set_y(y + height)


# --- Type -------------------------------------------------------------------------------------------------------------

# A thin outline of its own colour: bold in every script, without a second file of each font.
BOLD = {"text_mode": "FILL_STROKE", "line_width": 0.12}


def _line(size: float) -> float:
    """The height of a line of type of this size, in mm."""
    return size * POINT * 1.36


def _text(
    pdf: "FPDF", text: str, *, size: float, width: float, is_bold: bool = False, grey: int = BLACK, align: str = "L"
) -> None:
    """From where the pen is, `width` mm wide; the pen goes on below, at the margin."""
    pdf.set_font("letter0", size=size)
    pdf.set_text_color(grey)
    with pdf.local_context(**(BOLD if is_bold else {})):
        pdf.multi_cell(width, _line(size), text, align=align, new_x="LMARGIN", new_y="NEXT")


def _rule(pdf: "FPDF", start: float, end: float) -> None:
    pdf.line(start, pdf.get_y(), end, pdf.get_y())


def _use_fonts(pdf: "FPDF", text: str) -> None:
    """The first font, and of the others those that the text needs: the largest takes a fifth of a second to load."""
    packages = fonts_for(text)
    for number, package in enumerate(packages):
        pdf.add_font(f"letter{number}", fname=_font_file(package))
    pdf.set_fallback_fonts([f"letter{number}" for number in range(1, len(packages))], exact_match=False)
    pdf.set_font("letter0", size=11)
    pdf.set_text_shaping(True, language=han_language(text))


def fonts_for(text: str) -> list[str]:
    """The packages that together have every letter of `text`, the first in any case. Raises CannotWrite."""
    left = {letter for letter in text if not letter.isspace() and not is_invisible(letter)}
    needed: list[str] = []
    for package in FONT_PACKAGES:
        known = {letter for letter in left if ord(letter) in _letters_of(package)} if left else set()
        if known or not needed:
            needed.append(package)
        left -= known
    if left:
        raise CannotWrite("".join(sorted(left)))
    return needed


@functools.cache
def _letters_of(package: str) -> frozenset[int]:
    """The code points for which a font has a shape."""
    from fontTools.ttLib import TTFont

    with TTFont(_font_file(package), lazy=True) as font:
        return frozenset(font.getBestCmap())


# Each national set holds the forms that its country writes and few of the others'. The first that has all of them counts.
HAN_SETS = (("gb2312", "zh-hans"), ("big5", "zh-hant"), ("shift_jis", "ja"))


def han_language(text: str) -> str | None:
    """Whose forms of the Chinese characters in `text` to draw, as a BCP 47 tag; None where there are none.

    Kana make it Japanese and Hangul Korean. A name in characters alone may not say: then simplified Chinese.
    """
    names = [unicodedata.name(character, "") for character in text]
    han = "".join(character for character, name in zip(text, names, strict=True) if name.startswith("CJK UNIFIED"))
    if any(name.startswith(("HIRAGANA", "KATAKANA")) for name in names):
        return "ja"
    if any(name.startswith("HANGUL") for name in names):
        return "ko"
    return next((language for charset, language in HAN_SETS if _can_write(han, charset)), "zh-hans") if han else None


def _can_write(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _font_file(package: str) -> Path:
    """The upright font of an installed font package. Raises LookupError where it is not installed."""
    found = importlib.util.find_spec(package)
    folders = list(found.submodule_search_locations or ()) if found else []
    files = [file for folder in folders for kind in ("ttf", "otf") for file in Path(folder).rglob(f"*.{kind}")]
    upright = sorted(file for file in files if "Italic" not in file.name)
    if not upright:
        raise LookupError(f"no font in {package}")
    return upright[0]


def _text_of(letter: Letter) -> str:
    """Everything on the page that somebody typed or a clinic named."""
    rows = [text for row in (*letter.found, *letter.shared) for text in (row.question, row.answer)]
    return " ".join([letter.clinic, *letter.contact, letter.name, *letter.treatments, *rows])
