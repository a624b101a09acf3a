"""A person with a mark in every place where something about a person can stand, and where the marks are found."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from booking.cases import follow_up
from booking.models import (
    Appointment,
    AppointmentEvent,
    Case,
    Clearance,
    Client,
    Condition,
    DeskLine,
    Draft,
    Message,
    NoteGrant,
    State,
)
from booking.notes.content import Content
from booking.notes.writing import add_to_note, sign_note
from clinic.record.audit import write_entry
from tests.booking.web.visitors import make_visit
from tests.cast import NOW, TODAY, Clinic, at, make_intake

YESTERDAY = TODAY - timedelta(days=1)
MARKS = {
    "NAMEMARK",
    "mailmark@example.com",
    "PHONEMARK",
    "BOOKERMARK",
    "ACCESSMARK",
    "ANSWERMARK",
    "EARLIERMARK",
    "LATERMARK",
    "REASONMARK",
    "REMARKMARK",
    "KINDMARK",
    "NOTEMARK",
    "WRITERMARK",
    "LIMITMARK",
    "CALLERMARK",
    "FOUNDMARK",
    "ADDEDMARK",
    "GRANTMARK",
    "LINEMARK",
    "1980-05-17",
}
# Not in the copy: it is nobody's word, or gone within a day.
PASSING = {"STRAYMARK", "LOGMARK", "FLASHMARK"}


def plant_person(clinic: Clinic) -> Appointment:
    """A visit that is over, with a mark in every place where something about a person can stand."""
    visit = make_visit(clinic, starts_at=at("14:00"), state=State.COMPLETED)
    assert visit.client is not None
    visit.claims.all().delete()
    Client.objects.filter(pk=visit.client.pk).update(
        name="NAMEMARK", email="mailmark@example.com", phone="PHONEMARK", birth_date="1980-05-17"
    )
    # Answered before anybody knew who it was, and corrected once it was known.
    earlier = make_intake(answers={"other_concern": "EARLIERMARK"})
    intake = make_intake(
        answers={"signs_now": ["unexplained_weight_loss"], "other_concern": "ANSWERMARK"},
        client=visit.client,
        previous=earlier,
    )
    # Said later in the same browser, and not booked: a number to call is all that is known.
    later = make_intake(
        answers={"signs_now": ["unexplained_weight_loss"], "other_concern": "LATERMARK"}, previous=intake
    )
    Case.objects.filter(intake=later).update(client=None, contact_name="CALLERMARK")
    Appointment.objects.filter(pk=visit.pk).update(
        state=State.COMPLETED,
        intake=intake,
        booker_name="BOOKERMARK",
        booker_email="mailmark@example.com",
        booker_phone="PHONEMARK",
        access_needs="ACCESSMARK",
        remark="NOTETOANAMARK",
        starts_at=at("14:00", day=YESTERDAY),
        ends_at=at("15:00", day=YESTERDAY),
        busy_until=at("15:15", day=YESTERDAY),
    )
    AppointmentEvent.objects.create(
        appointment=visit, at=NOW, actor="staff", verb="cancel", state=visit.state, version=1, reason="REASONMARK"
    )
    AppointmentEvent.objects.create(
        appointment=visit,
        at=NOW,
        actor="staff",
        verb="settle",
        state=visit.state,
        version=1,
        changes={"condition": "KINDMARK"},
    )
    Condition.objects.create(appointment=visit, kind="KINDMARK", remark="REMARKMARK")
    case = Case.objects.get(intake=intake)
    Case.objects.filter(pk=case.pk).update(contact_name="CALLERMARK")
    follow_up.record_event(case=case, verb="called", by=None, now=NOW, note="NOTEMARK")
    Clearance.objects.create(
        case=case,
        intake=intake,
        written_by="WRITERMARK",
        written_date=TODAY,
        allowed_treatments=["swedish"],
        limits={"avoid": ["LIMITMARK"], "note": ""},
        valid_until=TODAY,
        recorded_by=User.objects.create_user("somebody"),
        recorded_at=NOW,
    )
    ana = User.objects.create_user("who treats")
    note = sign_note(appointment=visit, content=Content(found="FOUNDMARK", next="Same"), seen=0, by_id=ana.pk, now=NOW)
    add_to_note(note=note, text="ADDEDMARK", by_id=ana.pk, now=NOW)
    NoteGrant.objects.create(
        client=visit.client, reader=ana, reason="GRANTMARK", granted_by=ana, granted_at=NOW, until=NOW
    )
    writer = User.objects.get(username="somebody")
    DeskLine.objects.create(client=visit.client, text="LINEMARK", written_at=NOW, written_by=writer)
    Draft.objects.create(
        typed={"booker_name": "NAMEMARK"}, client=visit.client, created_at=NOW, expires_at=NOW + timedelta(days=1)
    )
    Message.objects.filter(appointment=visit).delete()
    Message.objects.create(
        kind=Message.Kind.REMINDER,
        appointment=visit,
        recipient="mailmark@example.com",
        dedupe_key="one",
        message_id="<one@clinic.test>",
        due_at=NOW,
        next_try_at=NOW,
        created_at=NOW,
    )
    visit.refresh_from_db()
    return visit


def plant_traces(visit: Appointment) -> None:
    """What others wrote about the person on the way: the back office's log, a page's next words, an empty-handed call."""
    assert visit.client is not None
    person = Client.objects.get(pk=visit.client.pk)
    boss = User.objects.create_user("boss")
    LogEntry.objects.create(
        user=boss,
        content_type=ContentType.objects.get_for_model(Client),
        object_id=str(person.pk),
        object_repr=f"{person.name} LOGMARK",
        action_flag=CHANGE,
        change_message='[{"changed": {"object": "LOGMARK"}}]',
    )
    session = SessionStore()
    session["_messages"] = json.dumps([["__json_message", 0, 25, f"Booked for {person.name} FLASHMARK."]])
    session["kept"] = "yes"
    session.save()
    write_entry(by=boss, verb="view", object_type="client", object_id=person.pk, now=NOW, fields=["contacts"])
    # Called without a booking, by the same name and number.
    asked = make_intake(answers={"signs_now": ["unexplained_weight_loss"], "other_concern": "STRAYMARK"})
    Case.objects.filter(intake=asked).update(contact_name=person.name, contact_phone=person.phone)
    # A booking that nobody confirmed, and a journey of this hour.
    dropped = make_visit_of_nobody(visit)
    Message.objects.create(
        kind=Message.Kind.CONFIRM_EMAIL,
        appointment=dropped,
        recipient=person.email.upper(),
        dedupe_key="two",
        message_id="<two@clinic.test>",
        due_at=NOW,
        next_try_at=NOW,
        created_at=NOW,
    )
    typed = {"booker_name": person.name, "booker_email": person.email, "access_needs": "STRAYMARK"}
    Draft.objects.create(typed=typed, created_at=NOW, expires_at=NOW + timedelta(days=1))


def make_visit_of_nobody(visit: Appointment) -> Appointment:
    dropped = Appointment.objects.get(pk=visit.pk)
    dropped.pk, dropped.public_id, dropped.reference = None, "nobodys", "NOBODYS"
    dropped.client = dropped.intake = None
    dropped.state = State.EXPIRED
    dropped.booker_name = dropped.booker_email = dropped.booker_phone = ""
    dropped.access_needs = dropped.remark = ""
    dropped.save(force_insert=True)
    return dropped


def marks_kept(marks: Iterable[str] = ()) -> set[str]:
    """The marks in any column of any row of any table, decrypted, whatever their case."""
    values = [str(row).casefold() for model in apps.get_models(include_auto_created=True) for row in _rows(model)]
    values += [str(session.get_decoded()).casefold() for session in Session.objects.all()]
    return {mark for mark in marks or MARKS if any(mark.casefold() in value for value in values)}


def _rows(model: Any) -> list[tuple[Any, ...]]:
    return list(model._default_manager.values_list())
