"""What is on offer, and who and which room can give it. Reads only, from `services.facts`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from services import prices
from services.countries import FALLBACK
from services.facts import Facts, current
from services.models import ClinicPolicy, Location, Picture, Room, Therapist, Treatment, TreatmentLength

USUAL_MINUTES = 60


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
class Length:
    """A length of a treatment at the price of a day; `first_date` is that day, or the first one on which it is offered."""

    pk: int
    treatment: Treatment
    minutes: int
    price: Decimal
    first_date: date


@dataclass(frozen=True)
class Offer:
    """A treatment with the lengths at which it can be booked, shortest first."""

    treatment: Treatment
    lengths: tuple[Length, ...]

    @property
    def usual(self) -> Length:
        """The length that is shown first: an hour, or what comes nearest to it."""
        return min(self.lengths, key=lambda length: abs(length.minutes - USUAL_MINUTES))

    @property
    def shortest(self) -> Length:
        """Of what is offered on the day; else of what comes after it."""
        return min(self.lengths, key=lambda length: (length.first_date, length.minutes))

    def length_of(self, minutes: int | None) -> Length | None:
        return next((length for length in self.lengths if length.minutes == minutes), None)


def treatments_on_offer(*, on: date) -> list[Offer]:
    """Active treatments in the clinic's order, with their lengths at the price of the day `on`, where visits take place.

    A length that is offered only later comes with its first price; what is not offered on that day or later is left out.
    """
    facts = current()
    lengths: dict[int, list[TreatmentLength]] = {}
    for length in facts.all_of(TreatmentLength, is_active=True):
        lengths.setdefault(length.treatment_id, []).append(length)
    offers = [
        Offer(treatment, tuple(_priced(facts, lengths.get(treatment.pk, ()), treatment, on)))
        for treatment in facts.all_of(Treatment, is_active=True)
    ]
    return [offer for offer in offers if offer.lengths]


def _priced(facts: Facts, lengths: Iterable[TreatmentLength], treatment: Treatment, day: date) -> Iterable[Length]:
    for length in lengths:
        if found := prices.price_from(facts, length_id=length.pk, day=day):
            yield Length(length.pk, treatment, length.minutes, *found)


def treatments_by_kind() -> dict[str, list[Treatment]]:
    """Active treatments by the one of the four that they count as, it itself first."""
    found: dict[str, list[Treatment]] = {}
    for treatment in sorted(current().all_of(Treatment, is_active=True), key=lambda one: one.key != one.counts_as):
        found.setdefault(treatment.counts_as, []).append(treatment)
    return {kind: found[kind] for kind in Treatment.Kind.values if kind in found}


def names_of(*, keys: Sequence[str]) -> list[str]:
    """What staff call the treatments with these keys and those that count as them, in that order.

    Of what is not on offer any more only what has the key itself.
    """
    named = [each for each in current().all_of(Treatment) if each.is_active or each.key in keys] if keys else []
    found = sorted(named, key=lambda treatment: treatment.key != treatment.counts_as)
    return [
        name
        for key in keys
        for name in [each.name_for_staff for each in found if key in (each.key, each.counts_as)] or [key]
    ]


def find_length(*, treatment_key: str, minutes: int, on: date, or_later: bool = False) -> Length:
    """The length as it is offered on the day `on` of the visit, where it takes place. Raises UnknownTreatment, UnknownLength.

    With `or_later` also one that is offered only after that day.
    """
    facts = current()
    treatment = _find_treatment(facts, treatment_key)
    found = facts.all_of(TreatmentLength, is_active=True, treatment_id=treatment.pk, minutes=minutes)
    length = next(iter(_priced(facts, found, treatment, on)), None)
    if length is None or (length.first_date > on and not or_later):
        raise UnknownLength(treatment=treatment)
    return length


def turnover(treatment: Treatment, *, minutes: int) -> timedelta:
    """How long therapist and room stay taken after a visit of `minutes`. Whoever needs it asks here: a test looks."""
    return timedelta(minutes=treatment.turnover_minutes)


def therapists_for(*, treatment: Treatment, location: Location) -> list[Therapist]:
    """Who works here, can give `treatment`, and has hours at `location`, nobody where it is closed; lowest id first."""
    facts = current()
    found = (facts.find(Therapist, pk) for pk in facts.able.get((treatment.pk, location.pk), ()))
    return [therapist for therapist in found if therapist is not None]


def therapist_ids_by_treatment(*, treatments: Sequence[Treatment], location: Location) -> dict[int, list[int]]:
    """For each treatment (by id) whom `therapists_for` would give."""
    facts = current()
    return {treatment.pk: list(facts.able.get((treatment.pk, location.pk), ())) for treatment in treatments}


def name_of(*, therapist_id: int) -> str:
    """What a therapist is called, also one who has left; empty where there is none."""
    return current().names(Therapist).get(therapist_id, "")


def therapist_names() -> dict[int, str]:
    """What everybody is called, also who has left, by id."""
    return current().names(Therapist)


def can_give(*, therapist_id: int, treatment: Treatment) -> bool:
    """Whether this therapist works here and has learnt `treatment`, wherever the hours are."""
    facts = current()
    therapist = facts.find(Therapist, therapist_id)
    return therapist is not None and therapist.is_active and treatment.pk in facts.skills.get(therapist_id, ())


def find_therapist(*, therapist_id: int) -> Therapist:
    """Raises UnknownTherapist where nobody who works here has this id."""
    therapist = current().find(Therapist, therapist_id)
    if therapist is None or not therapist.is_active:
        raise UnknownTherapist
    return therapist


def room_ids_by_treatment(*, treatments: Iterable[Treatment], location: Location) -> dict[int, list[int]]:
    """For each treatment (by id) the rooms in use that suit it, in the order in which they are taken."""
    facts = current()
    return {treatment.pk: list(facts.rooms_for(treatment.pk, location.pk)) for treatment in treatments}


def room_names(*, location: Location) -> dict[int, str]:
    """What the rooms at `location` are called, by id."""
    return current().names(Room, location_id=location.pk)


def has_rooms(*, location: Location) -> bool:
    """Whether visits at `location` need a room. True also while none of its rooms is in use: then nothing fits."""
    return current().has(Room, location_id=location.pk)


def locations_open() -> list[Location]:
    """The locations open for booking, lowest id first."""
    return current().all_of(Location, is_active=True)


def picture_digest(*, picture_id: int | None) -> str:
    """What the address of a picture names; empty without one. One statement, none without."""
    if picture_id is None:
        return ""
    return Picture.objects.filter(pk=picture_id).values_list("digest", flat=True).first() or ""


def the_only_location() -> Location | None:
    """The location open for booking, where there is exactly one."""
    found = locations_open()
    return found[0] if len(found) == 1 else None


def home() -> Location | None:
    """The first location open for booking: whose manner and clock hold for what belongs to none."""
    return next(iter(locations_open()), None)


def home_country() -> str:
    """FALLBACK where there is no location."""
    first = home()
    return first.country if first else FALLBACK


def home_zone() -> ZoneInfo:
    """UTC where there is no location."""
    first = home()
    return first.zone if first else ZoneInfo("UTC")


def is_on_offer(*, treatment: Treatment, minutes: int, on: date) -> bool:
    """Whether the treatment, and this length of it, can be had on the day `on` of the visit."""
    try:
        find_length(treatment_key=treatment.key, minutes=minutes, on=on)
    except (UnknownTreatment, UnknownLength):
        return False
    return True


def home_day(now: datetime) -> date:
    """The day at the clinic's first place at the instant `now`: whose prices hold where no visit is meant."""
    return now.astimezone(home_zone()).date()


def emergency_number(*, country: str) -> str:
    """What to dial in `country`, unless the clinic wrote a number of its own."""
    return ClinicPolicy.current().emergency_number_in(country)


def find_location(*, location_id: int | None = None) -> Location:
    """The open location with this id; without an id the only one. Raises UnknownLocation."""
    if location_id is None:
        location = the_only_location()
        if location is None:
            raise UnknownLocation(_("Choose a location."))
        return location
    location = current().find(Location, location_id)
    if location is None or not location.is_active:
        raise UnknownLocation(_("That location takes no bookings. Choose one from the list."))
    return location


def _find_treatment(facts: Facts, key: str) -> Treatment:
    found = facts.all_of(Treatment, is_active=True, key=key)
    if not found:
        raise UnknownTreatment
    return found[0]
