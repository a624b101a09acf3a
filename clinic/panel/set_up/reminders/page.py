"""What the page of the reminders shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.messages.plan import MOST_LINES, Line, QuietHours
from booking.messages.policy import lines_of, quiet_hours
from booking.messages.trial import make_up_visit
from booking.scheduling.policy_change import PolicyChange
from booking.wording.times import zone_name
from clinic.panel.home import home_wall
from clinic.panel.set_up.reminders.example import NEXT_WEEK, VISITS, Example, describe_example, visit_of
from clinic.panel.set_up.reminders.forms import DAYS, HOURS, RemindersForm, Sentence, new_line
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Choice:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class RemindersPage:
    """`may_add`: the list has room. `is_changed`: what is shown differs from what is stored.

    `email`: where a test goes; empty where the account, whose page is `my_account`, has no address. `may_try`: something
    is on offer of which the test can tell.
    """

    form: RemindersForm
    sentences: tuple[Sentence, ...]
    errors: tuple[str, ...]
    visits: tuple[Choice, ...]
    example: Example
    zone: str
    may_add: bool
    is_changed: bool
    email: str
    my_account: str
    may_try: bool


def make_form(
    data: Any, *, typed: Mapping[str, Any] | None = None, lines: Sequence[Line] | None = None
) -> RemindersForm:
    return RemindersForm(
        data,
        policy=ClinicPolicy.current(),
        country=home_wall().country,
        typed=dict(typed or {}),
        lines=lines,
    )


def with_changed_lines(form: RemindersForm, pressed: Mapping[str, str]) -> RemindersForm:
    """A valid form once more, with a line added or removed where a button for that was `pressed`."""
    lines = form.lines()
    removed, kind = pressed.get("remove", ""), pressed.get("add", "")
    if removed.isdecimal() and 0 < int(removed) <= len(lines):
        del lines[int(removed) - 1]
    elif kind in (HOURS, DAYS) and len(lines) < MOST_LINES:
        lines.append(new_line(kind, lines))
        shown = _again(form, lines)
        shown.fields[f"before{len(lines)}"].widget.attrs["autofocus"] = True
        return shown
    return _again(form, lines)


def describe_page(form: RemindersForm, *, which: str, user: User, now: datetime) -> RemindersPage:
    """`which`: the visit of the example. A form with errors is shown with the example of what is stored."""
    policy, wall = ClinicPolicy.current(), home_wall()
    which = which if which in VISITS else NEXT_WEEK
    lines, quiet = _shown(form, policy)
    visit = visit_of(which, wall=wall, now=now)
    example = describe_example(
        lines,
        quiet=quiet,
        visit=visit,
        free_hours=policy.free_cancelling_hours,
        wall=wall,
    )
    return RemindersPage(
        form=form,
        sentences=tuple(form.sentences()),
        errors=tuple(sentence for sentences in form.errors.values() for sentence in map(str, sentences)),
        visits=tuple(Choice(value, str(words), value == which) for value, words in VISITS.items()),
        example=example,
        zone=zone_name(wall.zone),
        may_add=len(lines) < MOST_LINES,
        is_changed=(list(lines), quiet) != (list(lines_of(policy)), quiet_hours(policy)),
        email=user.email,
        my_account=reverse("panel:staff_account", args=[user.pk]),
        may_try=make_up_visit(starts_at=visit.starts_at, now=now) is not None,
    )


def say_tried(count: int, *, email: str) -> str:
    return ngettext("%(count)s email goes to %(email)s.", "%(count)s emails go to %(email)s.", count) % {
        "count": count,
        "email": email,
    }


def say_saved(change: PolicyChange) -> str:
    if not change.fields:
        return _("Nothing was changed.")
    if not change.reminded_anew:
        return _("Saved.")
    return ngettext(
        "Saved. %(count)s coming visit follows.", "Saved. %(count)s coming visits follow.", change.reminded_anew
    ) % {"count": change.reminded_anew}


def _again(form: RemindersForm, lines: Sequence[Line]) -> RemindersForm:
    """With what was stored when the page was opened, not by now: who saves later is to be told."""
    quiet = form.quiet()
    typed = {"quiet_from": quiet.begins, "quiet_until": quiet.ends}
    again = make_form(None, typed=typed, lines=lines)
    again.initial["seen"] = form.cleaned_data["seen"]
    return again


def _shown(form: RemindersForm, policy: ClinicPolicy) -> tuple[Sequence[Line], QuietHours]:
    if form.is_bound and form.is_valid():
        return form.lines(), form.quiet()
    if form.is_bound:
        return lines_of(policy), quiet_hours(policy)
    return form.shown, QuietHours(form.initial["quiet_from"], form.initial["quiet_until"])
