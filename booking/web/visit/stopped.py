"""What stops a visit, for whoever holds its link: what to do, and not a word of what was answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from booking.intake.stops import Stop, find_stop
from booking.models import Appointment
from booking.pages.layout import PressForm
from booking.web.addresses import url_of
from booking.web.visit.in_words import can_change


@dataclass(frozen=True)
class StopInWords:
    """What stands in the way, and what to do about it: fill in the form, or else call."""

    what: str
    to_do: str
    takes_form: bool

    @classmethod
    def of(cls, stop: Stop) -> Self:
        if stop is Stop.FORM:
            return cls(
                what=_("Your answers to the safety check are too old for this visit."),
                to_do=_("Please answer it again. Your time is still kept."),
                takes_form=True,
            )
        return cls(
            what=_("Before this visit we have to talk with you about your safety check."),
            to_do=_("Please call us. Your time is still kept."),
            takes_form=False,
        )

    @classmethod
    def of_missing_form(cls) -> Self:
        return cls(
            what=_("The health form is missing."),
            to_do=_("Please fill it in first. Your time is still kept."),
            takes_form=True,
        )


def stop_of(visit: Appointment, *, now: datetime) -> Stop | None:
    """What stops a visit that is still to come."""
    return find_stop(visit=visit, now=now) if can_change(visit, now=now) else None


def in_the_way_of_moving(visit: Appointment, *, now: datetime) -> StopInWords | None:
    """Why the visit can't be moved; None where it can. A missing form stops no visit, but no move goes without one."""
    if visit.intake is None:
        return StopInWords.of_missing_form()
    stop = stop_of(visit, now=now)
    return StopInWords.of(stop) if stop else None


def health_form_of(visit: Appointment, *, style: str, label: str = "") -> PressForm:
    """The button that leads to the safety check of this visit."""
    usual = _("Update my health form") if visit.intake else _("Fill in the health form")
    return PressForm(label=label or usual, action=url_of(visit, "health_form"), style=style)
