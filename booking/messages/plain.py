"""Text that people typed, made fit for headers, mails and calendar files. Pure."""

import re
import unicodedata

# Turn the direction of the text around them, so that a name could rewrite the sentence it stands in.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST_GREETED = 20
# McDonald, DeShawn: a name that goes on with a capital of its own.
_PREFIXES = ("Mc", "Mac", "De", "Di", "La", "Le", "O")
# Scripts that put no space between words, where a few letters are a sentence.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
_LINE_BREAKS = frozenset("\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def one_line(text: str, *, longest: int = 200) -> str:
    """Without line breaks, control characters and marks that turn the direction; spaces joined; cut at `longest`."""
    # Most text needs no cleaning. It is not remembered: names of people would stay in the memory of the process.
    clean = text if text.isascii() and text.isprintable() else "".join(_clean(text))
    return " ".join(clean.split())[:longest].strip()


def first_name(name: str) -> str:
    """The name that a mail greets; empty where the first word is not a plain name.

    Anybody can type a name and somebody else's address: what is read there as the clinic's words can be neither a link
    nor a sentence.
    """
    word = one_line(name).partition(" ")[0]
    return word if _is_plain_name(unicodedata.normalize("NFC", word)) else ""


def _is_plain_name(word: str) -> bool:
    """Letters with their marks, with one hyphen or apostrophe at most, capitals at the beginning of each part, also behind a Mc, or all."""
    parts = re.split("['’ʼ-]", word)
    are_letters = all(
        part[:1].isalpha() and all(unicodedata.category(char)[0] in "LM" for char in part) for part in parts
    )
    are_cased = word.isupper() or all(_is_cased(part) for part in parts)
    return are_letters and are_cased and len(parts) <= 2 and sum(map(_width, word)) <= LONGEST_GREETED


def _is_cased(part: str) -> bool:
    """As a name is written, so that WinAPrize is none."""
    rest = next((part.removeprefix(one) for one in _PREFIXES if part.startswith(one)), "")
    return any(text[1:] == text[1:].lower() for text in (part, rest) if text)


def _width(letter: str) -> int:
    return 3 if unicodedata.name(letter, "").startswith(_UNSPACED) else 1


def joined_lines(text: str) -> str:
    """An address of several lines in one: "14 Alder Street, Dublin 8"."""
    lines = (one_line(line).rstrip(",") for line in text.splitlines())
    return ", ".join(line for line in lines if line)


def _clean(text: str) -> list[str]:
    return [" " if char in _LINE_BREAKS else char for char in text if char in _LINE_BREAKS or _is_plain(char)]


def _is_plain(char: str) -> bool:
    return char not in _DIRECTION_MARKS and unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")
