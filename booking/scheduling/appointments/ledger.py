"""How every change to a visit is written: under the same locks, with its claims and event.

Used by the other modules of this package only. Lock order, everywhere: the visitor's draft, therapists by id,
locations by id, the appointment that is changed, the person, their appointments. The broker is never called from here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils.translation import gettext as _

from booking.links import LinkRevoked
from booking.messages import outbox
from booking.messages.corrections import Known
from booking.models import (
    TYPED,
    Appointment,
    AppointmentEvent,
    Claim,
    Client,
    FormerPlace,
    Message,
    SlotHold,
    State,
)
from booking.scheduling import stranding
from booking.scheduling.appointments.refusals import ByPhone, ChangedMeanwhile, NotAllowed, TooEarly
from booking.scheduling.appointments.transactions import ClaimRefused, LockAgain, is_unique_violation
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.claims import claims_of, key_of
from booking.scheduling.search import wish_of
from booking.scheduling.states import find_step
from booking.wording.times import Wall, format_moment
from services import facts
from services.catalogue import turnover
from services.hours import wall_time
from services.locks import lock_parents
from services.models import ClinicPolicy


@dataclass(frozen=True)
class By:
    """Whose hand a change is by. `user` for staff."""

    kind: str
    user: User | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind == AppointmentEvent.Actor.STAFF


CLIENT = By(AppointmentEvent.Actor.CLIENT)
SYSTEM = By(AppointmentEvent.Actor.SYSTEM)


def read_locked(pk: int, *, also_therapists: Iterable[int] = (), before: Appointment | None = None) -> Appointment:
    """The appointment as it is now, with its therapist, its location and itself locked, in that order.

    `before` is how it was a moment ago, for whoever has just read it.
    """
    before = before or Appointment.objects.only("therapist_id", "location_id").get(pk=pk)
    lock_parents(therapist_ids={before.therapist_id, *also_therapists}, location_ids={before.location_id})
    locked = Appointment.objects.select_for_update(of=("self",)).filter(pk=pk)
    appointment = locked.select_related("client", "intake").get()
    appointment.reread_client()
    if (appointment.therapist_id, appointment.location_id) != (before.therapist_id, before.location_id):
        raise LockAgain
    facts.fill_in(appointment, "treatment", "therapist", "room", "location")
    return appointment


def lock_person(client: Client | None) -> Client | None:
    """The record that counts for this person now, locked after the visit's parents: a merge waits, or was before.

    Raises NotAllowed for somebody who was erased meanwhile.
    """
    if client is None:
        return None
    locked = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if locked.erased_at is not None:
        raise NotAllowed(_("This person’s data was erased meanwhile."))
    return locked if locked.merged_into is None else lock_person(locked.merged_into)


def check_link(appointment: Appointment, *, opened: Appointment, by: By = CLIENT) -> None:
    """Raise LinkRevoked where a client has `opened` the visit by a link that no longer counts. Asked under the lock."""
    if not by.is_staff and appointment.link_generation != opened.link_generation:
        raise LinkRevoked


def check_here(appointment: Appointment, *, by: By) -> None:
    """Raise ByPhone where the clinic wants clients to call instead of moving or cancelling by themselves."""
    if by == CLIENT and ClinicPolicy.current().changes_by_phone:
        raise ByPhone(appointment)


def check_unchanged(appointment: Appointment, *, seen_event: int | None) -> None:
    """Raise ChangedMeanwhile if something was done to the visit after the event that the editor saw."""
    if seen_event is None:
        return
    last = appointment.events.order_by("-id").first()
    if last is not None and last.pk != seen_event:
        raise ChangedMeanwhile(last)


def check_own_repeat(appointment: Appointment, *, seen_event: int | None, by: By) -> None:
    """What is wanted is already so. By the same hand that was a second click; another's work the editor has to see."""
    last = appointment.events.order_by("-id").first()
    if seen_event is not None and last is not None and last.pk != seen_event and last.by_id != (by.user and by.user.pk):
        raise ChangedMeanwhile(last)


def check_step(
    appointment: Appointment,
    *,
    target: State,
    by: By,
    among: Collection[str] | None = None,
    now: datetime | None = None,
) -> str:
    """The verb of the step to `target`; raises NotAllowed where the table has none for this hand (`among` these).

    With `now` (UTC) also TooEarly, where the step is for later.
    """
    step = find_step(source=appointment.state or None, target=target, actor=by.kind)
    if step is None or (among is not None and step.verb not in among):
        raise NotAllowed(
            _("This visit is %(state)s; that step is not possible now.") % {"state": appointment.get_state_display()}
        )
    opens_at = step.opens_at(appointment.starts_at) if now is not None else None
    if now is not None and opens_at is not None and now < opens_at:
        moment = format_moment(opens_at, Wall.of_visit(appointment))
        raise TooEarly(_("That step is possible from %(moment)s.") % {"moment": moment})
    return step.verb


def before_step(visit: Appointment, *, by: By) -> Known | None:
    """What a step by staff is measured against when its mail goes out; None for anybody else's, told at once."""
    return Known.of(visit) if by.is_staff else None


def place(appointment: Appointment, *, start: StartOnOffer) -> None:
    """Put the (unsaved) appointment at `start`; the treatment, minutes and location are already set."""
    appointment.therapist_id = start.therapist_id
    appointment.room_id = start.room_id
    appointment.starts_at, appointment.ends_at = start.starts_at, start.ends_at
    appointment.busy_until = start.ends_at + turnover(appointment.treatment, minutes=appointment.minutes)
    appointment.time_zone = appointment.location.time_zone
    appointment.wall_time = wall_time(start.starts_at, wish_of(appointment).zone)
    appointment.wall_time_lost_at = None


def write_claims(appointment: Appointment, *, former: FormerPlace | None = None, is_new: bool = False) -> None:
    """Claim the cells of the appointment, and of its `former` place, in (kind, id, cell) order.

    What it has claimed already and still wants stays; one that `is_new` has nothing yet. Raises ClaimRefused; the index
    has the last word.
    """
    wanted = claims_of(appointment, former=former)
    had = {} if is_new else {key_of(claim): claim.pk for claim in appointment.claims.all()}
    if left := had.keys() - set(map(key_of, wanted)):
        Claim.objects.filter(pk__in=[had[key] for key in left]).delete()
    by_kind: dict[str, list[Claim]] = {}
    for claim in wanted:
        if key_of(claim) not in had:
            by_kind.setdefault(claim.kind, []).append(claim)
    for kind, rows in by_kind.items():
        try:
            Claim.objects.bulk_create(rows)
        except IntegrityError as error:
            if is_unique_violation(error):
                raise ClaimRefused(kind=kind, appointment=appointment) from error
            raise


def free_former_place(appointment: Appointment) -> bool:
    """Give the cells of the former place back: from here on the move stands. Whether there was one.

    Under the lock of the appointment, or of its therapist or location, which every writer of it also takes.
    """
    deleted, _rows = FormerPlace.objects.filter(appointment=appointment).delete()
    if deleted:
        kept = {key_of(claim) for claim in claims_of(appointment)}
        freed = [claim.pk for claim in appointment.claims.all() if key_of(claim) not in kept]
        Claim.objects.filter(pk__in=freed).delete()
    return bool(deleted)


def record(
    appointment: Appointment,
    *,
    verb: str,
    by: By,
    now: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> AppointmentEvent:
    """Add to the visit's history."""
    return AppointmentEvent.objects.create(
        appointment=appointment,
        at=now,
        actor=by.kind,
        by=by.user,
        verb=verb,
        state=appointment.state,
        version=appointment.version,
        reason=reason,
        changes=changes or {},
    )


def lapse(appointment: Appointment, *, now: datetime, by: By = SYSTEM) -> None:
    """End a held, requested or cancelling visit whose time is up, and give its cells back.

    The caller holds the lock on its therapist or its location, which every writer of this row also takes.
    """
    target = State.EXPIRED if appointment.state == State.HELD else State.CANCELLED
    ran_out = appointment.state == State.REQUESTED
    verb = check_step(appointment, target=target, by=by)
    appointment.state, appointment.deadline_at = target, None
    if ran_out:
        appointment.version += 1
    if target == State.EXPIRED:
        # Nobody has shown that this email is theirs: who was typed is forgotten with the time.
        for name in TYPED:
            setattr(appointment, name, "")
    appointment.save(update_fields=["state", "deadline_at", "version", *TYPED])
    free_former_place(appointment)
    appointment.claims.all().delete()
    holds = SlotHold.objects.filter(appointment=appointment)
    if by.kind == SYSTEM.kind:
        # Whose kept start has run out is told so, for as long as their journey lasts; the row goes with it.
        holds = holds.exclude(unconfirmed_name="", draft__isnull=False)
    holds.delete()
    if ran_out:
        stranding.look_at(appointment, now=now)
    record(appointment, verb=verb, by=by, now=now)
    outbox.announce(appointment=appointment, kind=Message.Kind.RAN_OUT if ran_out else None, now=now)
