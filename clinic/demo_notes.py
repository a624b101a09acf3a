"""What the therapists of the demo have written: signed notes of past visits, one that is still owed, and some history."""

from datetime import datetime, timedelta

from booking.models import Appointment, Client, State
from booking.notes.content import Content, Mark
from booking.notes.writing import save_note, sign_note
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.search import Search, wish_of
from booking.scheduling.starts import list_starts
from clinic.models import StaffProfile

STAFF = By("staff")
REGULARS = 3  # people with earlier visits
WEEKS_BACK = (9, 6, 3)
NOTES = (
    Content(
        found="Upper back tight on both sides, neck turns less to the left.",
        did="25 minutes upper back and neck, medium pressure. Rest of the hour legs.",
        next="Start with the neck, side-lying. Show the doorway stretch again.",
        pain_before=6,
        pain_after=3,
        marks=(Mark("right_shoulder_blade", "tight"), Mark("nape", "tender")),
    ),
    Content(
        found="Short pectorals, guarded low back. Less than last time.",
        did="20 minutes shoulder, 25 minutes back, rest legs.",
        next="Face up first, pectorals, then low back on the side.",
        pain_before=5,
        pain_after=3,
        marks=(Mark("right_pectorals", "tight"), Mark("left_low_back", "tender")),
    ),
    Content(
        found="Calves firm after running, no tenderness.",
        did="Legs 30 minutes, back 30 minutes, light to medium pressure.",
        next="Same again in three weeks. Ask about the new shoes.",
        pain_before=4,
        pain_after=2,
        marks=(Mark("left_calf", "tight"),),
    ),
)


def book_history(now: datetime) -> None:
    """Earlier visits of the next clients of whoever was first in the team, so that somebody has been here before."""
    coming = Appointment.objects.filter(starts_at__gt=now, state=State.BOOKED).exclude(client=None).exclude(intake=None)
    for visit in coming.order_by("therapist_id", "starts_at").select_related("client", "intake")[:REGULARS]:
        for weeks in WEEKS_BACK:
            _book_earlier(visit, visit.starts_at - timedelta(weeks=weeks))


def write_notes(now: datetime) -> None:
    """For all visits that took place, in the caller's transaction. One of the last days' is begun and not signed.

    It is the first therapist's, where they had a visit then.
    """
    writers = {
        profile.therapist_id: profile.user_id for profile in StaffProfile.objects.exclude(therapist=None).order_by("pk")
    }
    past = list(Appointment.objects.filter(state=State.COMPLETED).order_by("client_id", "starts_at"))
    recent = [visit for visit in past if visit.ends_at > now - timedelta(days=3)]
    last = max(recent, key=lambda visit: (-visit.therapist_id, visit.ends_at), default=None)
    for number, visit in enumerate(past):
        write = save_note if visit == last else sign_note
        content = NOTES[number % len(NOTES)]
        write(appointment=visit, content=content, seen=0, by_id=writers[visit.therapist_id], now=visit.ends_at)


def _book_earlier(visit: Appointment, moment: datetime) -> None:
    """At the first time from the day of `moment` on that is free then; nothing where none is within a week."""
    booked_at = moment - timedelta(days=2)
    search = Search(wish_of(visit, therapist_id=visit.therapist_id), booked_at, by_staff=True)
    starts = list_starts(search=search, first_date=moment.date(), days=7)
    if not starts or visit.client is None:
        return
    appointments.book_by_staff(
        wish=search.wish,
        starts_at=starts[0].starts_at,
        client=visit.client,
        details=Details(name=visit.client.name, booker_name=visit.client.name, booker_email=""),
        intake=visit.intake,
        by=STAFF,
        now=booked_at,
    )
    Client.objects.filter(pk=visit.client.pk, created_at__gt=booked_at).update(created_at=booked_at)
