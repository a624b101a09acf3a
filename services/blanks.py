"""Whether typed text says anything at all. Pure."""

import unicodedata

# Letters and symbols by name that are drawn as nothing: fillers of Hangul, an empty Braille cell, an empty note head.
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


def is_blank(text: str) -> bool:
    """True where nobody could see anything: spaces of any width, joiners, fillers, marks on nothing."""
    return not any(is_visible(letter) for letter in text)


def is_visible(letter: str) -> bool:
    """Whether it is drawn by itself. Accents and joiners need a letter beside them."""
    return unicodedata.category(letter)[0] in "LNPS" and letter not in BLANK_LETTERS


def is_invisible(letter: str) -> bool:
    """Whether it is drawn as nothing wherever it stands: joiners, marks of direction, selectors of forms, fillers."""
    category = unicodedata.category(letter)
    is_selector = "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
    return category in ("Cc", "Cf", "Cs", "Co", "Cn") or is_selector or letter in BLANK_LETTERS | {"\u034f"}
