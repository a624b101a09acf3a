"""A letter that a client can take to a physician: made on request, never stored.

It holds the answers that led there, in the words of the questions, what else the client chose to share, and a slip to
send back.
"""

import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from booking.wording.answers import Answered
from booking.wording.times import format_day
from services.models import Location

if TYPE_CHECKING:
    from fpdf import FPDF

# The first covers Latin, Greek and Cyrillic; the others step in for what it lacks.
FONT_PACKAGES = (
    "fontpkg_noto_sans",
    "fontpkg_heebo",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
    "noto_cjk_sans_jp_regular",
)


@dataclass(frozen=True)
class SlipLine:
    """A line of the reply slip: boxes to tick, or without any a rule to write on."""

    label: str
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """What stands on the page, in order. `case` is the reference under which staff find the reply."""

    clinic: str
    address: str
    phone: str
    day: str
    name: str
    case: str
    found: tuple[Answered, ...]
    shared: tuple[Answered, ...]
    treatments: tuple[str, ...]

    @property
    def opening(self) -> str:
        return _("The person named above asked us for a massage. In our written questionnaire, this was reported:")

    @property
    def question(self) -> str:
        return _(
            "These answers may need a medical opinion before a massage. They were given to set questions; we have not "
            "examined or treated this person, and draw no conclusion. We would be grateful to know whether massage is "
            "suitable at present, and what we should avoid."
        )

    @property
    def slip(self) -> tuple[SlipLine, ...]:
        """The lines of the reply slip, each to be filled in by hand."""
        return (
            SlipLine(
                _("Massage at present is"), (_("suitable"), _("suitable, within the limits below"), _("not suitable"))
            ),
            SlipLine(_("Suitable treatments"), self.treatments),
            SlipLine(_("Please avoid")),
            SlipLine(_("Valid until")),
            SlipLine(_("Name, signature, stamp")),
            SlipLine(_("Date")),
        )


def write_letter(
    *,
    name: str,
    case: str,
    clinic: str,
    location: Location,
    found: Sequence[Answered],
    shared: Sequence[Answered],
    treatments: Sequence[str],
    day: date,
) -> Letter:
    """The letter of a client called `name`: the answers that led there, and those that they agreed to share besides."""
    return Letter(
        clinic=clinic,
        address=location.address,
        phone=location.phone,
        day=format_day(day, with_year=True),
        name=name,
        case=case,
        found=tuple(found),
        shared=tuple(shared),
        treatments=tuple(treatments),
    )


BLACK, GREY = 0, 95
# In mm. The slip has room for two rows of treatments, and is never torn in two by a page's end.
QUESTION_WIDTH, ROW_HEIGHT, SLIP_HEIGHT = 72, 22, 92


def as_pdf(letter: Letter) -> bytes:
    """The letter on A4, in any script that the fonts know."""
    from fpdf import FPDF  # a third of a second and 30 MB, for a letter that few ask for

    pdf = FPDF(format="A4")
    pdf.set_title(_("Letter to a physician"))
    pdf.set_lang("en-GB")
    pdf.set_margin(22)
    pdf.c_margin = 0
    pdf.add_page()
    _use_fonts(pdf, _text_of(letter))
    _lines(pdf, letter.clinic, size=17)
    _lines(pdf, f"{letter.address}\n{letter.phone}", size=9, grey=GREY)
    _rule(pdf, from_x=pdf.l_margin)
    pdf.ln(5)
    _lines(pdf, letter.day, size=10)
    _heading(pdf, _("About %(name)s") % {"name": letter.name})
    _lines(pdf, _("Our case %(case)s") % {"case": letter.case})
    _lines(pdf, letter.opening)
    _answers(pdf, letter.found)
    _lines(pdf, letter.question)
    if letter.shared:
        _heading(pdf, _("Other answers, shared by choice"))
        _answers(pdf, letter.shared)
    if pdf.will_page_break(SLIP_HEIGHT):
        pdf.add_page()
    _slip(pdf, letter)
    return bytes(pdf.output())


def _lines(pdf: "FPDF", text: str, *, size: float = 11, grey: int = BLACK) -> None:
    pdf.set_font("letter0", size=size)
    pdf.set_text_color(grey)
    pdf.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def _heading(pdf: "FPDF", text: str) -> None:
    pdf.ln(3)
    _lines(pdf, text, size=15)


def _answers(pdf: "FPDF", rows: Sequence[Answered]) -> None:
    """The question in grey on the left, the answer beside it; no row is torn in two by a page's end."""
    beside = pdf.l_margin + QUESTION_WIDTH + 4
    for row in rows:
        if pdf.will_page_break(ROW_HEIGHT):
            pdf.add_page()
        top = pdf.get_y()
        pdf.set_font("letter0", size=9)
        pdf.set_text_color(GREY)
        pdf.multi_cell(QUESTION_WIDTH, 5.5, row.question, align="L", new_x="LMARGIN", new_y="NEXT")
        bottom = pdf.get_y()
        pdf.set_xy(beside, top)
        pdf.set_font("letter0", size=11)
        pdf.set_text_color(BLACK)
        pdf.multi_cell(0, 5.5, row.answer, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(max(bottom, pdf.get_y()) + 1)
    pdf.ln(2)


def _rule(pdf: "FPDF", *, from_x: float) -> None:
    pdf.line(from_x, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())


def _slip(pdf: "FPDF", letter: Letter) -> None:
    """Dashes to cut along, then what the physician fills in."""
    pdf.ln(4)
    pdf.set_dash_pattern(dash=1.5, gap=1.5)
    _rule(pdf, from_x=pdf.l_margin)
    pdf.set_dash_pattern()
    pdf.ln(2)
    _heading(pdf, _("Reply slip"))
    _lines(pdf, _("%(name)s, case %(case)s") % {"name": letter.name, "case": letter.case})
    for line in letter.slip:
        _lines(pdf, line.label, size=9, grey=GREY)
        if line.boxes:
            _boxes(pdf, line.boxes)
        else:
            pdf.set_y(pdf.get_y() - 2)
            _rule(pdf, from_x=pdf.l_margin + 42)
            pdf.ln(6)


def _boxes(pdf: "FPDF", words: Sequence[str]) -> None:
    """In a row, or in several where the page is too narrow; what is wider than the page is broken."""
    side, gap, height = 3.5, 2.0, 7.0
    room = pdf.w - pdf.r_margin - pdf.l_margin
    pdf.set_font("letter0", size=11)
    pdf.set_text_color(BLACK)
    pdf.set_y(pdf.get_y() - 1)
    for word in words:
        width = side + gap + pdf.get_string_width(word)
        if pdf.get_x() > pdf.l_margin and pdf.get_x() + width > pdf.l_margin + room:
            pdf.set_xy(pdf.l_margin, pdf.get_y() + height)
        left = pdf.get_x()
        pdf.rect(left, pdf.get_y() + (height - side) / 2, side, side)
        pdf.set_x(left + side + gap)
        if width > room:
            pdf.multi_cell(0, height, word, align="L", new_x="LMARGIN", new_y="NEXT")
        else:
            pdf.cell(width - side - gap + 7, height, word)
    pdf.ln(height + 2)


def _use_fonts(pdf: "FPDF", text: str) -> None:
    """The first font, and of the others those that the text needs: the largest takes a fifth of a second to load."""
    beyond_latin = any(
        unicodedata.category(character)[0] == "L" and ord(character) > LAST_CYRILLIC for character in text
    )
    packages = FONT_PACKAGES if beyond_latin else FONT_PACKAGES[:1]
    for number, package in enumerate(packages):
        pdf.add_font(f"letter{number}", fname=_font_file(package))
    pdf.set_fallback_fonts([f"letter{number}" for number in range(1, len(packages))], exact_match=False)
    pdf.set_font("letter0", size=11)
    pdf.set_text_shaping(True, language=han_language(text))


LAST_CYRILLIC = 0x052F
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
    return " ".join(
        [letter.clinic, letter.address, letter.name, *letter.treatments, *(row.answer for row in letter.shared)]
    )
