"""What the pages about one thing of a person show: a correction, the household, a merge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _

from booking.models import CALLED_OFF, UNBOOKED, Client
from booking.people.households import members_of
from booking.people.merging import CHOSEN
from booking.wording.lists import join_words
from booking.wording.times import format_date, local_date
from clinic.panel.home import home_phone, home_wall
from clinic.panel.person.around import Other, list_household


@dataclass(frozen=True)
class CorrectPage:
    public_id: str
    name: str
    title: str
    form: forms.Form


@dataclass(frozen=True)
class HouseholdPage:
    """`found`: whom a search has shown; None before one. `words`: what was searched for."""

    public_id: str
    name: str
    members: tuple[Other, ...]
    words: str
    found: tuple[Other, ...] | None


@dataclass(frozen=True)
class Choice:
    """One row of a merge. `is_same`: there is nothing to choose. `takes_other`: chosen beforehand."""

    field: str
    label: str
    mine: str
    theirs: str
    is_same: bool
    takes_other: bool


@dataclass(frozen=True)
class Fact:
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class MergePage:
    """Two records side by side. `versions` as they were looked at."""

    public_id: str
    other: str
    name: str
    other_name: str
    versions: str
    choices: tuple[Choice, ...]
    facts: tuple[Fact, ...]


def describe_household(found: Client, words: str = "", hits: Iterable[Client] | None = None) -> HouseholdPage:
    others = None if hits is None else tuple(_hit(one) for one in hits if one.pk != found.pk)
    return HouseholdPage(found.public_id, found.name, list_household(found), words, others)


def describe_merge(mine: Client, theirs: Client, now: datetime, *, chosen: Iterable[str] | None = None) -> MergePage:
    """`chosen`: the fields that were to be taken from the other record, where that is known already."""
    return MergePage(
        public_id=mine.public_id,
        other=theirs.public_id,
        name=mine.name,
        other_name=theirs.name,
        versions=f"{mine.version}-{theirs.version}",
        choices=tuple(_choice(name, mine, theirs, chosen) for name in CHOSEN),
        facts=tuple(Fact(*row) for row in zip(_facts_labels(), _facts(mine), _facts(theirs), strict=True)),
    )


def _hit(one: Client) -> Other:
    return Other(one.public_id, one.name, home_phone(one.phone) or one.email)


def _choice(name: str, mine: Client, theirs: Client, chosen: Iterable[str] | None) -> Choice:
    one, other = getattr(mine, name), getattr(theirs, name)
    takes = bool(other and not one) if chosen is None else name in set(chosen)
    return Choice(name, _label(name), _shown(name, mine), _shown(name, theirs), one == other, takes)


def _label(name: str) -> str:
    labels = {
        "name": _("Name"),
        "email": _("Email"),
        "phone": _("Phone"),
        "birth_date": _("Date of birth"),
        "household": _("Household"),
    }
    return labels[name]


def _shown(name: str, one: Client) -> str:
    if name == "household":
        return join_words([other.name for other in members_of(one)[:5]]) or "–"
    if name == "birth_date":
        return format_date(one.born) if one.born else "–"
    return (home_phone(one.phone) if name == "phone" else getattr(one, name)) or "–"


def _facts_labels() -> tuple[str, ...]:
    return _("First booked"), _("Visits"), _("Last visit"), _("Last safety check")


def _facts(one: Client) -> tuple[str, ...]:
    zone = home_wall().zone
    visits = one.appointments.exclude(state__in=UNBOOKED | CALLED_OFF).order_by("-starts_at")
    last, check = visits.first(), one.intakes.order_by("-created_at").first()
    moments = (one.created_at, last.starts_at if last else None, check.created_at if check else None)
    first, latest, checked = (format_date(local_date(at, zone)) if at else "–" for at in moments)
    return first, str(visits.count()), latest, checked
