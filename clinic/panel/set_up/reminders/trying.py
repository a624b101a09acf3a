"""All that the booker of the example would get, to the owner who is signed in: as a test."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import limits
from booking.messages.trial import make_up_visit, queue_trial_of_visit
from clinic.panel.home import home_wall
from clinic.panel.set_up.reminders.example import mails_of, visit_of
from clinic.panel.set_up.reminders.forms import RemindersForm
from clinic.record.audit import on_record
from services.models import ClinicPolicy
from services.refusals import Refusal


class CannotTry(Refusal):
    """There is nowhere to send it, nothing to tell of, or it was sent often enough for now."""


def send_all_to_me(form: RemindersForm, *, which: str, by: User, now: datetime) -> int:
    """By the lists of a valid form, saved or not; returns how many emails. Raises CannotTry."""
    wall = home_wall()
    visit = visit_of(which, wall=wall, now=now)
    if not by.email:
        raise CannotTry(_("Your account has no email address. Write one first."))
    if make_up_visit(starts_at=visit.starts_at, now=now) is None:
        raise CannotTry(_("First add a treatment with its price, and somebody who gives it."))
    told = mails_of(form.lines(), quiet=form.quiet(), visit=visit, wall=wall)
    try:
        with on_record(by=by, verb="send test", object_type="email", fields=["reminders"], now=now):
            limits.take((limits.TRIALS, str(by.pk)), now=now)
            queue_trial_of_visit(account=by, told=told, policy=ClinicPolicy.current(), now=now)
    except limits.Spending as spending:
        raise CannotTry(_say_when(spending.wait)) from spending
    return len(told)


def _say_when(wait: timedelta) -> str:
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    return ngettext(
        "You have sent this test several times within the hour. Try again in %(count)s minute.",
        "You have sent this test several times within the hour. Try again in %(count)s minutes.",
        minutes,
    ) % {"count": minutes}
