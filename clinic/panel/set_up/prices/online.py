"""Which treatments can be booked: the tick of each row, and what has to be said before a new one is offered."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Appointment
from clinic.record.audit import on_record
from services import treatments
from services.facts import current
from services.models import Therapist, Treatment
from services.policy import Seen, fingerprints
from services.price_list import Cell
from services.rota import Review

_OFFER = re.compile(r"([0-9]{1,9}) ([a-z_]{1,40}) (heat|cool)")


@dataclass(frozen=True)
class NewTreatment:
    """One that nobody can book yet. `value` is what its button sends: what it was like when that was read."""

    heading: str
    sentence: str
    button: str
    value: str
    url: str


@dataclass(frozen=True)
class Offer:
    """A treatment to be offered, as it was drawn."""

    treatment_id: int
    like: str
    uses_heat: bool

    @property
    def seen(self) -> Seen:
        return fingerprints({"is_active": False, "like": self.like, "uses_heat": self.uses_heat})


def read_offer(text: str) -> Offer | None:
    found = _OFFER.fullmatch(text)
    return Offer(int(found[1]), found[2], found[3] == "heat") if found else None


def describe_new(rows: Sequence[Treatment]) -> tuple[NewTreatment, ...]:
    """The clinic's own that are not on offer and never were: what the safety check makes of each."""
    own = [one for one in rows if not one.is_active and one.key not in Treatment.Kind.values]
    booked = set(Appointment.objects.filter(treatment__in=own).values_list("treatment_id", flat=True)) if own else set()
    return tuple(_new(one) for one in own if one.pk not in booked)


def offer(*, wanted: Offer, review: Review, by: AbstractBaseUser | AnonymousUser, now: datetime) -> None:
    """Raises `Treatment.DoesNotExist`, and TreatmentChangedMeanwhile where it is not as it was drawn."""
    values = {"is_active": True, "like": wanted.like, "uses_heat": wanted.uses_heat}
    treatment = Treatment.objects.get(pk=wanted.treatment_id)
    _change(treatment, values, seen=wanted.seen, review=review, by=by, now=now)


def tick(*, online: Mapping[int, bool], review: Review, by: AbstractBaseUser | AnonymousUser, now: datetime) -> None:
    """Put these on offer, or take them off. Raises TreatmentChangedMeanwhile; the caller reviews what it strands."""
    for treatment in Treatment.objects.filter(pk__in=online).order_by("pk"):
        is_active = online[treatment.pk]
        seen = fingerprints({"is_active": not is_active})
        _change(treatment, {"is_active": is_active}, seen=seen, review=review, by=by, now=now)


def say_online(online: Mapping[int, bool], *, offered: Iterable[Cell]) -> Iterator[str]:
    """What has become of each. `offered`: what has a price."""
    known, priced = current(), {treatment_id for treatment_id, _minutes in offered}
    able = {pk for one in known.all_of(Therapist, is_active=True) for pk in known.skills.get(one.pk, ())}
    names = known.names(Treatment)
    for pk, is_active in online.items():
        said = _("%(name)s is offered online now.") if is_active else _("%(name)s can’t be booked any more.")
        missing = [_("Set a price.")] if pk not in priced else []
        missing += [_("Say who gives it, on its own page.")] if pk not in able else []
        yield " ".join([said % {"name": names.get(pk, "")}, *(missing if is_active else ())])


def _new(treatment: Treatment) -> NewTreatment:
    kind, heat = Treatment.Kind(treatment.counts_as), "heat" if treatment.uses_heat else "cool"
    sentence = (
        _(
            "The safety check treats it like %(kind)s, with heat: whoever must not have one of these can’t have it either."
        )
        if treatment.uses_heat
        else _("The safety check treats it like %(kind)s: whoever must not have that can’t have this either.")
    )
    return NewTreatment(
        heading=_("%(name)s is not on offer yet") % {"name": treatment.name},
        sentence=sentence % {"kind": kind.label},
        button=_("Treat it like %(kind)s, and offer it") % {"kind": kind.label},
        value=f"{treatment.pk} {kind.value} {heat}",
        url=reverse("panel:set_up_treatment", args=[treatment.pk]),
    )


def _change(
    treatment: Treatment,
    values: Mapping[str, object],
    *,
    seen: Seen,
    review: Review,
    by: AbstractBaseUser | AnonymousUser,
    now: datetime,
) -> None:
    with on_record(by=by, verb="change", object_type="treatment", object_id=treatment.pk, now=now) as line:
        changed = treatments.change_treatment(treatment=treatment, wanted=values, seen=seen, review=review)
        line.fields = [one.replace("_", " ") for one in changed]
