"""Two records are merged while somebody books for one of them: no overlap of the client's time, nothing said is lost."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from booking.intake.decisions import decide
from booking.models import STANDING, Appointment, Client, Draft, Intake, Merge
from booking.people.merging import merge, undo_merge
from booking.scheduling import appointments
from booking.scheduling.appointments import desk
from booking.scheduling.claims import find_drift
from booking.scheduling.search import Wish
from services.models import Location, Treatment
from tests.booking.rules.answers import complete
from tests.cast import NOW, RELAXING, TODAY, Clinic, at, book, make_client, make_clinic, make_intake
from tests.processes import Crew, Outcome
from tests.races.contest import STAFF, attempt, details, overlaps

ROUNDS = 4


def merge_one(*, kept: int, gone: int, now: str) -> str:
    mine, theirs = Client.objects.get(pk=kept), Client.objects.get(pk=gone)
    return attempt(
        merge,
        kept=mine,
        gone=theirs,
        from_gone=(),
        by=STAFF,
        now=datetime.fromisoformat(now),
        versions=(mine.version, theirs.version),
    )


def undo_one_merge(*, gone: int, now: str) -> str:
    return attempt(undo_merge, merge=Merge.objects.get(gone=gone), by=STAFF, now=datetime.fromisoformat(now))


def book_for(*, client: int, start: str, therapist: int, treatment: int, location: int, now: str) -> str:
    return attempt(
        appointments.book_by_staff,
        wish=Wish(Treatment.objects.get(pk=treatment), 60, Location.objects.get(pk=location), therapist),
        starts_at=datetime.fromisoformat(start),
        client=Client.objects.get(pk=client),
        details=details("Phone"),
        intake=None,
        by=STAFF,
        now=datetime.fromisoformat(now),
    )


def answer_one(*, draft: str, now: str) -> str:
    """A visitor who came back by a link ends their safety check."""
    return attempt(decide, draft=Draft.objects.get(pk=draft), now=datetime.fromisoformat(now))


ACTIONS: dict[str, Callable[..., str]] = {
    one.__name__: one for one in (merge_one, undo_one_merge, book_for, answer_one)
}


def act(*, action: str, **arguments: Any) -> str:
    return ACTIONS[action](**arguments)


def values(outcomes: list[Outcome]) -> list[str]:
    assert [outcome.traceback for outcome in outcomes if outcome.error] == []
    return [outcome.value for outcome in outcomes]


def make_two(number: int) -> tuple[Client, Client]:
    return make_client(f"Niamh {number}"), make_client(f"Niamh Kelly {number}")


def wanted(clinic: Clinic, client: Client, time: str, day: int, *, therapist: int) -> dict[str, Any]:
    return {
        "action": "book_for",
        "client": client.pk,
        "start": at(time, day=TODAY + timedelta(days=day)).isoformat(),
        "therapist": clinic.therapists[therapist].pk,
        "treatment": clinic.treatment.pk,
        "location": clinic.location.pk,
        "now": NOW.isoformat(),
    }


def left_behind() -> int:
    """Visits, answers and journeys of a record that is nobody's any more."""
    nobodys = Client.objects.exclude(STANDING)
    return sum(model._default_manager.filter(client__in=nobodys).count() for model in (Appointment, Intake, Draft))


def test_a_merge_meets_bookings_and_answers_of_either_record(crew: Crew) -> None:
    """One booking is at the same time as a visit of the other record, one at a free time; a third hand ends its check."""
    clinic = make_clinic(therapists=2, rooms=2)
    told: Counter[tuple[str, str]] = Counter()
    for day in range(1, ROUNDS + 1):
        kept, gone = make_two(day)
        book(clinic, "10:00", days=day, client=kept, with_form=False)
        draft = Draft.objects.create(
            answers=complete(dict(RELAXING)),
            client=gone,
            consented_at=NOW,
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        calls: list[dict[str, Any]] = [
            {"action": "merge_one", "kept": kept.pk, "gone": gone.pk, "now": NOW.isoformat()},
            wanted(clinic, gone, "10:30", day, therapist=1),
            wanted(clinic, gone, "14:00", day, therapist=1),
            {"action": "answer_one", "draft": draft.pk, "now": NOW.isoformat()},
        ]

        merged, at_once, later, answered = values(crew.run(act, calls))

        told[merged, at_once] += 1
        assert (later, answered) == ("ok", "ok")
        whose = kept if merged == "ok" else gone
        assert Intake.objects.get(client=whose).created_at == NOW
    assert set(told) <= {("ok", "ClientBusy"), ("TwoAtOnce", "ok")}
    assert (left_behind(), overlaps(), list(find_drift(now=NOW))) == (0, [], [])


def test_undoing_a_merge_meets_a_booking(crew: Crew) -> None:
    clinic = make_clinic(therapists=2, rooms=2)
    for day in range(1, ROUNDS + 1):
        kept, gone = make_two(day)
        book(clinic, "10:00", days=day, client=kept, with_form=False)
        book(clinic, "12:00", days=day, client=gone)
        merge_one(kept=kept.pk, gone=gone.pk, now=NOW.isoformat())
        calls: list[dict[str, Any]] = [
            {"action": "undo_one_merge", "gone": gone.pk, "now": NOW.isoformat()},
            wanted(clinic, kept, "14:00", day, therapist=1),
        ]

        assert values(crew.run(act, calls)) == ["ok", "ok"]
        assert Appointment.objects.filter(client=kept).count() == 2
    assert (left_behind(), overlaps(), list(find_drift(now=NOW))) == (0, [], [])


def test_without_the_lock_on_the_person_a_booking_is_left_behind(crew: Crew) -> None:
    """The control: whoever had chosen the record before it was merged books for nobody."""
    clinic = make_clinic(therapists=2, rooms=2)
    kept, gone = make_two(1)
    make_intake(client=gone)
    book(clinic, "10:00", days=1, client=kept)
    chosen = Client.objects.get(pk=gone.pk)
    merge_one(kept=kept.pk, gone=gone.pk, now=NOW.isoformat())

    with mock.patch.object(desk, "lock_person", lambda client: client):
        book(clinic, "10:30", days=1, client=chosen, therapist=1, with_form=False)

    assert (left_behind(), len(overlaps())) == (1, 0)
    Appointment.objects.filter(client=gone).update(client=kept)
    assert len(overlaps()) == 1
