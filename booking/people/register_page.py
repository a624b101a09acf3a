"""The register as the page docs/personal_data.md."""

from booking.people.periods import how_long
from booking.people.register import KEEPS, NOT_ABOUT_A_PERSON, REGISTER, Erased, Field, Table
from services.models import ClinicPolicy

HEAD = """# Register of personal data

Generated from `booking/people/register.py` by `manage.py write_docs`. The copy of a person's data, erasing and the
nightly retention run on the same table. Years are defaults; an owner confirms or changes them in the panel, and nothing
is erased by night before that (docs/decisions/{decision}).

## How long

| what | why | how long |
| --- | --- | --- |
"""
DECISION = "0034"


def as_markdown() -> str:
    usual = ClinicPolicy()
    lines = [f"| {keep.what} | {keep.why} | {how_long(keep, policy=usual)} |" for keep in KEEPS]
    parts = ["\n".join([HEAD.format(decision=DECISION) + "\n".join(lines)])]
    parts += [_table(table) for table in REGISTER]
    parts.append("## About nobody\n\n" + "\n".join(_not_personal(label) for label in sorted(NOT_ABOUT_A_PERSON)))
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    words = str(table.words)
    head = f"## {words[0].upper()}{words[1:]} (`{table.model}`)\n\n"
    head += "| field | what it is | whose | copied | when erased | kept with |\n| --- | --- | --- | --- | --- | --- |\n"
    return head + "\n".join(_row(one) for one in table)


def _row(one: Field) -> str:
    erased = f"kept: {one.why}" if one.erased is Erased.KEPT else one.erased.value
    kept = one.keep.key.replace("_", " ") if one.keep else ""
    copied = "yes" if one.is_copied else "no"
    return f"| `{one.name}` | {one.words} | {one.whose.value} | {copied} | {erased} | {kept} |"


def _not_personal(label: str) -> str:
    return f"- `{label}`: " + ", ".join(f"`{name}`" for name in NOT_ABOUT_A_PERSON[label])
