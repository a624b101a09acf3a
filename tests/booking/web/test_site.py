"""The clinic's name, phone and place, as every page has them. No database but where it is read."""

import pytest

from booking.web.card import Card, read_card
from booking.web.site import Site, load_site
from services.countries import FALLBACK
from services.models import ClinicPolicy, Location
from tests.cast import make_clinic

POLICY = ClinicPolicy(clinic_name="Alder Street Massage")


def test_the_first_place_speaks_for_what_belongs_to_none() -> None:
    places = (
        Location(name="Alder Street", address="14 Alder Street\n\n Dublin 8 ", phone="01 555 0142", country="IE"),
        Location(name="Brooklyn", address="2 Main St", phone="(718) 555-0100", country="US"),
    )

    site = Site(policy=POLICY, locations=places)

    assert (site.name, site.country, site.phone, site.phone_href) == (
        "Alder Street Massage",
        "IE",
        "01 555 0142",
        "tel:015550142",
    )
    assert site.addresses == ["14 Alder Street, Dublin 8", "2 Main St"]
    assert [name for name, _phone, _href in site.phones] == ["Alder Street", "Brooklyn"]


def test_a_clinic_without_a_place_has_a_page_too() -> None:
    site = Site(policy=POLICY, locations=())

    assert (site.country, site.phone, site.phones, site.addresses) == (FALLBACK, "", [], [])


@pytest.mark.django_db
def test_what_is_read_is_kept_for_the_day_without_a_database() -> None:
    make_clinic()

    site = load_site()

    assert read_card() == Card(name=site.name, phone="01 555 0142")
