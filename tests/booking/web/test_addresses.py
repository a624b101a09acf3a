import pytest
from django.urls import resolve

from booking import links
from booking.web.addresses import url_of, urls_of
from tests.cast import Clinic, book

pytestmark = pytest.mark.django_db


def test_each_address_of_a_visit_has_its_link_and_leads_to_its_page(clinic: Clinic) -> None:
    visit = book(clinic)

    found = {name: resolve(url) for name, url in urls_of(visit).items()}
    purposes = {name: links.REMINDERS if name == "reminders" else links.VISIT for name in found}

    assert {links.read_token(match.kwargs["token"], purpose=purposes[name]) for name, match in found.items()} == {visit}
    assert {name: match.url_name for name, match in found.items()} == {
        "visit": "visit",
        "move": "visit_move",
        "cancel": "visit_cancel",
        "calendar": "visit_calendar",
        "confirm": "visit_confirm",
        "your_data": "visit_your_data",
        "reminders": "reminders",
    }
    assert url_of(visit, "move") == urls_of(visit)["move"]
