"""What a physician wrote about a case: recorded once, taken back, and one that counts at a time."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from booking.cases.follow_up import record_event, set_state
from booking.messages import outbox
from booking.models import Case, Clearance, Intake
from booking.wording.times import local_date
from services import catalogue
from services.blanks import is_blank
from services.refusals import Refusal


@dataclass(frozen=True)
class Letter:
    """What a physician wrote. `avoid` are regions of the body; both dates include their day."""

    written_by: str
    written_date: date
    allowed_treatments: tuple[str, ...]
    valid_until: date
    avoid: tuple[str, ...] = ()
    note: str = ""


class ClearanceRefused(Refusal):
    """This clearance can't be recorded. `str()` is a sentence for staff."""


def record_clearance(*, case: Case, letter: Letter, by: User, now: datetime) -> Clearance:
    """A physician agrees: the case is cleared, for this intake and no later one. Raises ClearanceRefused.

    Only a PHYSICIAN case can be cleared; emergency signs need a new intake. It may follow a letter that was taken back
    or has run out.
    """
    with transaction.atomic():
        if case.intake is not None:
            # What was stopped may go on. Visits are locked before cases.
            outbox.look_again(intake=case.intake, now=now)
        case = Case.objects.select_for_update(of=("self",)).select_related("intake").get(pk=case.pk)
        intake = _check_clearance(case, letter, today=local_date(now, catalogue.home_zone()))
        Clearance.objects.filter(case=case, voided_at=None).update(voided_at=now)  # one that has run out
        clearance = Clearance.objects.create(
            case=case,
            intake=intake,
            written_by=letter.written_by,
            written_date=letter.written_date,
            allowed_treatments=list(letter.allowed_treatments),
            limits={"avoid": list(letter.avoid), "note": letter.note},
            valid_until=letter.valid_until,
            recorded_by=by,
            recorded_at=now,
        )
        set_state(case, Case.State.CLEARED, by=by, now=now)
    return clearance


def void_clearance(*, clearance: Clearance, by: User, now: datetime) -> Clearance:
    """The letter does not count any more: what was booked with it is stopped at the next door, and the case is open.

    Voiding twice is voiding once.
    """
    with transaction.atomic():
        outbox.look_again(intake=clearance.intake, now=now)
        case = Case.objects.select_for_update(of=("self",)).get(pk=clearance.case_id)
        if clearance.voided_at is None:
            clearance.voided_at = now
            clearance.save(update_fields=["voided_at"])
            record_event(case=case, verb="void", by=by, now=now)
            set_state(case, Case.State.OPEN, by=by, now=now)
    return clearance


def _check_clearance(case: Case, letter: Letter, *, today: date) -> Intake:
    if case.kind != Case.Kind.PHYSICIAN or case.intake is None:
        raise ClearanceRefused(
            _("Only a case for a physician can be cleared. Emergency signs need a new safety check.")
        )
    if Clearance.objects.filter(case=case, voided_at=None, valid_until__gte=today).exists():
        raise ClearanceRefused(_("A letter already counts for this case. Take it back before you record another."))
    if case.intake.later.exists():
        raise ClearanceRefused(
            _("The client has answered the safety check again since. Look at the new answers first.")
        )
    if is_blank(letter.written_by) or not letter.allowed_treatments:
        raise ClearanceRefused(_("Write who wrote the letter and which treatments it allows."))
    if letter.written_date > today:
        raise ClearanceRefused(_("The date of the letter is still to come. Correct it."))
    if letter.valid_until < today:
        raise ClearanceRefused(_("The letter is out of date: “Valid until” is in the past."))
    return case.intake
