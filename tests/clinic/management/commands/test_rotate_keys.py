from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from booking.models import Appointment, Intake, Note, State
from booking.notes.content import Content
from booking.notes.writing import add_to_note, sign_note
from clinic.models import AuditEntry
from clinic.running import keys
from clinic.running.keys import Tally
from services.models import Therapist, TimeOff
from services.sealed import make_seals, missing_seals
from tests.cast import NOW, Clinic, book, make_client, make_intake, soon
from tests.clinic.running.test_keys import ANSWERS, column, put_a_new_key_first

pytestmark = pytest.mark.django_db


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
        "booking.Appointment.remark",
        "booking.AppointmentEvent.reason",
        "booking.Clearance.written_by",
        "booking.Condition.remark",
    }
    assert typed <= {line.partition(":")[0] for line in said}


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


def test_signed_notes_go_along_and_are_closed_again(clinic: Clinic, engine: str, settings: Any) -> None:
    make_seals()
    visit, ana = book(clinic, "14:00"), User.objects.create(username="ana").pk
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    note = sign_note(appointment=visit, content=Content(next="NEXTMARK"), seen=0, by_id=ana, now=NOW)
    add_to_note(note=note, text="ADDEDMARK", by_id=ana, now=NOW)
    new, _before = put_a_new_key_first(settings)

    call_command("rotate_keys")
    settings.HEALTH_DATA_KEYS = [new]

    read = Note.objects.get()
    assert (read.content, read.additions.get().text) == ({"next": "NEXTMARK"}, "ADDEDMARK")
    assert missing_seals() == set()
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.update(version=9)
