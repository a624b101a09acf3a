from typing import Any

import pytest
from django.test import Client as Browser

from services.models import ClinicPolicy
from tests.cast import NOW, RELAXING, make_clinic
from tests.journeys.walker import walk
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(time_machine: Any) -> Page:
    time_machine.move_to(NOW, tick=False)
    make_clinic()
    ClinicPolicy.objects.update(emergency_number="911")
    return walk(Browser(), RELAXING | {"emergency_symptoms": ["chest_pain_pressure"]})


def test_the_page_says_whom_to_call_and_offers_no_booking(page: Page) -> None:
    assert page.outcome == "EMERGENCY"
    assert 'href="tel:911"' in page.html
    assert page.html.index("tel:911") < page.html.index("Chest pain")
    assert page.starts == []
    for way_on in ("/book/when/", "/book/details/", "Book again", "01 555 0142"):
        assert way_on not in page.html


def test_the_page_gives_no_self_care(page: Page) -> None:
    for card in ("Drink regularly", "Warm pack", "stretch"):
        assert card.lower() not in page.html.lower()
