"""Pieces of a page that are drawn hundreds of times: a template with blanks is drawn once, and filled in each time.

Such a piece has blanks only, like `{{ name }}`, also inside the address of a page; it decides nothing and repeats nothing
(a test looks). Filling one in costs a fiftieth of drawing its template.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Letters only, so that a blank passes through addresses and escaping as it is.
_BLANK = re.compile(r"blankof([a-z]+?)endofblank")


def fill_in(template: str, blanks: Mapping[str, str | int]) -> SafeString:
    """The piece with these values, each of them escaped unless it is safe."""
    pattern = _cut(template, tuple(blanks), get_language())
    escaped = {name: conditional_escape(str(one) if isinstance(one, int) else one) for name, one in blanks.items()}
    return mark_safe(pattern.format_map(escaped))  # noqa: S308 - escaped


@lru_cache(maxsize=64)
def _cut(template: str, names: tuple[str, ...], _language: str | None) -> str:
    """The piece as a pattern for `str.format`, in the words of the language."""
    drawn = render_to_string(template, {name: f"blankof{name.replace('_', 'zz')}endofblank" for name in names})
    # The lines of the file mean nothing; a space within one does.
    literal = " ".join(re.sub(r">\s*\n\s*<", "><", drawn).split()).replace("{", "{{").replace("}", "}}")
    return _BLANK.sub(lambda found: "{" + found[1].replace("zz", "_") + "}", literal)
