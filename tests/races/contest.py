"""What contenders do, each in a process of its own, and a recount that trusts nobody."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any
from unittest import mock

from django.db import connection, models
from django.db.migrations import RemoveConstraint
from django.db.migrations.executor import MigrationExecutor

from booking.intake.gate import GateRefused
from booking.links import LinkRevoked
from booking.models import OCCUPYING, Appointment, Draft
from booking.scheduling import appointments
from booking.scheduling.appointments import (
    CLIENT,
    By,
    Details,
    booking,
    cancelling,
    changing,
    desk,
    holding,
    ledger,
    moving,
    off_rota,
    staff_keeping,
)
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.search import Search, Wish
from booking.scheduling.stranding import WouldStrand, reviewing
from services import rota
from services.models import Location, Room, Therapist, Treatment

STAFF = By("staff")
# Every answer that is polite: anything else that comes out of a contender is a server error.
POLITE = (appointments.Refused, GateRefused, LinkRevoked)


def details(name: str) -> Details:
    return Details(name=name, booker_name=name, booker_email="")


def attempt(action: Any, **arguments: Any) -> str:
    """ "ok" or the name of the polite refusal."""
    try:
        action(**arguments)
    except POLITE as refusal:
        return type(refusal).__name__
    return "ok"


def keep_many(*, wishes: Sequence[tuple[str, str, int]], address: str, now: str, guards: str) -> list[str]:
    """Try to keep each (draft, start, therapist) in turn."""
    with guarded(guards):
        return [
            attempt(
                appointments.keep_start,
                draft=Draft.objects.get(pk=draft),
                starts_at=datetime.fromisoformat(start),
                therapist_id=therapist,
                address=f"{address}/{number}",
                now=datetime.fromisoformat(now),
            )
            for number, (draft, start, therapist) in enumerate(wishes)
        ]


def keep_and_book_many(*, wishes: Sequence[tuple[str, str, int]], address: str, now: str, guards: str) -> list[str]:
    """Try to keep each start in turn, and book what was kept."""
    kept = keep_many(wishes=wishes, address=address, now=now, guards=guards)
    return [
        attempt(
            appointments.book,
            draft=Draft.objects.get(pk=draft),
            details=details(draft),
            key=draft,
            now=datetime.fromisoformat(now),
        )
        if outcome == "ok"
        else outcome
        for outcome, (draft, _, _) in zip(kept, wishes, strict=True)
    ]


def staff_book_many(
    *, starts: Sequence[tuple[str, int]], treatment: int, location: int, now: str, guards: str
) -> list[str]:
    """Book each (start, therapist) in turn from the desk."""
    wanted = Wish(Treatment.objects.get(pk=treatment), 60, Location.objects.get(pk=location))
    with guarded(guards):
        return [
            attempt(
                appointments.book_by_staff,
                wish=replace(wanted, therapist_id=therapist),
                starts_at=datetime.fromisoformat(start),
                client=None,
                details=details("Phone"),
                intake=None,
                by=STAFF,
                now=datetime.fromisoformat(now),
            )
            for start, therapist in starts
        ]


def book_one(*, draft: str, key: str, now: str) -> str:
    """The reference of the visit, or the polite refusal."""
    try:
        visit = appointments.book(
            draft=Draft.objects.get(pk=draft), details=details("Niamh"), key=key, now=datetime.fromisoformat(now)
        )
    except POLITE as refusal:
        return type(refusal).__name__
    return visit.reference


def move_one(*, visit: int, start: str, therapist: int, now: str, by: str = "client") -> str:
    """As a client does by the link, or as staff do by dragging on the board."""
    return attempt(
        appointments.move,
        appointment=Appointment.objects.get(pk=visit),
        starts_at=datetime.fromisoformat(start),
        therapist_id=therapist,
        by=By(by),
        now=datetime.fromisoformat(now),
    )


def lengthen_one(*, visit: int, minutes: int, now: str) -> str:
    """As staff do: the visit takes longer, at its own start."""
    found = Appointment.objects.get(pk=visit)
    return attempt(
        appointments.change_treatment,
        appointment=found,
        treatment=found.treatment,
        minutes=minutes,
        by=By("staff"),
        now=datetime.fromisoformat(now),
    )


def keep_one(*, draft: str, start: str, therapist: int, now: str) -> str:
    return keep_many(wishes=[(draft, start, therapist)], address=draft, now=now, guards="all")[0]


def undo_one(*, visit: int, now: str) -> str:
    return attempt(
        appointments.undo_cancel,
        appointment=Appointment.objects.get(pk=visit),
        by=CLIENT,
        now=datetime.fromisoformat(now),
    )


def revoke_one(*, visit: int, now: str) -> str:
    """Staff make the visit's links stop working."""
    return attempt(
        appointments.revoke_links,
        appointment=Appointment.objects.get(pk=visit),
        by=STAFF,
        now=datetime.fromisoformat(now),
        send_new=False,
    )


def press_old_link(*, press: str, visit: int, generation: int, now: str, guards: str) -> str:
    """A client presses a button of the page that a link of `generation` has opened before."""
    opened, moment = Appointment.objects.get(pk=visit), datetime.fromisoformat(now)
    opened.link_generation = generation
    with guarded(guards):
        if press == "confirm":
            return attempt(appointments.confirm_attendance, appointment=opened, now=moment)
        if press == "cancel":
            return attempt(appointments.cancel, appointment=opened, by=CLIENT, now=moment)
        later = opened.starts_at + timedelta(hours=2)
        return attempt(appointments.move, appointment=opened, starts_at=later, therapist_id=None, by=CLIENT, now=moment)


def undo_move_one(*, visit: int, now: str, by: str = "client") -> str:
    return attempt(
        appointments.undo_move,
        appointment=Appointment.objects.get(pk=visit),
        by=By(by),
        now=datetime.fromisoformat(now),
    )


def cancel_one(*, visit: int, now: str) -> str:
    return attempt(
        appointments.cancel,
        appointment=Appointment.objects.get(pk=visit),
        by=CLIENT,
        now=datetime.fromisoformat(now),
    )


def ask_one(*, visit: int, now: str) -> str:
    """Staff ask for the form of a visit."""
    moment = datetime.fromisoformat(now)
    return attempt(appointments.ask_for_form, appointment=Appointment.objects.get(pk=visit), by=STAFF, now=moment)


def change_rota(*, change: str, therapist: int, location: int, start: str, end: str, now: str) -> str:
    """Take the therapist, or the place, away for some time, whatever that strands."""
    person, place = Therapist.objects.get(pk=therapist), Location.objects.get(pk=location)
    times = {"starts_at": datetime.fromisoformat(start), "ends_at": datetime.fromisoformat(end)}
    with reviewing(now=datetime.fromisoformat(now)) as review:
        if change == "time off":
            rota.add_time_off(therapist=person, **times, reason="", review=review)
        elif change == "closure":
            rota.add_closure(location=place, **times, reason="", review=review)
        elif change == "hours":
            rota.set_working_hours(
                therapist=person, location=place, spans=[], from_date=times["starts_at"].date(), review=review
            )
        else:
            rota.change_therapist(therapist=person, is_active=False, treatments=[], review=review)
    return "ok"


def staff_book_one(*, treatment: int, location: int, therapist: int, start: str, now: str, reason: str) -> str:
    """With a reason, which outweighs the grid and the hours, but no other visit."""
    return attempt(
        appointments.book_by_staff,
        wish=Wish(Treatment.objects.get(pk=treatment), 60, Location.objects.get(pk=location), therapist),
        starts_at=datetime.fromisoformat(start),
        client=None,
        details=details("Aoife"),
        intake=None,
        by=STAFF,
        now=datetime.fromisoformat(now),
        reason=reason,
    )


def block_one(*, therapist: int, start: str, end: str, now: str) -> str:
    """A block that may strand nobody."""
    try:
        with reviewing(now=datetime.fromisoformat(now), seen=()) as review:
            rota.add_block(
                therapist=Therapist.objects.get(pk=therapist),
                starts_at=datetime.fromisoformat(start),
                ends_at=datetime.fromisoformat(end),
                word="Lunch",
                review=review,
            )
    except WouldStrand:
        return "WouldStrand"
    return "ok"


def expire_all(*, now: str) -> str:
    return f"{appointments.expire_overdue(now=datetime.fromisoformat(now))} expired"


@contextmanager
def guarded(guards: str) -> Iterator[None]:
    """ "all" as shipped; "index only" takes away the locks and the question whether the start is on offer.

    "any link" believes a link that was revoked after its page was opened.
    """
    with ExitStack() as stack:
        if guards == "index only":
            for module in (ledger, holding, booking, desk, staff_keeping):
                stack.enter_context(mock.patch.object(module, "lock_parents", return_value=None))
            for module in (holding, booking, off_rota, staff_keeping):
                stack.enter_context(mock.patch.object(module, "offered_start", _believe))
        if guards == "any link":
            for module in (cancelling, changing, moving):
                stack.enter_context(mock.patch.object(module, "check_link", return_value=None))
        yield


def _believe(*, search: Search, starts_at: datetime) -> StartOnOffer:
    """The start as asked for, in the first room, whoever is there."""
    wish = search.wish
    room = Room.objects.filter(location=wish.location).order_by("order").values_list("pk", flat=True).first()
    assert wish.therapist_id is not None
    return StartOnOffer(starts_at, wish.therapist_id, starts_at + timedelta(minutes=wish.minutes), room)


@contextmanager
def index_dropped(model: type[models.Model], name: str) -> Iterator[None]:
    """As a migration would drop it: on SQLite the table is made anew without the constraint."""
    label, drop = model._meta.app_label, RemoveConstraint(model._meta.model_name or "", name)
    with_index = MigrationExecutor(connection).loader.project_state()
    without_index = with_index.clone()
    drop.state_forwards(label, without_index)
    with connection.schema_editor() as editor:
        drop.database_forwards(label, editor, with_index, without_index)
    try:
        yield
    finally:
        model._default_manager.all().delete()
        with connection.schema_editor() as editor:
            drop.database_backwards(label, editor, without_index, with_index)


def overlaps() -> list[tuple[str, str]]:
    """Pairs of visits that share a therapist or room, turnover included, or a client: by brute force, no claims asked."""
    visits = Appointment.objects.filter(state__in=OCCUPYING)
    return [(one.reference, other.reference) for one, other in combinations(visits, 2) if _collide(one, other)]


def _collide(one: Appointment, other: Appointment) -> bool:
    same_resource = one.therapist_id == other.therapist_id or (one.room_id is not None and one.room_id == other.room_id)
    same_client = one.client_id is not None and one.client_id == other.client_id
    return (same_resource and one.starts_at < other.busy_until and other.starts_at < one.busy_until) or (
        same_client and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    )


ACTIONS: dict[str, Callable[..., str]] = {
    "book_one": book_one,
    "move_one": move_one,
    "lengthen_one": lengthen_one,
    "keep_one": keep_one,
    "undo_one": undo_one,
    "change_rota": change_rota,
    "undo_move_one": undo_move_one,
    "cancel_one": cancel_one,
    "expire_all": expire_all,
    "staff_book_one": staff_book_one,
    "block_one": block_one,
    "revoke_one": revoke_one,
    "press_old_link": press_old_link,
}


def dispatch(*, action: str, **arguments: Any) -> str:
    """Any of the above by name, so that different ones can race each other."""
    return ACTIONS[action](**arguments)
