"""Races from the panel, over its own pages: drags, quick adds and two editors, let go at the same moment."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from booking.messages.rows import make_row
from booking.models import Appointment, Case, Message
from booking.scheduling.claims import find_drift
from clinic.models import AuditEntry, Taken
from tests.cast import at, book, make_clinic, make_draft, make_member, sign_in
from tests.processes import Crew, Outcome
from tests.races.contest import index_dropped, overlaps
from tests.races.panel_hands import press, press_or_keep, take_up

ROUNDS = 6
TAKING_ROUNDS = 3
MOST_ROUNDS = 60  # of a control: it ends with the first in which the fault shows, about every second one
TAKEN, MEANWHILE = [422, ["is taken at"]], [409, ["after you had opened it"]]


def day_after(days: int) -> date:
    return timezone.now().date() + timedelta(days=days)


def session_of(name: str) -> str:
    """The session of a member of staff."""
    return sign_in("reception", name=name).cookies[settings.SESSION_COOKIE_NAME].value


def values(outcomes: list[Outcome]) -> list[Any]:
    assert [outcome.traceback for outcome in outcomes if outcome.error] == []
    return [outcome.value for outcome in outcomes]


def drag(session: str, visit: Appointment, start: datetime) -> dict[str, Any]:
    """What the board sends when a visit is dropped."""
    last = visit.events.latest("id").pk
    target = {"start": start.isoformat(), "therapist": visit.therapist_id, "seen_event": last, "tell_client": "on"}
    return {"session": session, "path": reverse("panel:move", args=[visit.reference]), "values": target}


def test_two_drags_and_a_visitor_want_one_place(crew: Crew) -> None:
    clinic = make_clinic()
    sessions = [session_of("ana"), session_of("ben")]
    for number in range(1, ROUNDS + 1):
        day = day_after(number)
        visits = [
            book(clinic, at("09:00", day=day), now=timezone.now()),
            book(clinic, at("11:00", day=day), now=timezone.now()),
        ]
        calls: list[dict[str, Any]] = [
            {"action": "press", **drag(session, visit, at("14:00", day=day))}
            for session, visit in zip(sessions, visits, strict=True)
        ]
        visitor = make_draft(clinic=clinic, now=timezone.now()).pk
        start = {"start": at("14:00", day=day).isoformat(), "therapist": clinic.therapists[0].pk}
        calls.append({"action": "keep", "draft": visitor, **start})

        *drags, kept = values(crew.run(press_or_keep, calls))

        won = [answer for answer in drags if answer == [302, []]]
        lost = [answer for answer in drags if answer == TAKEN]
        assert len(won) + len(lost) == 2
        assert (len(won), kept[0]) in {(1, "SlotTaken"), (0, "ok")}
    assert overlaps() == []
    assert list(find_drift(now=timezone.now())) == []
    assert AuditEntry.objects.filter(verb="move").count() == _moves()


def test_eight_hands_at_the_desk_book_one_gap(crew: Crew) -> None:
    clinic = make_clinic()
    sessions = [session_of(f"hand {number}") for number in range(8)]
    length = clinic.treatment.lengths.get(minutes=60).pk
    for number in range(1, ROUNDS + 1):
        gap = {
            "location": clinic.location.pk,
            "length": length,
            "therapist": clinic.therapists[0].pk,
            "day": day_after(number).isoformat(),
            "time": "14:00",
            "name": "Niamh",
        }
        calls = [{"session": one, "path": reverse("panel:book"), "values": gap} for one in sessions]

        answers = values(crew.run(press, calls))

        assert sorted(answers, key=str) == [[302, []], *[TAKEN] * 7]
    assert (Appointment.objects.count(), AuditEntry.objects.filter(verb="book").count()) == (ROUNDS, ROUNDS)
    assert overlaps() == []


def test_two_editors_of_one_visit_are_told_of_each_other(crew: Crew) -> None:
    clinic = make_clinic()
    sessions = [session_of("ana"), session_of("ben")]
    for number in range(1, ROUNDS + 1):
        day = day_after(number)
        visit = book(clinic, at("09:00", day=day), now=timezone.now())
        last = visit.events.latest("id").pk
        calls = [
            drag(sessions[0], visit, at("14:00", day=day)),
            {
                "session": sessions[1],
                "path": reverse("panel:cancel", args=[visit.reference]),
                "values": {"reason": "The client called.", "seen_event": last},
            },
        ]

        answers = values(crew.run(press, calls))

        assert sorted(answers, key=str) == [[302, []], MEANWHILE]
        assert visit.events.filter(pk__gt=last).count() == 1
    assert list(find_drift(now=timezone.now())) == []


def test_eight_hands_take_up_one_thing(crew: Crew) -> None:
    """One has it; the others read who does, and nothing of it is lost."""
    make_clinic()
    sessions = [session_of(f"hand {number}") for number in range(8)]
    for number in range(1, TAKING_ROUNDS + 1):
        mail = failed_mail(number)
        case = Case.objects.create(kind=Case.Kind.PHYSICIAN, contact_name="Niamh", opened_at=timezone.now())
        for kind, row in (("mail", mail.pk), ("case", case.pk)):
            path = reverse("panel:take_up", args=[kind, row])

            answers = values(crew.run(press, [{"session": one, "path": path, "values": {}} for one in sessions]))

            assert sorted(answers, key=str) == [[302, []], *[[409, ["has it already"]]] * 7]
        assert Taken.objects.filter(kind="mail", row_id=mail.pk).count() == 1
    assert AuditEntry.objects.filter(verb="take up").count() == 2 * TAKING_ROUNDS


def take_up_together(crew: Crew, users: list[int]) -> int:
    """How many rows say that somebody has it, after all have pressed for the same thing at once."""
    mail = failed_mail(Message.objects.count())
    crew.run(take_up, [{"row_id": mail.pk, "user_id": one} for one in users])
    return Taken.objects.filter(kind="mail", row_id=mail.pk).count()


def test_without_the_unique_index_two_people_have_one_thing(crew: Crew) -> None:
    """The negative control: the same press, with the index and without."""
    users = [make_member("reception", name=f"hand {number}").pk for number in range(8)]

    guarded = [take_up_together(crew, users) for _round in range(TAKING_ROUNDS)]
    with index_dropped(Taken, "taken_once"):
        unguarded = (take_up_together(crew, users) for _round in range(MOST_ROUNDS))
        together = any(count > 1 for count in unguarded)

    assert guarded == [1] * TAKING_ROUNDS
    assert together


def failed_mail(number: int) -> Message:
    now = timezone.now()
    mail = make_row(Message.Kind.DAY_LIST, f"day {number}", recipient="desk@alder.example", due_at=now, now=now)
    mail.state, mail.reason = Message.State.FAILED, "refused"
    mail.save()
    return mail


def _moves() -> int:
    return sum(visit.events.filter(verb="move").count() for visit in Appointment.objects.all())
