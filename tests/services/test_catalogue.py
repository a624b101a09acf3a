"""What is on offer, who and which room gives it, and sentences for what is not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from clinic.running.rooms import source_files
from services import catalogue
from services.catalogue import UnknownLength, UnknownLocation, UnknownTherapist, UnknownTreatment
from services.facts import current
from services.models import Price, Treatment, TreatmentLength
from tests.environment import ROOT
from tests.services.places import make_hours, make_location, make_room, make_therapist, make_treatment

pytestmark = pytest.mark.django_db

# Far beyond any integer column, and beyond what a driver can send.
ENORMOUS = 10**30
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _an_empty_shelf(db: None) -> None:
    TreatmentLength.objects.all().delete()
    Treatment.objects.all().delete()


def test_treatments_on_offer_are_the_active_ones_with_active_lengths_in_order() -> None:
    late = make_treatment("late", minutes=(60, 30), order=2)
    early = make_treatment("early", minutes=(90, 45), order=1)
    early.lengths.filter(minutes=45).update(is_active=False)
    make_treatment("withdrawn", is_active=False)
    make_treatment("no_lengths", minutes=())
    make_treatment("no_active_length").lengths.update(is_active=False)

    offers = catalogue.treatments_on_offer(on=TODAY)

    assert [(offer.treatment, [length.minutes for length in offer.lengths]) for offer in offers] == [
        (early, [90]),
        (late, [30, 60]),
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_treatments_on_offer_take_one_statement(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_treatment(f"treatment_{number}", minutes=(30, 60))

    current()
    with django_assert_num_queries(1):
        offers = catalogue.treatments_on_offer(on=TODAY)
        names = [f"{length.treatment.name}, {length.minutes}" for offer in offers for length in offer.lengths]

    assert len(names) == 2 * count


def test_find_length_brings_price_and_treatment() -> None:
    treatment = make_treatment("early", minutes=(30, 60))

    length = catalogue.find_length(treatment_key="early", minutes=60, on=TODAY)

    assert (length.treatment, length.minutes, length.price) == (treatment, 60, Decimal(60))


@pytest.mark.parametrize(
    "key", ["", "unknown", "withdrawn", "EARLY", "early\x00", "early ", "é" * 10_000, "x" * 10_000, "' or 1=1", "٣"]
)
def test_find_length_refuses_a_treatment_that_is_not_on_offer(key: str) -> None:
    make_treatment("early")
    make_treatment("withdrawn", is_active=False)

    with pytest.raises(UnknownTreatment) as refusal:
        catalogue.find_length(treatment_key=key, minutes=60, on=TODAY)

    assert str(refusal.value) == "We do not offer that treatment. Choose one from the list."


@pytest.mark.parametrize("minutes", [45, 90, 0, -60, 65536, ENORMOUS, -ENORMOUS])
def test_find_length_refuses_a_length_that_is_not_on_offer(minutes: int) -> None:
    make_treatment("early", minutes=(60, 90)).lengths.filter(minutes=90).update(is_active=False)

    with pytest.raises(UnknownLength) as refusal:
        catalogue.find_length(treatment_key="early", minutes=minutes, on=TODAY)

    assert str(refusal.value) == "Early is not on offer at that length. Choose one from the list."


def test_what_is_offered_later_comes_with_its_first_price_and_can_be_had_only_then() -> None:
    treatment = make_treatment("early", minutes=(30, 60, 90))
    short, hour, long = treatment.lengths.order_by("minutes")
    TreatmentLength.objects.filter(pk=short.pk).update(price=None)
    Price.objects.create(length=short, first_date=TODAY + timedelta(2), amount=Decimal(35))
    Price.objects.create(length=hour, first_date=TODAY + timedelta(2), amount=Decimal(66))
    Price.objects.create(length=long, first_date=TODAY + timedelta(2), amount=None)

    seen = {
        days: [
            (length.minutes, length.price, (length.first_date - TODAY).days)
            for offer in catalogue.treatments_on_offer(on=TODAY + timedelta(days))
            for length in offer.lengths
        ]
        for days in (0, 1, 2)
    }
    can_be_had = [
        [catalogue.is_on_offer(treatment=treatment, minutes=minutes, on=TODAY + timedelta(days)) for days in (1, 2)]
        for minutes in (30, 60, 90)
    ]

    assert seen == {
        0: [(30, 35, 2), (60, 60, 0), (90, 90, 0)],
        1: [(30, 35, 2), (60, 60, 1), (90, 90, 1)],
        2: [(30, 35, 2), (60, 66, 2)],
    }
    assert can_be_had == [[False, True], [True, True], [True, False]]
    length = catalogue.find_length(treatment_key="early", minutes=30, on=TODAY, or_later=True)
    assert (length.price, length.first_date) == (35, TODAY + timedelta(2))
    (offer,) = catalogue.treatments_on_offer(on=TODAY)
    assert offer.shortest.minutes == 60


def test_therapists_for_a_treatment_are_active_skilled_and_work_there() -> None:
    treatment, other = make_treatment("early"), make_treatment("late")
    here, elsewhere = make_location("Here"), make_location("Elsewhere")
    second = make_therapist("Second", treatment, other)
    first = make_therapist("First", treatment)
    unskilled, leaver = make_therapist("Unskilled", other), make_therapist("Leaver", treatment, is_active=False)
    without_hours, far_away = make_therapist("Without hours", treatment), make_therapist("Far away", treatment)
    for therapist in (first, second, unskilled, leaver):
        make_hours(therapist, here)
        make_hours(therapist, here, weekday=2)
    make_hours(far_away, elsewhere)

    unknown = make_treatment("unskilled")

    assert catalogue.therapists_for(treatment=treatment, location=here) == [second, first]
    assert catalogue.therapist_ids_by_treatment(treatments=[treatment, unknown], location=here) == {
        treatment.pk: [second.pk, first.pk],
        unknown.pk: [],
    }
    assert without_hours not in catalogue.therapists_for(treatment=treatment, location=elsewhere)


def test_find_therapist_knows_who_works_here() -> None:
    therapist, leaver = make_therapist(), make_therapist("Leaver", is_active=False)

    assert catalogue.find_therapist(therapist_id=therapist.pk) == therapist
    for unknown in (leaver.pk, 0, -1, ENORMOUS):
        with pytest.raises(UnknownTherapist) as refusal:
            catalogue.find_therapist(therapist_id=unknown)
        assert str(refusal.value) == "We do not know that therapist. Choose one from the list."


def test_rooms_for_a_treatment_suit_it_or_all_and_the_lowest_order_comes_first() -> None:
    treatment, other = make_treatment("early"), make_treatment("late")
    here = make_location()
    last = make_room(here, "Last", order=9)
    special = make_room(here, "Special", treatment, other, order=5)
    twin = make_room(here, "Twin", treatment, order=5)
    make_room(here, "Other only", other)
    make_room(here, "Out of use", is_active=False)
    make_room(make_location("Elsewhere"), "Far away")

    found = catalogue.room_ids_by_treatment(treatments=[treatment, make_treatment("other")], location=here)

    assert list(found.values()) == [[special.pk, twin.pk, last.pk], [last.pk]]


def test_a_location_has_rooms_also_while_none_is_in_use() -> None:
    bare, closed = make_location("Bare"), make_location("Closed")
    make_room(closed, is_active=False)

    assert (catalogue.has_rooms(location=bare), catalogue.has_rooms(location=closed)) == (False, True)


def test_the_only_location_needs_no_name() -> None:
    make_location("Shut", is_active=False)
    only = make_location("Only")

    assert catalogue.locations_open() == [only]
    assert catalogue.the_only_location() == only
    assert catalogue.find_location() == only
    assert catalogue.find_location(location_id=only.pk) == only


def test_of_two_locations_one_has_to_be_named() -> None:
    first, second = make_location("First"), make_location("Second")

    assert catalogue.locations_open() == [first, second]
    assert catalogue.the_only_location() is None
    assert catalogue.find_location(location_id=second.pk) == second
    with pytest.raises(UnknownLocation, match=r"^Choose a location\.$"):
        catalogue.find_location()


def test_without_an_open_location_there_is_none() -> None:
    shut = make_location("Shut", is_active=False)

    assert catalogue.the_only_location() is None
    for unknown in (shut.pk, 0, -1, ENORMOUS):
        with pytest.raises(UnknownLocation, match=r"^That location takes no bookings\. Choose one from the list\.$"):
            catalogue.find_location(location_id=unknown)


@pytest.mark.parametrize("count", [1, 10])
def test_each_question_takes_one_statement(count: int, django_assert_num_queries: Any) -> None:
    treatment, location = make_treatment("early"), make_location()
    for number in range(count):
        make_hours(make_therapist(f"Therapist {number}", treatment), location)
        make_room(location, f"Room {number}", treatment)

    current()
    with django_assert_num_queries(6):
        catalogue.find_length(treatment_key="early", minutes=60, on=TODAY)
        assert len(catalogue.therapists_for(treatment=treatment, location=location)) == count
        assert len(catalogue.room_ids_by_treatment(treatments=[treatment], location=location)[treatment.pk]) == count
        assert (
            len(catalogue.therapist_ids_by_treatment(treatments=[treatment], location=location)[treatment.pk]) == count
        )
        assert catalogue.locations_open() == [location]
        assert catalogue.the_only_location() == location


def test_names_stand_in_the_order_of_the_keys_also_of_what_is_withdrawn_or_unknown(
    django_assert_num_queries: Any,
) -> None:
    first, second = make_treatment("first"), make_treatment("second", is_active=False)

    current()
    with django_assert_num_queries(1):
        names = catalogue.names_of(keys=["second", "gone", "first"])

    assert names == [second.name_for_staff, "gone", first.name_for_staff]
    assert catalogue.names_of(keys=[]) == []


def test_what_the_clinic_added_is_named_after_the_one_that_it_is_like(django_assert_num_queries: Any) -> None:
    for key in ("swedish", "deep_tissue"):
        make_treatment(key)
    make_treatment("sports_massage", name="Sports massage", order=0)
    make_treatment("scalp_massage", name="Scalp massage", like="swedish", order=0)
    make_treatment("retired", name="Retired", is_active=False)

    current()
    with django_assert_num_queries(2):
        kinds, names = catalogue.treatments_by_kind(), catalogue.names_of(keys=["swedish", "deep_tissue"])

    assert {kind: [one.name for one in same] for kind, same in kinds.items()} == {
        "deep_tissue": ["Deep tissue", "Sports massage"],
        "swedish": ["Swedish", "Scalp massage"],
    }
    assert names == ["Swedish", "Scalp massage (like Swedish)", "Deep tissue", "Sports massage (like deep tissue)"]


def test_the_turnover_is_worked_out_in_one_place() -> None:
    """A rule about it is written there, and counts for what is on offer, what is claimed and what stands in the way."""
    elsewhere = [path for path in source_files() if ".turnover_minutes" in path.read_text(encoding="utf-8")]

    assert [str(path.relative_to(ROOT)) for path in elsewhere] == ["services/catalogue.py"]
    assert catalogue.turnover(make_treatment("deep_tissue", turnover_minutes=10), minutes=60) == timedelta(minutes=10)


def test_the_day_of_what_belongs_to_no_place_is_that_of_the_first_that_is_open() -> None:
    before = catalogue.home_zone().key
    make_location("Elm Row", zone="Europe/Dublin", is_active=False)
    make_location(zone="America/New_York")
    make_location("Oak Lane", zone="Asia/Kolkata")

    assert (before, catalogue.home_zone().key) == ("UTC", "America/New_York")


def test_on_offer_is_an_active_length_of_an_active_treatment() -> None:
    here, withdrawn = make_treatment("here", minutes=(30, 60)), make_treatment("withdrawn", is_active=False)
    here.lengths.filter(minutes=30).update(is_active=False)

    asked = [(here, 60), (here, 30), (here, 90), (withdrawn, 60)]

    assert [catalogue.is_on_offer(treatment=one, minutes=minutes, on=TODAY) for one, minutes in asked] == [
        True,
        False,
        False,
        False,
    ]
