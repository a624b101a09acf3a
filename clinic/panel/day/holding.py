"""Until when a day looks the same if nobody changes anything."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Value

from booking.messages import backlog
from booking.messages.backlog import LATE
from booking.models import Appointment, Condition, FormerPlace, Message, State
from booking.scheduling import appointments, stranding, waiting
from booking.scheduling.search import STAFF_HORIZON
from booking.scheduling.states import LAPSING, UNTREATED
from clinic.panel.day.cards import late_turns
from clinic.panel.door.waiting import end_of_tomorrow
from services.hours import local_day
from services.intervals import Interval
from services.models import Location

# No page is taken for fresh any longer than this.
LONGEST = timedelta(hours=1)
WHOLE_DAY = timedelta(hours=24)


def find_holds_until(
    *, location: Location, shown: Interval, visits: Iterable[Appointment], free: Iterable[Interval], now: datetime
) -> datetime:
    """The first moment from `now` on at which time alone changes something; `now` where it does so all the time.

    `shown` is the time on the board, `free` all free time, with a room or without. One statement.
    """
    zone = location.zone
    today = local_day(date=now.astimezone(zone).date(), zone=zone)
    horizon = now + STAFF_HORIZON
    if today.length != WHOLE_DAY or (shown.start <= horizon + LONGEST and horizon <= shown.end):
        # Times of day are told apart from each other, or one start after the other comes into reach.
        return now
    turns = [
        now + LONGEST,
        today.end,
        end_of_tomorrow(now) - WHOLE_DAY,  # when To do looks a day further
        shown.start,
        shown.end,
        *(late_turns(visit, now) for visit in visits if visit.state == State.BOOKED and now < visit.ends_at),
        *(span.start for span in free),
        *_ends(now),
    ]
    return min(moment for moment in turns if moment >= now)


def _ends(now: datetime) -> list[datetime]:
    """When something ends by itself soon, anywhere in the clinic: what ends elsewhere may give a room or somebody back."""
    soon = (now, now + LONGEST)
    at_once, late = Value(timedelta(0)), Value(LATE)
    visits = Appointment.objects.filter(state__in=LAPSING, deadline_at__range=soon)
    former = FormerPlace.objects.filter(kept_until__range=soon)
    formless = waiting.without_form(now=now, until=now + LONGEST)
    to_read = Appointment.objects.filter(
        Exists(Condition.objects.filter(appointment=OuterRef("pk"), settled_at=None)), state__in=UNTREATED
    ).filter(ends_at__range=soon)
    stranded = stranding.waiting(now=now).filter(appointment__ends_at__range=soon).select_related(None)
    lost = appointments.with_lost_wall_time(now=now).filter(starts_at__range=soon)
    old = backlog.failed_lately(now=now).filter(due_at__range=(now - backlog.NEWS, now + LONGEST - backlog.NEWS))
    mails = Message.objects.filter(state__in=Message.WAITING, next_try_at__range=(now - LATE, now + LONGEST))
    rows = visits.order_by().values_list("deadline_at", at_once)
    others = (
        former.order_by().values_list("kept_until", at_once),
        formless.order_by().values_list("starts_at", at_once),
        to_read.order_by().values_list("ends_at", at_once),
        stranded.order_by().values_list("appointment__ends_at", at_once),
        lost.order_by().values_list("starts_at", at_once),
        old.order_by().values_list("due_at", Value(backlog.NEWS)),
        mails.order_by().values_list("next_try_at", late),
    )
    return [moment + later for moment, later in rows.union(*others) if moment]
