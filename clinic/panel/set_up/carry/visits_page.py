"""What the page shows on which lists of coming visits come in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.carrying import bringing
from booking.carrying.columns import Column
from booking.carrying.people import say_wrong
from booking.carrying.said import say_visits
from booking.carrying.visit_columns import MEANT
from booking.carrying.visits.plan import Ask, Visit, VisitPlan
from booking.carrying.visits.planning import TREATMENT
from booking.models import Bringing, Client
from booking.wording.prices import format_treatment
from booking.wording.times import Wall, format_moment
from clinic.panel.set_up.carry.forms import MailsForm, VisitsForm
from clinic.panel.set_up.carry.page import MEANINGS as OF_PEOPLE
from clinic.panel.set_up.carry.page import MOST_SHOWN, Choosing, Done, describe_columns, describe_done, mark_of
from services import catalogue, facts
from services.models import Location, Therapist, Treatment

_MEANINGS: Mapping[Column, Any] = {
    **OF_PEOPLE,
    Column.DATE: gettext_lazy("Day, or day and time"),
    Column.TIME: gettext_lazy("Time of day, or day and time"),
    Column.END: gettext_lazy("End"),
    Column.MINUTES: gettext_lazy("Length"),
    Column.TREATMENT: gettext_lazy("Treatment"),
    Column.THERAPIST: gettext_lazy("Therapist"),
    Column.PLACE: gettext_lazy("Place"),
    Column.STATUS: gettext_lazy("Status in the other system"),
    Column.CALLED_OFF: gettext_lazy("Says that it was cancelled"),
    Column.NAME: gettext_lazy("Client’s name"),
}
MEANINGS: Mapping[Column, Any] = {one: _MEANINGS[one] for one in (*MEANT, Column.MOBILE)}
SHORT = 20  # visits that are shown without a press
NAME = "name-"  # the field of what a treatment or a therapist of the list is called here, by the key of its `Ask`


@dataclass(frozen=True)
class Waiting:
    """The list that was looked at and is not brought in yet. `ready` and `wrong` by line; `more`, `more_wrong`: how many of
    them are left out. `asks` and `columns` are there to be changed."""

    name: str
    public_id: str
    seen: str
    is_mapped: bool
    can_come: bool
    columns: tuple[Choosing, ...]
    asks: tuple[Choosing, ...]
    counts: tuple[str, ...]
    said: tuple[str, ...]
    wrong: tuple[str, ...]
    more_wrong: int
    ready: tuple[str, ...]
    more: int

    @property
    def is_short(self) -> bool:
        return len(self.ready) <= SHORT


@dataclass(frozen=True)
class VisitsPage:
    form: VisitsForm
    mails: MailsForm
    waiting: Waiting | None
    done: tuple[Done, ...]


def describe_visits(user: User, form: VisitsForm, *, now: datetime) -> VisitsPage:
    row = bringing.waiting_for(user, kind=Bringing.Kind.VISITS, now=now).first()
    return VisitsPage(
        form=form,
        mails=MailsForm(),
        waiting=_waiting(row) if row is not None else None,
        done=describe_done(Bringing.Kind.VISITS, say_visits, now=now),
    )


def _waiting(row: Bringing) -> Waiting:
    plan = VisitPlan.unpack(row.plan)
    return Waiting(
        name=row.file_name,
        public_id=row.public_id,
        seen=mark_of(row),
        is_mapped=bringing.is_mapped(row),
        can_come=bool(plan.visits),
        columns=tuple(describe_columns(bringing.read_again(row), row, MEANINGS)),
        asks=tuple(_ask(one, row.choices) for one in plan.asks[:MOST_SHOWN]),
        counts=tuple(say_visits(plan.counts)),
        said=plan.said[:MOST_SHOWN],
        wrong=tuple(say_wrong(*one) for one in plan.wrong[:MOST_SHOWN]),
        more_wrong=max(len(plan.wrong) - MOST_SHOWN, 0),
        ready=tuple(_ready(plan.visits[:MOST_SHOWN])),
        more=max(len(plan.visits) - MOST_SHOWN, 0),
    )


def _ready(visits: tuple[Visit, ...]) -> Iterator[str]:
    names = dict(Client.objects.filter(pk__in={one.client_id for one in visits}).values_list("pk", "name"))
    with facts.reading_once():
        for one in visits:
            place = facts.current().find(Location, one.location_id)
            treatment = facts.current().find(Treatment, one.treatment_id)
            if place is not None and treatment is not None:
                words = {
                    "moment": format_moment(one.begins, Wall.of_place(place), with_year=True),
                    "what": format_treatment(treatment.name, one.minutes),
                    "who": names.get(one.client_id, ""),
                    "therapist": catalogue.name_of(therapist_id=one.therapist_id),
                }
                yield say_wrong(one.line, _("%(moment)s: %(who)s, %(what)s, with %(therapist)s") % words)


def _ask(one: Ask, choices: Mapping[str, str]) -> Choosing:
    is_treatment = one.key.startswith(TREATMENT)
    model = Treatment if is_treatment else Therapist
    chosen = choices.get(one.key, "")
    named = [(str(pk), name) for pk, name in facts.current().names(model, is_active=True).items()]
    lines = ngettext("%(number)s line", "%(number)s lines", one.lines) % {"number": one.lines}
    return Choosing(
        name=f"{NAME}{one.key}",
        words=_("“%(text)s”, in %(lines)s, is") % {"text": one.text, "lines": lines},
        options=tuple((value, words, value == chosen) for value, words in [("", _("Leave it out")), *named]),
    )
