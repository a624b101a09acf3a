"""What the pages of the desk show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.intake.gate import find_clearance, last_valid_day
from booking.models import Client
from booking.wording.times import format_day
from clinic.panel.desk.forms import BookForm


@dataclass(frozen=True)
class BookPage:
    """`is_known`: for somebody who was found, by `name`. `form_words`: how things stand with their safety check.

    `search_along`: what goes along when a person is looked for: the gap.
    """

    form: BookForm
    is_known: bool
    name: str
    form_words: str
    search_along: tuple[tuple[str, str], ...]
    gap_query: str


def describe_booking(form: BookForm, client: Client | None, form_words: str, gap: Mapping[str, str]) -> BookPage:
    return BookPage(
        form=form,
        is_known=client is not None,
        name=client.name if client else "",
        form_words=form_words,
        search_along=(*gap.items(), ("for", "visit")),
        gap_query=urlencode(gap),
    )


def describe_form(client: Client | None, day: date) -> tuple[bool, str]:
    """Whether a form can be asked for, and how things stand with the person's latest one. For show: the gate decides."""
    intake = newest_intake(client)
    decision = intake.decisions.first() if intake else None
    if intake is None or decision is None:
        return True, _("The safety check is missing.")
    if not decision.is_bookable and find_clearance(intake=intake, on_date=day) is None:
        return False, _("The last safety check rules a visit out. Look at the case.")
    until = last_valid_day(decision)
    if until is None or until < day:
        return True, _("The safety check is too old.")
    return False, _("Safety check valid until %(day)s.") % {"day": format_day(until, with_year=True)}
