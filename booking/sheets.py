"""Paper as a PDF: pages, paragraphs and type in any script that the fonts know. What stands on it is its caller's."""

import functools
import importlib.util
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
BLACK, GREY, HAIR = 0, 95, 190
# In mm.
SIDE, TOP, BOTTOM, GAP = 22, 15, 12, 3
POINT = 25.4 / 72


class CannotWrite(Exception):
    """No font of ours has `letters`."""

    def __init__(self, letters: str) -> None:
        super().__init__(letters)
        self.letters = letters


@contextmanager
def blank_paper(*, paper: str, title: str, text: str) -> Iterator["FPDF"]:
    """A first page with nothing on it, and the fonts that `text` needs. `paper` is "A4" or "Letter".

    Raises CannotWrite. Side effect: the font files are open until the end.
    """
    from fpdf import FPDF  # a third of a second and 30 MB, for a file that few ask for
    from fpdf.fonts import TTFFont

    pdf = FPDF(format=paper)
    pdf.set_title(title)
    pdf.set_lang("en-GB")
    pdf.set_margins(SIDE, TOP)
    pdf.set_auto_page_break(auto=False)
    pdf.c_margin = 0
    try:
        _use_fonts(pdf, text)
        pdf.add_page()
        yield pdf
    finally:
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()


@dataclass
class Sheet:
    """Where the text goes on. `end` is where this page ends; `again` heads each page after the first.

    `size` is that of the text, in points.
    """

    pdf: "FPDF"
    end: float
    again: str
    size: float

    @property
    def width(self) -> float:
        return self.pdf.w - 2 * SIDE

    def height_of(self, text: str, *, size: float, width: float = 0) -> float:
        self.pdf.set_font("font0", size=size)
        found = self.pdf.multi_cell(
            width or self.width, line_height(size), text, align="L", dry_run=True, output="HEIGHT"
        )
        return float(str(found))  # it can be asked for more than the height, so its type says so

    def make_room(self, height: float) -> None:
        """A new page where `height` does not fit on this one."""
        if self.pdf.get_y() + height > self.end:
            self.pdf.add_page()
            self.pdf.set_y(TOP)
            self.end = self.pdf.h - BOTTOM
            self.write(self.again, size=self.size, is_bold=True)
            self.pdf.ln(GAP)

    def write(self, text: str, *, size: float = 0, is_bold: bool = False, grey: int = BLACK, indent: float = 0) -> None:
        """A paragraph, whole on one page unless it is longer than a page."""
        size = size or self.size
        height = self.height_of(text, size=size, width=self.width - indent)
        if height > self.pdf.h - TOP - BOTTOM - self.height_of(self.again, size=self.size) - GAP:
            for line in self._lines_of(text, size=size, width=self.width - indent):
                self.write(line, size=size, is_bold=is_bold, grey=grey, indent=indent)
            return
        self.make_room(height)
        self.pdf.set_x(SIDE + indent)
        draw_text(self.pdf, text, size=size, width=self.width - indent, is_bold=is_bold, grey=grey)

    def _lines_of(self, text: str, *, size: float, width: float) -> list[str]:
        """As they are broken at this width."""
        self.pdf.set_font("font0", size=size)
        found: Any = self.pdf.multi_cell(width, line_height(size), text, align="L", dry_run=True, output="LINES")
        return list(found)


def draw_head(sheet: Sheet, name: str, contact: Sequence[str]) -> None:
    """The clinic on the left, where it is on the right, and a line below both."""
    pdf, half = sheet.pdf, sheet.width / 2 - 2
    pdf.set_xy(SIDE, TOP + 2)
    draw_text(pdf, name, size=16, width=half, is_bold=True)
    left = pdf.get_y()
    pdf.set_xy(SIDE + half + 4, TOP)
    draw_text(pdf, "\n".join(contact), size=9, width=half, grey=GREY, align="R")
    pdf.set_y(max(left, pdf.get_y()) + GAP)
    draw_rule(pdf, SIDE, pdf.w - SIDE)
    pdf.ln(GAP + 1)


# --- Type -------------------------------------------------------------------------------------------------------------

# A thin outline of its own colour: bold in every script, without a second file of each font.
BOLD = {"text_mode": "FILL_STROKE", "line_width": 0.12}


def line_height(size: float) -> float:
    """The height of a line of type of this size, in mm."""
    return size * POINT * 1.36


def draw_text(
    pdf: "FPDF", text: str, *, size: float, width: float, is_bold: bool = False, grey: int = BLACK, align: str = "L"
) -> None:
    """From where the pen is, `width` mm wide; the pen goes on below, at the margin."""
    pdf.set_font("font0", size=size)
    pdf.set_text_color(grey)
    with pdf.local_context(**(BOLD if is_bold else {})):
        pdf.multi_cell(width, line_height(size), text, align=align, new_x="LMARGIN", new_y="NEXT")


def draw_rule(pdf: "FPDF", start: float, end: float) -> None:
    pdf.line(start, pdf.get_y(), end, pdf.get_y())


def _use_fonts(pdf: "FPDF", text: str) -> None:
    """The first font, and of the others those that the text needs: the largest takes a fifth of a second to load."""
    packages = fonts_for(text)
    for number, package in enumerate(packages):
        pdf.add_font(f"font{number}", fname=_font_file(package))
    pdf.set_fallback_fonts([f"font{number}" for number in range(1, len(packages))], exact_match=False)
    pdf.set_font("font0", size=11)
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


def with_letters_we_have(text: str) -> str:
    """`text` with UNKNOWN for each letter that no font of ours has."""
    try:
        fonts_for(text)
    except CannotWrite as fault:
        return text.translate({ord(letter): UNKNOWN for letter in fault.letters})
    return text


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
