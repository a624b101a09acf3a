"""A setting of the environment is one record, and all of it: whoever adds one by half reads here what is missing."""

import ast
from collections.abc import Iterable, Iterator

from clinic.running.variables import SECRETS, SETTINGS, Setting, as_example, make_secrets, read_variables
from tests.environment import ROOT

READERS = ("environment.py", "listening.py")
READ_FROM = {"values", "variables"}


def names_read(source: str) -> Iterator[str]:
    """`values["NAME"]`, `variables.get("NAME")`, and `name="NAME"` that is handed to a function which reads it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=ast.Name(id=held), slice=ast.Constant(value=str(name))) if held in READ_FROM:
                yield name
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=held), attr="get"), args=[ast.Constant(value=str(name)), *_]
            ):
                if held in READ_FROM:
                    yield name
            case ast.Call(func=ast.Name(), keywords=keywords):
                yield from (
                    one.value.value
                    for one in keywords
                    if one.arg == "name" and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
                )


def find_gaps(settings: Iterable[Setting], read: set[str]) -> list[str]:
    """What is missing, in words."""
    settings = list(settings)
    names = [setting.name for setting in settings]
    gaps = [f"{name}: is read, and no record in SETTINGS" for name in sorted(read - set(names))]
    gaps += [f"{name}: in SETTINGS, and nobody reads it" for name in names if name not in read]
    gaps += [f"{setting.name}: nothing says what it is for" for setting in settings if not setting.says.strip()]
    return gaps + [f"{name}: stands twice" for name in sorted(set(names)) if names.count(name) > 1]


def test_every_setting_is_complete() -> None:
    read = {name for reader in READERS for name in names_read((ROOT / "clinic" / "running" / reader).read_text())}

    assert find_gaps(SETTINGS, read) == []


def test_a_setting_that_was_added_by_half_is_named() -> None:
    source = 'a = values["SITE_URL"]; b = variables.get("BIND", ""); c = _read_secret(values, name="NEW_KEY")'
    site, bind = (Setting(name=name, says="The address.", value="x") for name in ("SITE_URL", "BIND"))
    halves = [site, bind, bind, Setting(name="COLOUR", says="", value="red")]

    assert find_gaps(halves, set(names_read(source))) == [
        "NEW_KEY: is read, and no record in SETTINGS",
        "COLOUR: in SETTINGS, and nobody reads it",
        "COLOUR: nothing says what it is for",
        "BIND: stands twice",
    ]


def test_the_example_is_the_table() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == as_example()


def test_what_is_unset_is_empty_and_what_is_unknown_is_left_out() -> None:
    values = read_variables({"PORT": " 81 ", "HOME": "/root"})

    assert values == dict.fromkeys((setting.name for setting in SETTINGS), "") | {"PORT": "81"}


def test_secrets_are_made_fresh() -> None:
    first, second = make_secrets(), make_secrets()

    assert tuple(first) == SECRETS == ("SECRET_KEY", "LINK_KEY", "HEALTH_DATA_KEYS")
    assert len({*first.values(), *second.values()}) == 6
