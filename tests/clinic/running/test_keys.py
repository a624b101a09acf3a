"""Everything that is encrypted moves to the first key, while people go on writing."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from booking.models import Intake
from clinic.models import AuditEntry
from clinic.running import keys
from clinic.running.keys import Tally
from services import encrypted_columns
from services.encrypted_columns import Column
from services.models import Therapist, TimeOff
from tests.cast import NOW, make_client, make_intake, soon

pytestmark = pytest.mark.django_db
ANSWERS = {"other_concern": "ANSWERMARK"}


def column() -> Column:
    return next(one for one in encrypted_columns.encrypted_columns() if one.label == "booking.Intake.answers")


def put_a_new_key_first(settings: Any) -> tuple[str, list[str]]:
    """Returns the new key, and the keys of before."""
    before = list(settings.HEALTH_DATA_KEYS)
    new = Fernet.generate_key().decode()
    settings.HEALTH_DATA_KEYS = [new, *before]
    return new, before


def test_afterwards_the_first_key_is_enough(settings: Any, capsys: Any) -> None:
    for _ in range(3):
        make_intake(answers=ANSWERS, client=make_client())
    new, _before = put_a_new_key_first(settings)

    call_command("rotate_keys")
    settings.HEALTH_DATA_KEYS = [new]

    assert [intake.answers["other_concern"] for intake in Intake.objects.all()] == ["ANSWERMARK"] * 3
    assert "booking.Intake.answers: 3 encrypted anew, 0 under the first key already" in capsys.readouterr().out
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["rotate keys"]


def test_what_was_typed_about_a_person_goes_along(settings: Any, capsys: Any) -> None:
    """The columns are found by walking the models."""
    therapist = Therapist.objects.create(name="Ana Ruiz")
    TimeOff.objects.create(therapist=therapist, starts_at=NOW, ends_at=soon(60), reason="Flu")
    TimeOff.objects.create(therapist=therapist, starts_at=NOW, ends_at=soon(60), reason="")
    new, _before = put_a_new_key_first(settings)

    call_command("rotate_keys")
    settings.HEALTH_DATA_KEYS = [new]

    assert list(TimeOff.objects.order_by("pk").values_list("reason", flat=True)) == ["Flu", ""]
    said = capsys.readouterr().out.splitlines()
    assert "services.TimeOff.reason: 1 encrypted anew, 0 under the first key already" in said
    typed = {
        "booking.Appointment.access_needs",
        "booking.AppointmentEvent.reason",
        "booking.Clearance.written_by",
        "booking.Condition.remark",
    }
    assert typed <= {line.partition(":")[0] for line in said}


def test_what_was_cut_off_goes_on_where_it_was(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypted_columns, "ROWS_AT_ONCE", 2)
    for _ in range(5):
        make_intake(answers=ANSWERS, client=make_client())
    put_a_new_key_first(settings)
    make_intake(answers=ANSWERS, client=make_client())
    replace, batches = encrypted_columns.replace, []

    def until_it_dies(*args: Any) -> None:
        batches.append(args)
        if len(batches) == 2:
            raise KeyboardInterrupt
        replace(*args)

    monkeypatch.setattr(keys, "replace", until_it_dies)
    with pytest.raises(KeyboardInterrupt):
        keys.rotate(column())
    monkeypatch.setattr(keys, "replace", replace)

    assert keys.rotate(column()) == Tally(current=3, older=3)
    assert keys.rotate(column()) == Tally(current=6)


def test_an_answer_that_changes_meanwhile_is_kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = make_intake(answers=ANSWERS, client=make_client())
    put_a_new_key_first(settings)
    replace = encrypted_columns.replace

    def after_somebody_wrote(*args: Any) -> None:
        Intake.objects.filter(pk=intake.pk).update(answers={"other_concern": "newer"})
        replace(*args)

    monkeypatch.setattr(keys, "replace", after_somebody_wrote)
    keys.rotate(column())

    assert Intake.objects.get().answers == {"other_concern": "newer"}


def test_check_only_counts_and_ends_with_1(settings: Any) -> None:
    make_intake(answers=ANSWERS, client=make_client())
    put_a_new_key_first(settings)

    with pytest.raises(SystemExit) as ended:
        call_command("rotate_keys", check=True)

    assert ended.value.code == 1
    assert keys.rotate(column(), writes=False) == Tally(older=1)


def test_what_no_key_opens_is_said_and_left_alone(settings: Any, capsys: Any) -> None:
    make_intake(answers=ANSWERS, client=make_client())
    settings.HEALTH_DATA_KEYS = [Fernet.generate_key().decode()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM booking_intake")
        before = cursor.fetchall()

    with pytest.raises(SystemExit):
        call_command("rotate_keys")

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM booking_intake")
        assert cursor.fetchall() == before
    assert "values can't be read" in capsys.readouterr().out
