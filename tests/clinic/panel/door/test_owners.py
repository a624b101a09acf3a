"""The first owner and the code that makes one."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from clinic.models import AuditEntry, StaffProfile
from clinic.panel.door import owners
from clinic.panel.door.accounts import NameTaken
from tests.cast import NOW

pytestmark = pytest.mark.django_db
ANN: dict[str, Any] = {"username": "ann", "email": "ann@example.com", "password": "quiet hands 42", "now": NOW}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_a_code_is_kept_as_a_hash_that_only_the_clinic_reads(folder: Path) -> None:
    code = owners.issue_code()
    kept = folder / "first-owner-code"

    assert [path.name for path in folder.iterdir()] == [kept.name]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert code not in kept.read_text()
    assert len(code.replace("-", "")) == 20


def test_a_code_is_recognised_however_it_is_typed() -> None:
    code = owners.issue_code()

    typed = [code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("-", " "), code[:-1], f"{code}A", ""]

    assert [owners.is_code(text) for text in typed] == [True] * 5 + [False] * 3


def test_without_a_start_no_code_is_right() -> None:
    assert [owners.is_code(text) for text in ("", "A", "0" * 20)] == [False] * 3


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"rubbish"])
def test_a_damaged_file_opens_nothing(content: bytes, folder: Path) -> None:
    (folder / "first-owner-code").write_bytes(content)

    assert [owners.is_code(text) for text in ("", "rubbish")] == [False, False]


def test_each_start_prints_another_code() -> None:
    first, second = owners.issue_code(), owners.issue_code()

    assert (owners.is_code(first), owners.is_code(second)) == (False, True)


def test_the_first_owner_ends_the_code_and_is_on_record(folder: Path) -> None:
    code = owners.issue_code()

    user = owners.make_first_owner(**ANN)

    assert (owners.has_owner(), owners.is_code(code), list(folder.iterdir())) == (True, False, [])
    assert (user.is_superuser, user.check_password(ANN["password"])) == (True, True)
    assert list(AuditEntry.objects.values_list("verb", "object_id", "fields")) == [
        ("give role", str(user.pk), ["owner"])
    ]


def test_a_code_makes_one_owner() -> None:
    owners.issue_code()
    owners.make_first_owner(**ANN)

    with pytest.raises(owners.OwnerExists):
        owners.make_first_owner(**ANN | {"username": "bob"})

    assert list(User.objects.values_list("username", flat=True)) == ["ann"]


def test_where_it_fails_the_code_is_good_again() -> None:
    code = owners.issue_code()
    User.objects.create_user("ann")

    with pytest.raises(NameTaken):
        owners.make_first_owner(**ANN)

    assert (owners.is_code(code), owners.has_owner()) == (True, False)


def test_an_owner_who_was_disabled_counts_as_none() -> None:
    user = owners.make_owner(**ANN)
    before = owners.has_owner()
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert (before, owners.has_owner()) == (True, False)


def test_a_role_is_given_once_and_never_changed() -> None:
    user = User.objects.create_superuser("root")
    owners.give_owner_role(user, by=user, now=NOW)
    StaffProfile.objects.update(role="reception")
    owners.give_owner_role(user, by=user, now=NOW)

    assert list(StaffProfile.objects.values_list("role", flat=True)) == ["reception"]
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("username", [" ", "\u3164", "\u200b"])
def test_an_owner_has_a_name_that_can_be_seen(username: str) -> None:
    with pytest.raises(NameTaken, match="can be seen"):
        owners.make_owner(**ANN | {"username": username})
