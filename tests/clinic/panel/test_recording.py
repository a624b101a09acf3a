"""Every change made in the panel leaves a line in the trail: ids and names of fields, never values."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import URLPattern, reverse

from booking.carrying import bringing
from booking.cases.clearances import Letter, record_clearance
from booking.intake.signing import record_signature
from booking.messages import outbox
from booking.messages.trial import queue_trial
from booking.models import (
    Appointment,
    Bringing,
    Case,
    Client,
    Condition,
    DeskLine,
    Invitation,
    Message,
    NoteGrant,
    RulebookSignature,
    State,
)
from booking.notes.content import Content
from booking.notes.writing import sign_note
from booking.people.households import add_to_household
from booking.people.merging import merge
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from clinic.models import AuditEntry, StaffProfile
from clinic.panel import urls
from services.models import ClinicPolicy, Location, Room, Therapist, TimeOff, Treatment, TreatmentLength
from services.places import FACTS
from tests.booking.carrying.lists import upload
from tests.cast import (
    DOCTOR_FIRST,
    EMAIL,
    NOW,
    RELAXING,
    TODAY,
    Clinic,
    at,
    book,
    browser_of,
    make_client,
    make_intake,
    make_member,
    sign_in,
    take_off,
)
from tests.clinic.panel.door.test_rights import EXPECTED
from tests.clinic.panel.ways_in import WAYS_IN
from tests.pages import Page, fill, read, send, submit
from tests.services.places import make_location
from tests.services.test_pictures import make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MARK = "PLANTEDREMARK"
Lines = list[tuple[str, str, str, list[str]]]


def lines(*, verb: str | None = None) -> Lines:
    """The trail but for the views, in order."""
    rows = AuditEntry.objects.exclude(verb="view").order_by("id")
    return list(rows.values_list("verb", "object_type", "object_id", "fields"))


def about(name: str, visit: Appointment) -> str:
    return reverse(f"panel:{name}", args=[visit.reference])


def drawn(path: str) -> Page:
    """The page as an owner sees it, with every button; that this was looked at is taken out of the trail again."""
    name = "who drew the page"
    user = User.objects.filter(username=name).first() or make_member("owner", name=name)
    page = read(browser_of(user).get(path))
    AuditEntry.objects.filter(by=user.pk).delete()
    return page


def do_book(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    details = {
        "length": clinic.treatment.lengths.get(minutes=60).pk,
        "therapist": "",
        "day": TODAY.isoformat(),
        "time": "10:00",
        "name": MARK,
        "access_needs": MARK,
        "send_form": "",
    }
    answer = send(browser, drawn(reverse("panel:book")), "Book this visit", details)
    return answer, [("book", "visit", Appointment.objects.get().reference, [])]


def do_people(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "10:00", name=MARK)
    book(clinic, "12:00", name="Somebody Else")
    answer = send(browser, drawn(reverse("panel:people")), "Look up", {"words": MARK})
    fields = ["contacts"] if b"Somebody new" in answer.content else ["name"]
    return answer, [("find", "client", str(visit.client_id), fields)]


def do_find_time(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    page = drawn(reverse("panel:find_time"))
    form, button = page.starts[0]
    kept = submit(browser, page, form, button, fill(form, {}))
    person = make_client(MARK)
    found = send(browser, read(browser.get(kept.url)), "Search", {"words": MARK})
    visit = Appointment.objects.get()
    answer = send(browser, read(found), f"Book for {MARK}")
    return answer, [
        ("keep", "visit", visit.reference, []),
        ("find", "client", str(person.pk), ["contacts"]),
        ("book", "visit", visit.reference, []),
    ]


def do_step(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "10:00", name=MARK)
    answer = send(browser, drawn(about("visit", visit)), "Arrived")
    return answer, [("step", "visit", visit.reference, ["state"])]


def do_move(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    shown = drawn(f"{about('move', visit)}?with={clinic.therapists[1].pk}&from=2026-11-23")
    wanted = f"{at('11:30').isoformat()} {clinic.therapists[1].pk}"
    assert [button.value for _form, button in shown.starts].count(wanted) == 1
    target = urlencode({"start": at("11:30").isoformat(), "therapist": clinic.therapists[1].pk})
    answer = send(browser, drawn(f"{about('move', visit)}?{target}"), "Move it")
    return answer, [("move", "visit", visit.reference, ["starts_at", "therapist"])]


def do_undo_move(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    other = clinic.therapists[1].pk
    appointments.move(appointment=visit, starts_at=at("11:30"), therapist_id=other, by=By("staff"), now=NOW)
    answer = send(browser, drawn(about("visit", visit)), "Undo the move")
    return answer, [("undo move", "visit", visit.reference, ["starts_at", "therapist"])]


def other_length(clinic: Clinic) -> TreatmentLength:
    wanted = {"price": Decimal(120), "is_active": True}
    return TreatmentLength.objects.update_or_create(treatment=clinic.treatment, minutes=90, defaults=wanted)[0]


def do_change_treatment(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    other_length(clinic)
    answer = send(browser, drawn(about("change_treatment", visit)), "Change to Swedish 90, until 15:30, €120")
    return answer, [("change treatment", "visit", visit.reference, ["treatment", "minutes", "price"])]


def do_undo_treatment(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit, length = book(clinic, "14:00", name=MARK), other_length(clinic)
    appointments.change_treatment(
        appointment=visit, treatment=clinic.treatment, minutes=length.minutes, by=By("staff"), now=NOW
    )
    answer = send(browser, drawn(about("visit", visit)), "Undo the change of treatment")
    return answer, [("undo treatment", "visit", visit.reference, ["treatment", "minutes", "price"])]


def do_book_again(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "10:30", name=MARK)
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    page = drawn(about("visit", visit))
    form, button = page.starts[0]
    answer = submit(browser, page, form, button, fill(form, {}))
    return answer, [("book", "visit", Appointment.objects.exclude(pk=visit.pk).get().reference, [])]


def do_cancel(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    answer = send(browser, drawn(about("cancel", visit)), "Cancel this visit", {"reason": MARK})
    return answer, [("cancel", "visit", visit.reference, ["state"])]


def do_undo(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    appointments.cancel(appointment=visit, by=By("staff"), now=NOW)
    answer = send(browser, drawn(about("visit", visit)), "Undo the cancellation")
    return answer, [("undo", "visit", visit.reference, ["state"])]


def do_keep_time(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("16:00"))
    answer = send(browser, drawn(about("visit", visit)), "We keep this time")
    return answer, [("keep time", "visit", visit.reference, [])]


def do_settle(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    ClinicPolicy.objects.update(reception_reads_concerns=True)
    Condition.objects.create(appointment=visit, kind="note_to_read")
    answer = send(browser, drawn(about("visit", visit)), "Settled", {"remark": MARK})
    return answer, [("settle", "visit", visit.reference, ["conditions"])]


def do_ask_again(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK)
    answers = {key: RELAXING[key] for key in ("emergency_symptoms", "signs_now")}
    answer = send(browser, drawn(about("ask_again", visit)), "These are the answers", answers)
    return answer, [("ask again", "visit", visit.reference, ["answers"])]


def treated(browser: Browser, clinic: Clinic) -> tuple[Appointment, Browser]:
    """A visit that is done, and who draws its page: whoever presses, an owner who treats too, or else who treats."""
    visit = book(clinic, "14:00", name=MARK)
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    profile = StaffProfile.objects.get(user_id=browser.session["_auth_user_id"])
    if profile.role == StaffProfile.Role.OWNER:
        StaffProfile.objects.filter(pk=profile.pk).update(therapist=visit.therapist)
    is_treating = profile.role != StaffProfile.Role.RECEPTION
    return visit, browser if is_treating else sign_in("therapist", clinic, name="who treats")


def do_note(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit, draws = treated(browser, clinic)
    page = read(draws.get(about("note", visit)))
    AuditEntry.objects.all().delete()
    answer = send(browser, page, "Sign, and show the day", {"next": MARK})
    return answer, [("sign", "note", visit.reference, [])]


def do_add_to_note(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit, draws = treated(browser, clinic)
    by = StaffProfile.objects.get(user_id=draws.session["_auth_user_id"]).user
    sign_note(appointment=visit, content=Content(next=MARK), seen=0, by_id=by.pk, now=NOW)
    page = read(draws.get(about("note", visit)))
    AuditEntry.objects.all().delete()
    answer = send(browser, page, "Add", {"text": MARK})
    return answer, [("add", "note", visit.reference, [])]


def do_send_form(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK, email=EMAIL, with_form=False)
    answer = send(browser, drawn(about("visit", visit)), "Send the form")
    return answer, [("ask for form", "visit", visit.reference, [])]


def do_choose_again(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK, email=EMAIL)
    answer = send(browser, drawn(about("visit", visit)), "Ask for another time")
    return answer, [("ask for a new time", "visit", visit.reference, [])]


def do_revoke_links(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK, email=EMAIL)
    answer = send(browser, drawn(about("revoke_links", visit)), "Stop old links, email a new one")
    return answer, [("revoke links", "visit", visit.reference, ["link_generation"])]


def do_read_out(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK, with_form=False)
    said = RELAXING | {"other_concern": MARK, "said_by": MARK}
    answer = send(browser, drawn(about("read_out", visit)), "These are the answers", said)
    return answer, [("read out", "visit", visit.reference, ["answers"])]


def make_case() -> Case:
    make_intake(answers=DOCTOR_FIRST, client=make_client())
    return Case.objects.get()


def do_case(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    case = make_case()
    answer = send(browser, drawn(reverse("panel:case", args=[case.pk])), "Save", {"state": "called", "note": MARK})
    return answer, [("step", "case", str(case.pk), ["state"])]


def do_clear(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    case = make_case()
    letter = {
        "written_by": MARK,
        "written_date": TODAY.isoformat(),
        "allowed_treatments": ["swedish"],
        "valid_until": (TODAY + timedelta(days=30)).isoformat(),
        "avoid": MARK,
    }
    answer = send(browser, drawn(reverse("panel:case", args=[case.pk])), "Record this letter", letter)
    return answer, [("clear", "case", str(case.pk), [])]


def do_void_letter(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    case = make_case()
    by = User.objects.create_user("who recorded it")
    letter = Letter(written_by=MARK, written_date=TODAY, allowed_treatments=("swedish",), valid_until=TODAY)
    record_clearance(case=case, letter=letter, by=by, now=NOW)
    answer = send(browser, drawn(reverse("panel:case", args=[case.pk])), "Take this letter back")
    return answer, [("void letter", "case", str(case.pk), [])]


def about_person(name: str, *people: Client) -> str:
    return reverse(f"panel:{name}", args=[one.public_id for one in people])


def make_own(clinic: Clinic) -> Client:
    """Somebody who comes to the therapist."""
    visit = book(clinic, "14:00", name=MARK)
    assert visit.client is not None
    return visit.client


def do_person_edit(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_own(clinic)
    answer = send(browser, drawn(about_person("person_edit", person)), "Save", {"name": f"{MARK} Kelly"})
    return answer, [("correct", "client", str(person.pk), ["name"])]


def do_person_birth_date(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_own(clinic)
    answer = send(browser, drawn(about_person("person_birth_date", person)), "Save", {"birth_date": "1980-05-17"})
    return answer, [("correct", "client", str(person.pk), ["birth date"])]


def do_person_line(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_own(clinic)
    answer = send(browser, drawn(about_person("person", person)), "Add", {"text": MARK})
    return answer, [("write line", "client", str(person.pk), [])]


def do_person_notes_file(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_own(clinic)
    visit = person.appointments.get()
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    writer = User.objects.order_by("pk")[0].pk
    sign_note(appointment=visit, content=Content(next=MARK), seen=0, by_id=writer, now=NOW)
    answer = send(browser, drawn(about_person("person_notes", person)), "PDF of these days")
    return answer, [("export", "client", str(person.pk), ["notes"])]


def do_person_grant(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, reader = make_own(clinic), make_member("therapist", clinic, number=1, name="who is let in")
    values = {"reader": str(reader.pk), "last_day": TODAY.isoformat(), "reason": MARK}
    answer = send(browser, drawn(about_person("person_notes", person)), "Let them read", values)
    return answer, [("let read notes", "client", str(person.pk), [])]


def do_person_grant_end(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, reader = make_own(clinic), make_member("therapist", clinic, number=1, name="who is let in")
    NoteGrant.objects.create(
        client=person, reader=reader, reason=MARK, granted_by=reader, granted_at=NOW, until=NOW + timedelta(days=1)
    )
    answer = send(browser, drawn(about_person("person_notes", person)), f"Take back: {clinic.therapists[1].name}")
    return answer, [("end reading notes", "client", str(person.pk), [])]


def do_person_strike(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_own(clinic)
    writer = User.objects.create_user("who wrote it")
    DeskLine.objects.create(client=person, text=MARK, written_at=NOW, written_by=writer)
    answer = send(browser, drawn(about_person("person", person)), f"Strike: {MARK}")
    return answer, [("strike line", "client", str(person.pk), [])]


def do_person_household(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, other = make_own(clinic), make_client(f"{MARK} too")
    owner = browser_of(make_member("owner", name="who looked for somebody"))
    found = read(send(owner, drawn(about_person("person_household", person)), "Find", {"words": "too"}))
    AuditEntry.objects.all().delete()
    answer = send(browser, found, f"Add: {other.name}")
    return answer, [("household", "client", str(person.pk), ["household"])]


def do_person_leave(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, other = make_own(clinic), make_client(f"{MARK} too")
    add_to_household(client=person, other=other)
    answer = send(browser, drawn(about_person("person_household", person)), f"Take {person.name} out")
    return answer, [("household", "client", str(person.pk), ["household"])]


def do_person_same(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, other = make_own(clinic), make_client(f"{MARK} too")
    answer = send(browser, drawn(about_person("person_same", person)), "Find", {"words": "too"})
    return answer, [("find", "client", str(other.pk), ["contacts"])]


def do_person_merge(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, other = make_own(clinic), make_client(MARK)
    answer = send(browser, drawn(about_person("person_merge", person, other)), "Merge into one record")
    return answer, [("merge", "client", str(person.pk), ["email"])]


def do_person_unmerge(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, other = make_own(clinic), make_client(MARK)
    merge(kept=person, gone=other, from_gone=(), by=By("staff"), now=NOW, versions=(1, 1))
    answer = send(browser, drawn(about_person("person", person)), "Undo the merge")
    return answer, [("undo merge", "client", str(person.pk), [])]


def do_person_apart(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person, other = make_own(clinic), make_client(MARK)
    answer = send(browser, drawn(about_person("person", person)), f"Not the same: {other.name}")
    return answer, [("tell apart", "client", str(person.pk), [])]


def do_person_copy(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_client(MARK)
    answer = send(browser, drawn(reverse("panel:person_data", args=[person.public_id])), "Download the copy")
    return answer, [("copy", "client", str(person.pk), [])]


def do_person_erase(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = make_client(MARK)
    answer = send(browser, drawn(reverse("panel:person_data", args=[person.public_id])), "Erase", {"sure": "yes"})
    return answer, [("erase", "client", str(person.pk), [])]


def do_time_off(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    away = {
        "therapist": clinic.therapists[0].pk,
        "first_day": TODAY.isoformat(),
        "first_time": "12:00",
        "last_day": TODAY.isoformat(),
        "last_time": "13:00",
        "reason": MARK,
    }
    answer = send(browser, drawn(reverse("panel:time_off")), "Save", away)
    return answer, [("add", "time off", str(TimeOff.objects.get().pk), [])]


def do_block(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    wanted = {
        "therapist": clinic.therapists[0].pk,
        "day": TODAY.isoformat(),
        "first": "12:00",
        "last": "12:30",
        "word": MARK,
    }
    answer = send(browser, drawn(reverse("panel:block")), "Block this time", wanted)
    return answer, [("add", "block", str(TimeOff.objects.get().pk), [])]


def do_remove_block(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    off = take_off(clinic.therapists[0], starts_at=at("12:00"), ends_at=at("12:30"), reason=MARK)
    answer = send(browser, drawn(reverse("panel:block")), "Remove")
    return answer, [("remove", "block", str(off.pk), [])]


def do_remove_time_off(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    row = TimeOff.objects.create(therapist=clinic.therapists[0], starts_at=at("12:00"), ends_at=at("13:00"))
    answer = send(browser, drawn(reverse("panel:time_off")), "Remove")
    return answer, [("remove", "time off", str(row.pk), [])]


def do_close_holidays(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:time_off")), "Close on this day: Friday 25 December")
    return answer, [("add", "time off", str(TimeOff.objects.get().pk), [])]


def do_rooms(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:set_up_rooms")), "Add this room", {"name": MARK})
    return answer, [("add", "room", str(Room.objects.get(name=MARK).pk), [])]


def do_room(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    room = clinic.rooms[0].pk
    answer = send(browser, drawn(reverse("panel:set_up_room", args=[room])), "Save", {"name": MARK})
    return answer, [("change", "room", str(room), ["name"])]


def do_move_room(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:set_up_rooms")), "Move down")
    return answer, [("change", "room", str(clinic.rooms[0].pk), ["order"])]


def do_new_person(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:set_up_new_person")), "Save", {"name": MARK})
    return answer, [("add", "therapist", str(Therapist.objects.get(name=MARK).pk), [])]


def do_person_hours(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = clinic.therapists[0].pk
    answer = send(browser, drawn(reverse("panel:set_up_person", args=[person])), "Save", {"from_1_0": "8"})
    return answer, [("change", "working hours", str(person), [])]


def do_profile(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = clinic.therapists[0].pk
    answer = send(browser, drawn(reverse("panel:set_up_profile", args=[person])), "Save", {"about": MARK})
    return answer, [("change", "therapist", str(person), ["about"])]


def do_leave(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = clinic.therapists[0].pk
    answer = send(browser, drawn(reverse("panel:set_up_profile", args=[person])), "No longer works here")
    return answer, [("leave", "therapist", str(person), [])]


def do_return(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    person = clinic.therapists[0]
    person.is_active = False
    person.save()
    answer = send(browser, drawn(reverse("panel:set_up_profile", args=[person.pk])), "Works here again")
    return answer, [("return", "therapist", str(person.pk), [])]


def do_ask_stranded(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visits = [book(clinic, start, name=MARK, email=EMAIL) for start in ("10:00", "14:00")]
    take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("16:00"))
    answer = send(browser, drawn(reverse("panel:time_off")), "Ask these clients")
    return answer, [("ask for a new time", "visit", visit.reference, []) for visit in visits]


def make_failed(clinic: Clinic) -> Message:
    return Message.objects.create(
        kind=Message.Kind.BOOKED,
        appointment=book(clinic, "14:00", name=MARK),
        recipient="niamh@example.com",
        dedupe_key="one",
        message_id="<one@example.com>",
        due_at=NOW,
        created_at=NOW,
        reason="refused",
        next_try_at=NOW,
        state=Message.State.FAILED,
    )


def do_send_again(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    message = make_failed(clinic)
    answer = send(browser, drawn(reverse("panel:messages")), "Send again")
    return answer, [("send again", "message", str(message.pk), [])]


def do_take_up(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK, with_form=False)
    answer = send(browser, drawn(reverse("panel:to_do")), f"I’ll do it : {MARK}")
    return answer, [("take up", "form", str(visit.pk), [])]


def do_give_back(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    visit = book(clinic, "14:00", name=MARK, with_form=False)
    send(browser, drawn(reverse("panel:to_do")), f"I’ll do it : {MARK}")
    answer = send(browser, read(browser.get(reverse("panel:to_do"))), f"Give it back : {MARK}")
    return answer, [("take up", "form", str(visit.pk), []), ("give back", "form", str(visit.pk), [])]


def do_my_mails(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:my_mails")), "Save these choices", {"kinds": ["late"]})
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    return answer, [("change", "user", str(user.pk), ["emails"])]


def make_list(browser: Browser) -> Bringing:
    """Looked at by whoever sits at this browser."""
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    return upload(f"Name\n{MARK}\n", user)


def do_set_up_carry(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    file = SimpleUploadedFile("list.csv", f"Name\n{MARK}\n".encode())
    answer = send(browser, drawn(reverse("panel:set_up_carry")), "Look at this list", {"file": file})
    return answer, [("add", "list", str(Bringing.objects.get().pk), [])]


def do_set_up_carry_visits(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    file = SimpleUploadedFile("list.csv", f"Date,Time,Treatment,Client\n2026-11-24,10:00,Swedish,{MARK}\n".encode())
    answer = send(browser, drawn(reverse("panel:set_up_carry_visits")), "Look at this list", {"file": file})
    return answer, [("add", "list", str(Bringing.objects.get().pk), [])]


def do_set_up_bring(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    row = make_list(browser)
    # A list is shown to whoever chose it and to nobody else.
    Bringing.objects.update(user=make_member("owner", name="who drew the page"))
    page = drawn(reverse("panel:set_up_carry"))
    Bringing.objects.update(user=row.user)
    answer = send(browser, page, "Bring this list in")
    return answer, [("bring", "people", str(row.pk), [])]


def do_set_up_take_back(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    row = bringing.apply(make_list(browser), now=NOW)
    answer = send(browser, drawn(reverse("panel:set_up_carry")), "Take back the list of Monday 23 November, 08:00")
    return answer, [("take back", "people", str(row.pk), [])]


def do_set_up_take(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:set_up_carry")), "Download everything", {"with_health": "on"})
    return answer, [("export", "everything", "", ["health data"])]


def do_emergency_number(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:emergency_number")), "This number is right", {"number": "112"})
    return answer, [("change", "policy", "1", ["emergency number"])]


def do_confirm_step(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    ClinicPolicy.objects.update(opened_at=None, prices_confirmed_at=None)
    answer = send(browser, drawn(reverse("panel:set_up")), "These are right")
    return answer, [("confirm", "prices", "", [])]


def do_go_live(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    """Everything is there, and it was stopped."""
    ClinicPolicy.objects.update(stopped_at=NOW, contact_email="desk@clinic.example")
    user = User.objects.first()
    assert user is not None
    record_signature(clinician_name="Dr Ó Sé", registration="1", signed_date=NOW.date(), by=user, now=NOW)
    queue_trial(account=user, policy=ClinicPolicy.current(), now=NOW)
    Message.objects.update(state=Message.State.SENT)
    answer = send(browser, drawn(reverse("panel:go_live")), "Open online booking")
    return answer, [("open", "online booking", "", [])]


def do_stop_booking(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:stop_booking")), "Stop online booking")
    return answer, [("stop", "online booking", "", [])]


def do_set_up_place(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:set_up_place")), "Save", {"phone": "01 555 0143"})
    return answer, [("change", "location", str(clinic.location.pk), ["phone", "emergency number"])]


def do_set_up_one_place(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    path = reverse("panel:set_up_one_place", args=[clinic.location.pk])
    answer = send(browser, drawn(path), "Save", {"phone": "01 555 0143"})
    return answer, [("change", "location", str(clinic.location.pk), ["phone", "emergency number"])]


def do_set_up_new_place(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    wanted = {"name": MARK, "address": MARK, "phone": "01 555 0144", "country": "IE"}
    answer = send(browser, drawn(reverse("panel:set_up_new_place")), "Save", wanted)
    made = Location.objects.exclude(pk=clinic.location.pk).first()
    return answer, [("add", "location", str(made.pk if made else ""), list(FACTS))]


def do_close_place(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    other = make_location("Elm Street")
    page = drawn(reverse("panel:set_up_one_place", args=[other.pk]))
    answer = send(browser, page, "Close this place for bookings")
    return answer, [("close", "location", str(other.pk), [])]


def do_reopen_place(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    other = make_location("Elm Street", is_active=False)
    answer = send(browser, drawn(reverse("panel:set_up_one_place", args=[other.pk])), "Open this place again")
    return answer, [("open", "location", str(other.pk), [])]


def do_set_up_mail(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    ClinicPolicy.objects.update(contact_email="desk@clinic.example")
    answer = send(browser, drawn(reverse("panel:set_up_mail")), "Send me a test")
    return answer, [("send test", "email", "", [])]


def do_set_up_policy(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    changes = {"free_cancelling_hours": "48", "advice_line": MARK, "changes_by_phone": "on"}
    answer = send(browser, drawn(reverse("panel:set_up_policy")), "Save", changes)
    return answer, [("change", "policy", "1", ["free cancelling hours", "changes by phone", "advice line"])]


def do_set_up_website(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    logo = SimpleUploadedFile("logo.png", make_upload().getvalue(), content_type="image/png")
    changes = {"headline": MARK, "accent": "#1c456b", "logo": logo}
    answer = send(browser, drawn(reverse("panel:set_up_website")), "Save", changes)
    return answer, [("change", "policy", "1", ["headline", "accent", "logo"])]


def do_set_up_prices(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    page = drawn(reverse("panel:set_up_prices"))
    asked = read(send(browser, page, "Save", {f"price-{clinic.treatment.pk}-60": "66"}))
    return send(browser, asked, "Save 1 price"), [("change", "prices", "", ["prices"])]


def do_set_up_treatment(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    page = drawn(reverse("panel:set_up_treatment", args=[clinic.treatment.pk]))
    answer = send(browser, page, "Save", {"summary": MARK, "therapists": []})
    return answer, [("change", "treatment", str(clinic.treatment.pk), ["summary", "therapists"])]


def do_set_up_new_treatment(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    words = dict.fromkeys(("name", "summary", "description", "suits"), MARK)
    answer = send(browser, drawn(reverse("panel:set_up_new_treatment")), "Add this treatment", words)
    made = Treatment.objects.get(name=MARK)
    return answer, [("add", "treatment", str(made.pk), [])]


def do_set_up_phrases(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(
        browser, drawn(reverse("panel:set_up_phrases")), "Save", {"found_phrases": MARK, "next_phrases": MARK}
    )
    return answer, [("change", "phrases for notes", "", ["Found", "Next"])]


def do_set_up_reminders(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:set_up_reminders")), "Save", {"before1": "1440"})
    return answer, [("change", "policy", "1", ["reminder plan"])]


def do_keeping(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    answer = send(browser, drawn(reverse("panel:keeping")), "We have checked these periods", {"keep_mails_years": "2"})
    return answer, [("confirm", "policy", "1", ["Emails, and checks without a visit (years)"])]


def do_staff_invite(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    typed = {"name": MARK, "email": f"{MARK}@example.com", "role": "therapist", "therapist": clinic.therapists[1].pk}
    answer = send(browser, drawn(reverse("panel:staff_invite")), "Send the invitation", typed)
    return answer, [("invite", "invitation", str(Invitation.objects.get().pk), ["therapist"])]


def make_invitation() -> Invitation:
    by = User.objects.get(pk=make_member("owner", name="who invited").pk)
    email = f"{MARK}@example.com"
    return Invitation.objects.create(name=MARK, email=email, role="reception", invited_by=by, sent_at=NOW)


def do_staff_invite_again(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    invitation = make_invitation()
    answer = send(browser, drawn(reverse("panel:set_up_staff")), f"Send the invitation again: {MARK}")
    return answer, [("invite again", "invitation", str(invitation.pk), [])]


def do_staff_withdraw(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    invitation = make_invitation()
    answer = send(browser, drawn(reverse("panel:set_up_staff")), f"Withdraw the invitation: {MARK}")
    return answer, [("withdraw invitation", "invitation", str(invitation.pk), [])]


def staff_page_of(user: User, name: str = "staff_account") -> Page:
    return drawn(reverse(f"panel:{name}", args=[user.pk]))


def do_staff_account(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    user = make_member("reception", name="ben")
    answer = send(browser, staff_page_of(user), "Save", {"name": MARK, "role": "therapist"})
    number = str(user.pk)
    return answer, [("change", "user", number, ["name", "role"]), ("give role", "user", number, ["therapist"])]


def do_staff_password(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    user = make_member("reception", name="ben", email=f"{MARK}@example.com")
    answer = send(browser, staff_page_of(user), "Email a link for a new password")
    return answer, [("send password link", "user", str(user.pk), [])]


def do_staff_factor(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    user = make_member("reception", name="ben")
    answer = send(browser, staff_page_of(user, "staff_factor"), "Reset the second factor")
    return answer, [("reset second factor", "user", str(user.pk), [])]


def do_staff_disable(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    user = make_member("reception", name="ben")
    answer = send(browser, staff_page_of(user, "staff_disable"), "Disable the account")
    return answer, [("disable", "user", str(user.pk), [])]


def do_staff_enable(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    user = make_member("reception", name="ben", email=f"{MARK}@example.com", is_active=False)
    answer = send(browser, staff_page_of(user), "Enable this account")
    return answer, [("enable", "user", str(user.pk), [])]


def do_leave_unsent(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    message = make_failed(clinic)
    answer = send(browser, drawn(reverse("panel:messages")), "Leave it unsent")
    return answer, [("leave unsent", "message", str(message.pk), [])]


def do_release_messages(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    outbox.park(now=NOW)
    answer = send(browser, drawn(reverse("panel:messages")), "Send the others")
    return answer, [("release", "messages", "", [])]


def do_signature(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    signed = {"clinician_name": MARK, "registration": MARK, "signed_date": TODAY.isoformat()}
    answer = send(browser, drawn(reverse("panel:signature")), "Record the signature", signed)
    return answer, [("sign", "signature", str(RulebookSignature.objects.get().pk), [])]


def do_spasms_signature(browser: Browser, clinic: Clinic) -> tuple[Any, Lines]:
    signed = {"clinician_name": MARK, "registration": MARK, "signed_date": TODAY.isoformat()}
    answer = send(browser, drawn(reverse("panel:spasms_signature")), "Record the signature", signed)
    return answer, [("sign", "signature", str(RulebookSignature.objects.get().pk), [])]


# A page that takes a POST and is not here fails the build; so does one that leaves no line.
DEEDS: dict[str, Callable[[Browser, Clinic], tuple[Any, Lines]]] = {
    "book": do_book,
    "people": do_people,
    "find_time": do_find_time,
    "step": do_step,
    "move": do_move,
    "undo_move": do_undo_move,
    "change_treatment": do_change_treatment,
    "undo_treatment": do_undo_treatment,
    "book_again": do_book_again,
    "cancel": do_cancel,
    "undo": do_undo,
    "keep_time": do_keep_time,
    "settle": do_settle,
    "ask_again": do_ask_again,
    "note": do_note,
    "add_to_note": do_add_to_note,
    "send_form": do_send_form,
    "choose_again": do_choose_again,
    "revoke_links": do_revoke_links,
    "read_out": do_read_out,
    "case": do_case,
    "clear": do_clear,
    "void_letter": do_void_letter,
    "person_edit": do_person_edit,
    "person_birth_date": do_person_birth_date,
    "person_notes_file": do_person_notes_file,
    "person_grant": do_person_grant,
    "person_grant_end": do_person_grant_end,
    "person_line": do_person_line,
    "person_strike": do_person_strike,
    "person_household": do_person_household,
    "person_leave": do_person_leave,
    "person_same": do_person_same,
    "person_merge": do_person_merge,
    "person_unmerge": do_person_unmerge,
    "person_apart": do_person_apart,
    "person_copy": do_person_copy,
    "person_erase": do_person_erase,
    "set_up_rooms": do_rooms,
    "set_up_room": do_room,
    "set_up_move_room": do_move_room,
    "set_up_new_person": do_new_person,
    "set_up_person": do_person_hours,
    "set_up_profile": do_profile,
    "set_up_leave": do_leave,
    "set_up_return": do_return,
    "time_off": do_time_off,
    "remove_time_off": do_remove_time_off,
    "block": do_block,
    "remove_block": do_remove_block,
    "ask_stranded": do_ask_stranded,
    "close_holidays": do_close_holidays,
    "take_up": do_take_up,
    "my_mails": do_my_mails,
    "give_back": do_give_back,
    "send_again": do_send_again,
    "leave_unsent": do_leave_unsent,
    "release_messages": do_release_messages,
    "signature": do_signature,
    "spasms_signature": do_spasms_signature,
    "emergency_number": do_emergency_number,
    "set_up_carry": do_set_up_carry,
    "set_up_carry_visits": do_set_up_carry_visits,
    "set_up_bring": do_set_up_bring,
    "set_up_take": do_set_up_take,
    "set_up_take_back": do_set_up_take_back,
    "set_up_phrases": do_set_up_phrases,
    "keeping": do_keeping,
    "confirm_step": do_confirm_step,
    "go_live": do_go_live,
    "stop_booking": do_stop_booking,
    "set_up_place": do_set_up_place,
    "set_up_one_place": do_set_up_one_place,
    "set_up_new_place": do_set_up_new_place,
    "close_place": do_close_place,
    "reopen_place": do_reopen_place,
    "set_up_mail": do_set_up_mail,
    "set_up_policy": do_set_up_policy,
    "set_up_website": do_set_up_website,
    "set_up_prices": do_set_up_prices,
    "set_up_treatment": do_set_up_treatment,
    "set_up_new_treatment": do_set_up_new_treatment,
    "staff_invite": do_staff_invite,
    "staff_account": do_staff_account,
    "staff_password": do_staff_password,
    "staff_factor": do_staff_factor,
    "staff_disable": do_staff_disable,
    "staff_enable": do_staff_enable,
    "staff_invite_again": do_staff_invite_again,
    "staff_withdraw": do_staff_withdraw,
    "set_up_reminders": do_set_up_reminders,
}


def takes_post(pattern: URLPattern) -> bool:
    return pattern.name not in WAYS_IN and "POST" in pattern.callback.methods  # type: ignore[attr-defined]


def test_every_page_that_takes_a_post_has_a_deed_here() -> None:
    assert {pattern.name for pattern in urls.urlpatterns if takes_post(pattern)} == set(DEEDS)


def test_every_change_leaves_one_line_with_ids_and_no_values(
    owner: Browser, clinic: Clinic, subtests: pytest.Subtests
) -> None:
    """As the owner, who may do it all. Before a button is pressed, it is pressed in vain: see `pressed_in_vain`."""
    owner_id = User.objects.get(username="owner").pk

    for name in sorted(DEEDS):
        with subtests.test(name), undone():
            with pressed_in_vain(name, owner, clinic) as tries:
                answer, expected = DEEDS[name](owner, clinic)

            who = [*(role for role in ("reception", "therapist") if role not in EXPECTED[name]), "owner"]
            assert tries == (who[:-1] if name in NOT_CHANGING else who)
            assert (answer.status_code in {200, 302}, lines()) == (True, expected)
            assert set(AuditEntry.objects.values_list("by", "at")) == {(owner_id, NOW)}
            assert MARK not in str(list(AuditEntry.objects.values()))


@contextmanager
def pressed_in_vain(name: str, owner: Browser, clinic: Clinic) -> Iterator[list[str]]:
    """Before the owner sends something it is sent by each role that may not, and by the owner while no line can be written.

    All are refused, and none changes anything. The list says, once the deed is done, who was.
    """
    real_post, tries = owner.post, list[str]()
    refused = [role for role in ("reception", "therapist") if role not in EXPECTED[name]]

    def post(*args: Any, **kwargs: Any) -> Any:
        with undone():
            if not tries:
                browsers = {role: sign_in(role, clinic, name=f"a {role}") for role in refused}
                recorded, before = AuditEntry.objects.count(), everything()
                statuses = {role: again(browser.post, args, kwargs).status_code for role, browser in browsers.items()}
                assert (statuses, AuditEntry.objects.count()) == (dict.fromkeys(refused, 403), recorded)
                tries.extend(refused)
            else:
                before = everything()
            if name not in NOT_CHANGING and "owner" not in tries and cannot_be_recorded(real_post, args, kwargs):
                tries.append("owner")
            assert everything() == before
        return again(real_post, args, kwargs)

    owner.post = post  # type: ignore[method-assign]
    try:
        yield tries
    finally:
        owner.post = real_post  # type: ignore[method-assign]


# What only looks: it is answered first and recorded then.
NOT_CHANGING = {"people"}


def again(post: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The same once more; a file is read from its beginning."""
    for values in args[1].values() if len(args) > 1 else ():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, SimpleUploadedFile):
                value.seek(0)
    return post(*args, **kwargs)


def cannot_be_recorded(post: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether it ends with the line that cannot be written; a page that asks before it saves has none to write."""

    def refuse(self: AuditEntry, **_: Any) -> None:
        raise DatabaseError("no room for the trail")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AuditEntry, "save", refuse)
        try:
            again(post, args, kwargs)
        except DatabaseError as error:
            return "no room" in str(error)
    return False


@contextmanager
def undone() -> Iterator[None]:
    """A world for one deed: what is done here is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ["reception", "therapist"])
def test_with_an_object_that_is_there_each_role_does_what_it_may(
    role: str, clinic: Clinic, subtests: pytest.Subtests
) -> None:
    """The objects are the therapist's own; that the rest is refused is shown above."""
    browser = sign_in(role, clinic)

    for name in sorted(name for name in DEEDS if role in EXPECTED[name]):
        with subtests.test(name), undone():
            answer, expected = DEEDS[name](browser, clinic)

            assert (answer.status_code in {200, 302}, lines()) == (True, expected)


def test_a_refused_change_leaves_no_line(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", name=MARK)

    answer = owner.post(about("step", visit), {"target": "completed"})

    assert answer.status_code == 422
    assert lines() == []


def everything() -> dict[str, Any]:
    """What the deeds of this page could have changed."""
    from django.apps import apps

    models = [*apps.get_app_config("booking").get_models(), *apps.get_app_config("services").get_models()]
    models += [User, StaffProfile]
    return {model._meta.label: sorted(map(str, model._default_manager.values_list())) for model in models}


def test_a_page_that_forgets_is_noticed(owner: Browser, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without `on_record` the change is made and the line is missing."""

    @contextmanager
    def forget(**_: Any) -> Iterator[AuditEntry]:
        yield AuditEntry()

    monkeypatch.setattr("clinic.panel.visit.change.on_record", forget)

    answer, expected = do_cancel(owner, clinic)

    assert (answer.status_code, len(expected), lines()) == (302, 1, [])


def test_opening_a_day_as_a_file_is_on_record(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "14:00", name=MARK)

    owner.get(reverse("panel:board_csv"), {"date": TODAY.isoformat()})

    assert lines() == [("export", "day", f"{clinic.location.pk} {TODAY.isoformat()}", ["names", "treatments"])]


def test_the_boards_own_refresh_and_the_board_leave_no_line(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "14:00", name=MARK)

    owner.get(reverse("panel:board"))
    owner.get(reverse("panel:board"), headers={"X-Refresh": "1"})

    assert AuditEntry.objects.count() == 0


def test_a_search_that_shows_nobody_leaves_no_line(owner: Browser, clinic: Clinic) -> None:
    owner.post(reverse("panel:people"), {"words": "Nobody"})

    assert AuditEntry.objects.count() == 0


def test_a_known_person_whose_contacts_are_filled_in_is_a_view(owner: Browser, clinic: Clinic) -> None:
    person = make_client()

    owner.get(reverse("panel:book"), {"client": person.public_id})

    assert list(AuditEntry.objects.values_list("verb", "object_id", "fields")) == [
        ("view", str(person.pk), ["contacts"])
    ]


@pytest.mark.parametrize("name", ["visit", "move", "cancel", "ask_again"])
def test_a_page_that_shows_a_person_leaves_a_line(name: str, owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", name=MARK)

    page = owner.get(about(name, visit))

    row = AuditEntry.objects.get()
    assert MARK in page.content.decode()
    assert (row.verb, row.object_type, row.object_id) == ("view", "client", str(visit.client_id))
    assert row.fields == (["visit", "contacts", "restrictions", "answers"] if name == "visit" else ["visit"])


def test_a_refused_step_shows_the_visit_and_so_is_a_view(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", name=MARK)
    assert visit.state == State.BOOKED

    owner.post(about("step", visit), {"target": "completed"})

    assert AuditEntry.objects.get().fields == ["visit", "contacts", "restrictions", "answers"]
