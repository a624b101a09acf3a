"""A list of visits on its way in: looked at, and applied through the door by which staff book.

Whole or nothing, as for people: each visit is booked by itself in one transaction, and if the diary refuses one of them
now, nothing was written, and the list says which.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.carrying.bringing import BringRefused, close, is_mapped, lock_waiting, read_again, room_for_much
from booking.carrying.columns import Column
from booking.carrying.visits.plan import Visit, VisitPlan
from booking.carrying.visits.planning import make_plan
from booking.carrying.visits.stopped import say_stopped
from booking.intake.decisions import newest_intake
from booking.intake.gate import GateRefused
from booking.models import Appointment, AppointmentEvent, Bringing, Brought, Client
from booking.scheduling import appointments
from booking.scheduling.appointments import By, Details
from booking.scheduling.search import Wish
from services.locks import lock_parents
from services.models import Location, Treatment
from services.refusals import Refusal


class VisitsRefused(BringRefused):
    """The diary refuses some of them now. `refused`: by the number of the line, why."""

    def __init__(self, refused: Sequence[tuple[int, str]]) -> None:
        said = ngettext(
            "%(number)s visit can’t be booked; its line says why. Nothing was written. Look at the list again.",
            "%(number)s visits can’t be booked; their lines say why. Nothing was written. Look at the list again.",
            len(refused),
        )
        super().__init__(said % {"number": len(refused)})
        self.refused = tuple(refused)


def look(
    bringing: Bringing,
    *,
    columns: Sequence[Column] | None = None,
    choices: Mapping[str, str] | None = None,
    now: datetime,
) -> VisitPlan:
    """Read the list by its columns, compare it with the diary, and keep what was found.

    `columns` and `choices`: as said by hand. Raises BringRefused where no column says when, what or who.
    """
    if columns is not None:
        bringing.columns = list(columns)
    if choices is not None:
        bringing.choices = dict(choices)
    if not is_mapped(bringing):
        raise BringRefused(_("Say which columns have the day and time, the treatment, and the client."))
    read = [Column(one) for one in bringing.columns]
    plan = make_plan(read_again(bringing), read, choices=bringing.choices, now=now)
    bringing.plan = plan.pack()
    bringing.save(update_fields=["columns", "plan", "choices"])
    return plan


def apply(bringing: Bringing, *, by: User, tell: bool = False, remind: bool = True, now: datetime) -> Bringing:
    """Book every visit in one transaction; a second press finds that it is done.

    `tell` mails confirmations, `remind` reminders. Raises BringRefused, or VisitsRefused: the others can be booked
    after `leave_out`.
    """
    plan = VisitPlan.unpack(bringing.plan)
    refused: list[tuple[int, str]] = []
    with room_for_much(), transaction.atomic():
        row = lock_waiting(bringing)
        if row.applied_at is not None:
            return row
        clients = _lock(plan.visits)
        treatments = Treatment.objects.in_bulk({one.treatment_id for one in plan.visits})
        places = Location.objects.in_bulk({one.location_id for one in plan.visits})
        booked: list[Brought] = []
        for one in plan.visits:
            try:
                wish = Wish(treatments[one.treatment_id], one.minutes, places[one.location_id], one.therapist_id)
                visit = _book(one, wish, clients[one.client_id], By("staff", by), tell=tell, remind=remind, now=now)
            except Refusal as refusal:
                refused.append((one.line, _say(refusal)))
            else:
                booked.append(Brought(bringing=row, line=one.line, appointment=visit, is_new=True))
        if refused:
            raise VisitsRefused(refused)
        _remember(booked)
        row.counts = plan.counts
        close(row, now=now)
    return row


def leave_out(bringing: Bringing, *, refused: Sequence[tuple[int, str]]) -> None:
    """Keep the plan without these lines, and say of each why."""
    plan = VisitPlan.unpack(bringing.plan).without(refused)
    Bringing.objects.filter(pk=bringing.pk, applied_at=None).update(plan=plan.pack())


def _lock(visits: Sequence[Visit]) -> dict[int, Client]:
    """All that booking them locks one by one, at once and in the order in which everybody does."""
    lock_parents(
        therapist_ids={one.therapist_id for one in visits},
        location_ids={one.location_id for one in visits},
    )
    people = Client.objects.select_for_update(no_key=True).filter(pk__in={one.client_id for one in visits})
    return {one.pk: one for one in people.order_by("pk")}


def _book(one: Visit, wish: Wish, client: Client, by: By, *, tell: bool, remind: bool, now: datetime) -> Appointment:
    name, email, phone = client.name, client.email or one.email, client.phone or one.phone
    return appointments.book_by_staff(
        wish=wish,
        starts_at=one.begins,
        client=client,
        details=Details(name=name, booker_name=name, booker_email=email, booker_phone=phone),
        intake=newest_intake(client),
        by=by,
        now=now,
        reason=_("Was booked for this time before it came here.") if one.is_off_grid else "",
        tell=tell,
        remind=remind,
    )


def _say(refusal: Refusal) -> str:
    return say_stopped() if isinstance(refusal, GateRefused) else refusal.for_staff


def _remember(booked: Sequence[Brought]) -> None:
    """With the last event of each, by which undoing sees that nothing has happened to it."""
    visits = [one.appointment_id for one in booked]
    last: dict[int, int] = {}
    for at in range(0, len(visits), 500):
        events = AppointmentEvent.objects.filter(appointment__in=visits[at : at + 500]).order_by()
        last |= dict(events.values_list("appointment").annotate(Max("pk")))
    for one in booked:
        one.version = last[one.appointment_id or 0]
    Brought.objects.bulk_create(booked)
