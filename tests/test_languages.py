"""A language is complete or not there: whoever adds one by half reads here what is missing.

Only what goes through gettext. Questions, rules and advice are in booking/rules/versions/, in English.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from clinic.running.rooms import source_files
from tests.environment import ROOT

KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
IN_TEMPLATES = re.compile(r"""gettext\(u?(?P<text>"{3}(?:.|\n)*?"{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
PLACES = re.compile(r"%\(\w+\)s")


def texts_in_code() -> Iterator[str]:
    for path in source_files():
        for _line, message, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
            yield message if isinstance(message, str) else message[0]


def texts_in_templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.*")):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from (ast.literal_eval(found["text"]) for found in IN_TEMPLATES.finditer(source))


def find_gaps(languages: Iterable[str], *, folder: Path, texts: Iterable[str]) -> list[str]:
    """What is missing, in words; of texts the first."""
    wanted, gaps = sorted(set(texts)), []
    for language in languages:
        file = folder / to_locale(language) / "LC_MESSAGES" / "django.po"
        if not file.is_file():
            gaps.append(f"{language}: no {file.relative_to(folder)}")
            continue
        with file.open("rb") as opened:
            said = {one.id if isinstance(one.id, str) else one.id[0]: one for one in read_po(opened) if one.id}
        without = [text for text in wanted if text not in said or not all(_strings(said[text].string))]
        gaps += [f"{language}: {len(without)} texts without words, like “{without[0]}”"] if without else []
        for text in wanted:
            if text not in without and any(_places(one) - _places(text) for one in _strings(said[text].string)):
                gaps.append(f"{language}: “{text}” fills in what is not there")
        gaps += [f"{language}: not compiled"] if not file.with_suffix(".mo").is_file() else []
    return gaps


def test_every_language_is_complete() -> None:
    others = [language for language, _name in settings.LANGUAGES if language != settings.LANGUAGE_CODE]

    assert find_gaps(others, folder=ROOT / "locale", texts=[*texts_in_code(), *texts_in_templates()]) == []


def test_the_texts_of_code_and_templates_are_found() -> None:
    assert "This visit is %(state)s." in set(texts_in_code())
    assert "Skip to the content" in set(texts_in_templates())


def test_a_language_that_was_added_by_half_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Price"\nmsgstr "Preis"\n\nmsgid "Room"\nmsgstr ""\n\nmsgid "At %(time)s"\nmsgstr "Um %(uhr)s"\n',
        encoding="utf-8",
    )

    assert find_gaps(["de", "fr"], folder=tmp_path, texts=["Price", "Room", "At %(time)s", "Name"]) == [
        "de: 2 texts without words, like “Name”",
        "de: “At %(time)s” fills in what is not there",
        "de: not compiled",
        "fr: no fr/LC_MESSAGES/django.po",
    ]


@pytest.mark.parametrize("page", ["base.html", "panel/base.html"])
def test_pages_say_which_language_they_are_in(page: str) -> None:
    assert 'lang="{{ LANGUAGE_CODE' in (ROOT / "templates" / page).read_text(encoding="utf-8")


def _strings(said: Iterable[str] | str | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ("",))


def _places(text: str) -> set[str]:
    return set(PLACES.findall(text))
