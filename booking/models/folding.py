"""By what a person is found: name, email and phone folded into short keys. Pure; what is looked for is folded the same way.

A name has each of its words, every ending of them, and each with one letter left out (two spellings that are one slip
apart have one of these in common). A phone number has its digits from the beginning, with and without the country, and
from the end. So every question is one about how a key begins, which any database answers from an index.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import IntEnum

import phonenumbers

LONGEST_KEY = 40  # characters; what is longer is found by its beginning
LONGEST_SLIP = 20  # of these letters one may be wrong
SHORTEST_SLIP = 3  # letters of a word in which one may be wrong
SHORTEST_ENDING = 3  # letters of the end of a word; one where a letter is a syllable
MOST_WORDS = 12
SHORT_WORD = 3  # letters of what may be written together with the next word
MOST_DIGITS = 20
SHORTEST_NUMBER = 3  # digits that are looked for as a phone number

FIRST_EAST_ASIAN = "\u1100"

# What falls apart into no letter and mark of its own.
LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
        "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "ħ": "h", "Ħ": "h", "ŧ": "t",
        "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ĸ": "k", "ƒ": "f", "ə": "e", "Ə": "e",
    }
)  # fmt: skip
APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻʹ`´＇"))
WORD = re.compile(r"[^\W_]+")
PHONE_LIKE = re.compile(r"[+(]*\d[\d\s()./–-]*")


class Kind(IntEnum):
    """What a key is made from."""

    WORD = 1
    ENDING = 2
    SLIP = 3
    EMAIL = 4
    PHONE = 5
    PHONE_FROM_THE_END = 6


def fold(text: str) -> str:
    """In small letters, without accents or other marks: "Seán Ó Briain-Łoś" is "sean o briain-los"."""
    text = unicodedata.normalize("NFKD", text.translate(LETTERS)).casefold().translate(LETTERS)
    text = unicodedata.normalize("NFKD", text)
    return "".join(one for one in text if unicodedata.category(one) not in ("Mn", "Me", "Cf", "Cc"))


def words_of(text: str) -> list[str]:
    """The folded words of a name, in its order. An apostrophe is no gap: "O'Brien" is one word."""
    return WORD.findall(fold(_spaced(text).translate(APOSTROPHES)))[:MOST_WORDS]


def keys_of(*, name: str, email: str, phone: str, country: str) -> set[tuple[int, str]]:
    """Everything that the person is found by. `country` (ISO 3166) is the one from which a number without + is dialled."""
    found = {(int(kind), key) for word in name_words(name) for kind, key in _keys_of_word(word)}
    found |= {(int(Kind.EMAIL), key[:LONGEST_KEY]) for key in _parts_of_email(fold_email(email))}
    found |= {(int(kind), key) for kind, key in _keys_of_phone(phone, country)}
    return found


def slips(word: str) -> set[str]:
    """The word, and what is left of it without one of its letters."""
    word = word[:LONGEST_SLIP]
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def is_near(typed: str, word: str) -> bool:
    """Whether `word` begins with `typed` once at most one letter was added, left out, changed or swapped with the next."""
    pairs = enumerate(zip(typed, word, strict=False))
    at = next((at for at, (one, other) in pairs if one != other), min(len(typed), len(word)))
    if at == len(typed):
        return True
    rest, other = typed[at:], word[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:] if len(rest) > 1 else ""
    return (
        other[1:].startswith(rest[1:])
        or other.startswith(rest[1:])
        or other[1:].startswith(rest)
        or bool(swapped and other.startswith(swapped))
    )


def fold_email(text: str) -> str:
    return "".join(fold(text).split())


def numbers_of(text: str, country: str) -> tuple[str, ...]:
    """A phone number as digits: with its country where that can be said, and without; none where it has too few.

    Half a number will do. A leading 0 or 00 only says how it is dialled, and is left out.
    """
    digits = typed_digits(text)
    if len(digits) < SHORTEST_NUMBER:
        return ()
    number = _parse(text, country)
    national = phonenumbers.national_significant_number(number) if number else ""
    whole = (f"{number.country_code}{national}", national.lstrip("0")) if number else ()
    bare = digits.lstrip("0")
    return tuple(dict.fromkeys(one[:MOST_DIGITS] for one in (*whole, bare) if len(one) >= SHORTEST_NUMBER - 1))


def from_the_end(digits: str) -> str:
    return digits[::-1][:MOST_DIGITS]


def _spaced(text: str) -> str:
    """Chinese, Japanese and Korean names as they are; what only looks like a space or a dash is one."""
    return "".join(" " if unicodedata.category(one)[0] in "ZP" and ord(one) not in APOSTROPHES else one for one in text)


def name_words(name: str) -> list[str]:
    """The words of a name, and where a short one stands before another, both as one: "Mc Donald", "Anne-Marie", "Ó Briain"."""
    words = words_of(name)
    hyphened = {words_of(one)[0] for one in re.findall(r"[^\s‐‑–-]+(?=[‐‑–-])", name) if words_of(one)}
    pairs = itertools.pairwise(words)
    return words + [one + other for one, other in pairs if len(one) <= SHORT_WORD or one in hyphened]


def _keys_of_word(word: str) -> Iterator[tuple[Kind, str]]:
    word = word[:LONGEST_KEY]
    yield Kind.WORD, word
    shortest = shortest_ending(word)
    yield from ((Kind.ENDING, word[at:]) for at in range(1, len(word) - shortest + 1))
    if len(word) >= SHORTEST_SLIP:
        yield from ((Kind.SLIP, one) for one in slips(word))


def shortest_ending(word: str) -> int:
    """In Chinese, Japanese and Korean a name has two or three letters."""
    return 1 if any(one >= FIRST_EAST_ASIAN for one in word) else SHORTEST_ENDING


def _parts_of_email(email: str) -> Iterator[str]:
    """The whole address, and what follows each dot or dash before the @, and the @ itself."""
    if not email:
        return
    before, at, domain = email.rpartition("@")
    yield email
    yield from (email[found.end() :] for found in re.finditer(r"[._+-]", before))
    if at and domain:
        yield at + domain


def _keys_of_phone(phone: str, country: str) -> Iterator[tuple[Kind, str]]:
    numbers = numbers_of(phone, country)
    yield from ((Kind.PHONE, one) for one in numbers)
    if numbers:
        yield Kind.PHONE_FROM_THE_END, from_the_end(numbers[0])


def typed_digits(text: str) -> str:
    """As ASCII, whatever digits were typed; the zero in "+353 (0)87" is nobody's."""
    text = unicodedata.normalize("NFKC", text)
    if text.strip().startswith(("+", "00")):
        text = text.replace("(0)", "")
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdigit())


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    text = unicodedata.normalize("NFKC", text)[:64]
    if text.strip().startswith("00"):
        text = "+" + text.strip()[2:]
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def ranges(prefixes: Iterable[str]) -> Iterator[tuple[bytes, bytes]]:
    """From where to where the keys lie, as UTF-8, that begin with one of these."""
    for prefix in prefixes:
        first = prefix[:LONGEST_KEY].encode()
        yield first, first + b"\xff"
