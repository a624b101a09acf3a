"""The letters of a file: in which encoding its bytes are read, and which words look as if it was another one. Pure."""

import codecs
import re
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 2_000  # of them the encoding is told

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, which begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Of those that read a file equally well the first counts: Windows, Apple, Central Europe, DOS.
_OLD = ("latin-1", "cp1252", "mac_roman", "cp1250", "cp850")
_WORDS = re.compile(rb"[^\s,;|\"]*[\x80-\xff][^\s,;|\"]*")
_LOST = re.compile("[\udc80-\udcff]")
_AROUND = "“”‘’„«»‹›…–—"
_ACCENTED = re.compile("[\u00c0-\u024f]{4}")


def decode(content: bytes) -> str:
    """The text, as whatever program wrote it most likely meant it."""
    for mark, name in _MARKS:
        if content.startswith(mark) and name != "utf-8":
            return content[len(mark) :].decode(name, errors="ignore")
    content = content.removeprefix(codecs.BOM_UTF8)
    wide = _wide_encoding(content)
    try:
        return content.decode(wide or "utf-8")
    except UnicodeDecodeError:
        return _decode_old(content)


def find_wrong(texts: Iterable[str]) -> str:
    """The first text with a word that nobody would write like this, such as “SinÃ©ad”; empty where there is none."""
    return next((text for text in texts if not text.isascii() and _count_wrong(text)), "")


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without a mark: every second byte of most letters is none."""
    sample = content[:400]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 3 < len(sample) // 2 or len(content) % 2:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_old(content: bytes) -> str:
    text = content.decode("utf-8", errors="surrogateescape")
    lost = len(_LOST.findall(text))
    if lost * 2 < sum(1 for one in text if one > "\x7f"):
        # Lists that were put together, or one that was cut: all but a few letters are UTF-8.
        return _LOST.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", errors="replace"), text)
    sample = b" ".join(_WORDS.findall(content)[:MOST_WORDS])
    best = min(_OLD, key=lambda name: _count_wrong(sample.decode(name, errors="replace")))
    return content.decode(best, errors="replace")


def _count_wrong(text: str) -> int:
    return sum(1 for word in text.split() if not word.isascii() and _is_wrong(word.strip(_AROUND)))


def _is_wrong(word: str) -> bool:
    """A sign within a word, a capital behind a small letter where one has an accent, or four accents in a row."""
    has_letters = any(one.isalpha() for one in word)
    for at, one in enumerate(word):
        before = word[at - 1] if at else ""
        if one == "\ufffd" or ("\x7f" < one < "\xa0"):
            return True
        if "\x7f" < one < "\u2600" and has_letters and one != "´" and unicodedata.category(one)[0] in "SN":
            return True
        if one in "‚“”„‹›«»‘…" and before.isalpha():
            return True
        # A second letter may be one: Ó hÉanaigh.
        is_usual = f"{before}{one}".isascii() or (at == 1 and before.islower())
        if one.isupper() and not is_usual and (before.islower() or (before.isalpha() and word[at + 1 :][:1].islower())):
            return True
    return bool(_ACCENTED.search(word)) and not word.isupper()
