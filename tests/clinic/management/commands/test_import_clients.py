"""`import_clients`: what it would do, what it does, and what it refuses."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from booking.models import Bringing, Client, DeskLine
from clinic.models import AuditEntry
from tests.cast import make_client, make_member

pytestmark = pytest.mark.django_db

TEXT = "Name,Email,Remarks\nNiamh Byrne,niamh@example.com,\nCian,abc,Parks outside\n"
REPORT = [
    "Line 3: “abc” is no email address. It is left out.",
    "Line 2 may be somebody you know. The name and a contact agree: what is empty is filled in.",
    "1 new person. 1 record that you have is filled in.",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(capsys: Any, *arguments: object) -> list[str]:
    call_command("import_clients", *map(str, arguments))
    return str(capsys.readouterr().out).splitlines()


def test_without_apply_it_only_says_what_it_would_do(capsys: Any, file: Path) -> None:
    make_client()

    said = run(capsys, file)

    assert said == [*REPORT, "Nothing was written. Add --apply to bring them in."]
    assert (Client.objects.count(), Bringing.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


def test_with_apply_it_brings_them_on_record(capsys: Any, file: Path) -> None:
    make_client()
    ann = make_member("owner", name="ann")

    said = run(capsys, file, "--apply", "--notes", "Remarks")

    row = Bringing.objects.get()
    assert said == [*REPORT, "Done: 1 new person. 1 line changes nothing."]
    assert list(Client.objects.values_list("name", flat=True)) == ["Cian", "Niamh Byrne"]
    assert [one.text for one in DeskLine.objects.all()] == ["Parks outside"]
    assert list(AuditEntry.objects.values_list("by", "verb", "object_type", "object_id", "fields")) == [
        (ann.pk, "bring", "people", str(row.pk), [])
    ]


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        (TEXT, ("--apply",), "There is no owner yet"),
        (TEXT, ("--apply", "--by", "bob"), "bob is no owner here"),
        (TEXT, ("--notes", "Hat"), "No column is called Hat. There are: Name, Email, Remarks."),
        ("Who,Where\nAnn,Here\n", (), "No column is called like a name"),
        ("", (), "This file is empty."),
    ],
)
def test_what_can_not_be_done_is_said(file: Path, text: str, arguments: tuple[str, ...], sentence: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        call_command("import_clients", str(file), *arguments)

    assert Client.objects.count() == 0


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_clients", str(tmp_path / "nowhere.csv"))
