"""What is on offer, and who and which room can give it. Reads only, each function in a fixed number of statements."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from services.countries import FALLBACK
from services.models import ClinicPolicy, Location, Room, Therapist, Treatment, TreatmentLength, WorkingHours

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class UnknownTreatment(Exception):
    """No treatment on offer has this key."""

    def __init__(self) -> None:
        super().__init__(_("We do not offer that treatment. Choose one from the list."))


class UnknownLength(Exception):
    """The treatment is on offer, but not at this length."""

    def __init__(self, *, treatment: Treatment) -> None:
        super().__init__(
            _("%(treatment)s is not on offer at that length. Choose one from the list.") % {"treatment": treatment.name}
        )


class UnknownLocation(Exception):
    """No location open for booking has this id, or none was named where there are several."""


class UnknownTherapist(Exception):
    """Nobody who works here has this id."""

    def __init__(self) -> None:
        super().__init__(_("We do not know that therapist. Choose one from the list."))


@dataclass(frozen=True)
class Offer:
    """A treatment with the lengths at which it can be booked, shortest first."""

    treatment: Treatment
    lengths: tuple[TreatmentLength, ...]


def treatments_on_offer() -> list[Offer]:
    """Active treatments in the clinic's order; those without an active length are left out. Two statements."""
    lengths = TreatmentLength.objects.filter(is_active=True).order_by("minutes")
    treatments = Treatment.objects.filter(is_active=True).prefetch_related(Prefetch("lengths", queryset=lengths))
    offers = [Offer(treatment, tuple(treatment.lengths.all())) for treatment in treatments]
    return [offer for offer in offers if offer.lengths]


def find_treatment(*, key: str) -> Treatment:
    """The active treatment with this key. Raises UnknownTreatment, whatever was typed."""
    # What cannot be a key does not reach the database: PostgreSQL refuses some of it with an error of its own.
    treatment = Treatment.objects.filter(key=key, is_active=True).first() if _KEY.fullmatch(key) else None
    if treatment is None:
        raise UnknownTreatment
    return treatment


def treatments_by_kind() -> dict[str, list[Treatment]]:
    """Active treatments by the one of the four that they count as, it itself first. One statement."""
    found: dict[str, list[Treatment]] = {}
    for treatment in sorted(Treatment.objects.filter(is_active=True), key=lambda one: one.key != one.counts_as):
        found.setdefault(treatment.counts_as, []).append(treatment)
    return {kind: found[kind] for kind in Treatment.Kind.values if kind in found}


def names_of(*, keys: Sequence[str]) -> list[str]:
    """What staff call the treatments with these keys and those that count as them, in that order. One statement.

    Of what is not on offer any more only what has the key itself.
    """
    named = Treatment.objects.filter(Q(key__in=keys) | Q(is_active=True)) if keys else []
    found = sorted(named, key=lambda treatment: treatment.key != treatment.counts_as)
    return [
        name
        for key in keys
        for name in [each.name_for_staff for each in found if key in (each.key, each.counts_as)] or [key]
    ]


def find_length(*, treatment_key: str, minutes: int) -> TreatmentLength:
    """The active length of an active treatment, with its treatment loaded. Raises UnknownTreatment, UnknownLength."""
    treatment = find_treatment(key=treatment_key)
    length = TreatmentLength.objects.filter(treatment=treatment, minutes=minutes, is_active=True).first()
    if length is None:
        raise UnknownLength(treatment=treatment)
    length.treatment = treatment
    return length


def turnover(treatment: Treatment, *, minutes: int) -> timedelta:
    """How long therapist and room stay taken after a visit of `minutes`. Whoever needs it asks here: a test looks."""
    return timedelta(minutes=treatment.turnover_minutes)


def therapists_for(*, treatment: Treatment, location: Location) -> list[Therapist]:
    """Who works here, can give `treatment`, and has hours at `location`, nobody where it is closed; lowest id first.

    One statement.
    """
    hours = WorkingHours.objects.filter(therapist=OuterRef("pk"), location=location, location__is_active=True)
    return list(Therapist.objects.filter(Exists(hours), treatments=treatment, is_active=True).order_by("pk"))


def therapist_ids_by_treatment(*, treatments: Sequence[Treatment], location: Location) -> dict[int, list[int]]:
    """For each treatment (by id) whom `therapists_for` would give. One statement."""
    hours = WorkingHours.objects.filter(therapist=OuterRef("therapist"), location=location, location__is_active=True)
    skills = Therapist.treatments.through.objects.filter(
        Exists(hours), treatment__in=treatments, therapist__is_active=True
    )
    able: dict[int, list[int]] = {treatment.pk: [] for treatment in treatments}
    for treatment_id, therapist_id in skills.order_by("therapist").values_list("treatment", "therapist"):
        able[treatment_id].append(therapist_id)
    return able


def name_of(*, therapist_id: int) -> str:
    """What a therapist is called, also one who has left; empty where there is none."""
    return Therapist.objects.filter(pk=therapist_id).values_list("name", flat=True).first() or ""


def can_give(*, therapist_id: int, treatment: Treatment) -> bool:
    """Whether this therapist works here and has learnt `treatment`, wherever the hours are."""
    return Therapist.objects.filter(pk=therapist_id, is_active=True, treatments=treatment).exists()


def find_therapist(*, therapist_id: int) -> Therapist:
    """Raises UnknownTherapist where nobody who works here has this id."""
    therapist = Therapist.objects.filter(pk=therapist_id, is_active=True).first()
    if therapist is None:
        raise UnknownTherapist
    return therapist


def room_ids_by_treatment(*, treatments: Iterable[Treatment], location: Location) -> dict[int, list[int]]:
    """For each treatment (by id) the rooms in use that suit it, in the order in which they are taken. One statement."""
    rooms = Room.objects.filter(location=location, is_active=True).order_by("order", "pk")
    suits = list(rooms.values_list("pk", "treatments"))  # a room for all treatments has one row, with None
    return {
        treatment.pk: [pk for pk, treatment_id in suits if treatment_id in (None, treatment.pk)]
        for treatment in treatments
    }


def room_names(*, location: Location) -> dict[int, str]:
    """What the rooms at `location` are called, by id. One statement."""
    return dict(Room.objects.filter(location=location).values_list("pk", "name"))


def has_rooms(*, location: Location) -> bool:
    """Whether visits at `location` need a room. True also while none of its rooms is in use: then nothing fits."""
    return Room.objects.filter(location=location).exists()


def locations_open() -> list[Location]:
    """The locations open for booking, lowest id first. One statement."""
    return list(Location.objects.filter(is_active=True).order_by("pk"))


def the_only_location() -> Location | None:
    """The location open for booking, where there is exactly one."""
    first_two = Location.objects.filter(is_active=True).order_by("pk")[:2]
    return first_two[0] if len(first_two) == 1 else None


def home() -> Location | None:
    """The first location open for booking: whose manner and clock hold for what belongs to none. One statement."""
    return Location.objects.filter(is_active=True).order_by("pk").first()


def home_country() -> str:
    """FALLBACK where there is no location. One statement."""
    first = home()
    return first.country if first else FALLBACK


def home_zone() -> ZoneInfo:
    """UTC where there is no location. One statement."""
    first = home()
    return first.zone if first else ZoneInfo("UTC")


def emergency_number(*, country: str) -> str:
    """What to dial in `country`, unless the clinic wrote a number of its own. One statement."""
    return ClinicPolicy.current().emergency_number_in(country)


def find_location(*, location_id: int | None = None) -> Location:
    """The open location with this id; without an id the only one. Raises UnknownLocation. One statement."""
    if location_id is None:
        location = the_only_location()
        if location is None:
            raise UnknownLocation(_("Choose a location."))
        return location
    location = Location.objects.filter(pk=location_id, is_active=True).first()
    if location is None:
        raise UnknownLocation(_("That location takes no bookings. Choose one from the list."))
    return location
