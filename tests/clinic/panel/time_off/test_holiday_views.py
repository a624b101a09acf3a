"""Public holidays on the page of time off: suggested by the country, closed by a press, asked about first."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import strip_tags

from booking.models import Stranding
from services.models import Location, TimeOff
from tests.cast import TODAY, Clinic, at, book
from tests.pages import Page, press, read, submit

pytestmark = pytest.mark.django_db

CHRISTMAS, STEPHEN = date(2026, 12, 25), date(2026, 12, 26)
TO_CHRISTMAS = (CHRISTMAS - TODAY).days
CLOSE = "Close on this day: Friday 25 December"
IRISH = [
    ("Friday 25 December", "Christmas Day"),
    ("Saturday 26 December", "Saint Stephen&#x27;s Day"),
    ("Friday 1 January", "New Year&#x27;s Day"),
    ("Monday 1 February", "Saint Brigid&#x27;s Day"),
    ("Wednesday 17 March", "Saint Patrick&#x27;s Day"),
    ("Monday 29 March", "Easter Monday"),
    ("Monday 3 May", "May Bank Holiday"),
    ("Monday 7 June", "June Bank Holiday"),
    ("Monday 2 August", "August Bank Holiday"),
    ("Monday 25 October", "October Bank Holiday"),
]
GERMAN = [
    ("Friday 25 December", "Christmas Day"),
    ("Saturday 26 December", "Second Day of Christmas"),
    ("Friday 1 January", "New Year&#x27;s Day"),
    ("Friday 26 March", "Good Friday"),
    ("Monday 29 March", "Easter Monday"),
    ("Saturday 1 May", "Labor Day"),
    ("Thursday 6 May", "Ascension Day"),
    ("Monday 17 May", "Pentecost Monday"),
    ("Sunday 3 October", "German Unity Day"),
]


def open_page(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:time_off")))


def suggested(page: Page) -> list[tuple[str, str, str]]:
    """Day, name, and what can be done, as the page draws them."""
    found = re.findall(
        r'holidays-day">(.*?)</span>\s*<span class="holidays-name">(.*?)</span>(.*?)</li>', page.html, re.DOTALL
    )
    return [(day, name, " ".join(strip_tags(deed).split())) for day, name, deed in found]


def closures() -> list[tuple[datetime, datetime, str]]:
    return [(row.starts_at, row.ends_at, row.reason) for row in TimeOff.objects.order_by("starts_at")]


@pytest.mark.parametrize(
    ("country", "zone", "expected"), [("IE", "Europe/Dublin", IRISH), ("DE", "Europe/Berlin", GERMAN), ("UA", "", [])]
)
def test_the_next_twelve_months_of_the_place_s_country_are_suggested(
    country: str, zone: str, expected: list[tuple[str, str]], reception: Browser, clinic: Clinic
) -> None:
    Location.objects.update(country=country, time_zone=zone or "Europe/Kyiv")

    page = open_page(reception)

    place = clinic.location.name
    assert suggested(page) == [(day, name, f"Close on this day: {day}, {place}") for day, name in expected]
    assert ("Public holidays" in page.html) is bool(expected)


def test_a_press_closes_the_whole_local_day_which_is_then_marked(reception: Browser, clinic: Clinic) -> None:
    Location.objects.update(country="DE", time_zone="Europe/Berlin")

    after = press(reception, open_page(reception), CLOSE)

    # Midnight in Berlin is eleven in the evening before, in UTC.
    row = TimeOff.objects.get()
    assert (row.location, row.therapist) == (clinic.location, None)
    assert closures() == [
        (datetime(2026, 12, 24, 23, tzinfo=UTC), datetime(2026, 12, 25, 23, tzinfo=UTC), "Christmas Day")
    ]
    assert [deed.split(":")[0] for _day, _name, deed in suggested(after)] == ["Closed"] + ["Close on this day"] * 8


def test_a_day_closed_for_some_hours_can_still_be_closed(reception: Browser, clinic: Clinic) -> None:
    morning = {"starts_at": at("00:00", day=CHRISTMAS), "ends_at": at("12:00", day=CHRISTMAS)}
    TimeOff.objects.create(location=clinic.location, **morning)
    TimeOff.objects.create(
        therapist=clinic.therapists[0], starts_at=at("00:00", day=STEPHEN), ends_at=at("00:00", day=date(2026, 12, 27))
    )

    assert "Closed" not in [deed for _day, _name, deed in suggested(open_page(reception))]


def test_closing_on_all_asks_first_and_again_for_a_visit_booked_since(reception: Browser, clinic: Clinic) -> None:
    first = book(clinic, "10:00", days=TO_CHRISTMAS)

    page = open_page(reception)
    asked = press(reception, page, "Close on all of these")
    second = book(clinic, "10:00", days=TO_CHRISTMAS + 1)
    again = press(reception, asked, "Close, put 1 on To do")

    named = [[one.reference in page.html for one in (first, second)] for page in (asked, again)]
    assert (asked.status, again.status, named, closures()) == (409, 409, [[True, False], [True, True]], [])
    after = press(reception, again, "Close, put 2 on To do")
    assert [deed for _day, _name, deed in suggested(after)] == ["Closed"] * 10
    assert set(Stranding.objects.values_list("appointment", "why")) == {(first.pk, "closed"), (second.pk, "closed")}
    assert "2 visits need a new time" in " ".join(after.html.split())
    assert "Close on all of these" not in after.html


def test_going_back_closes_nothing(reception: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00", days=TO_CHRISTMAS)

    after = press(reception, press(reception, open_page(reception), CLOSE), "Go back")

    assert (after.url, closures()) == (reverse("panel:time_off"), [])


def test_a_second_press_on_an_old_page_closes_no_day_twice(reception: Browser, clinic: Clinic) -> None:
    page = open_page(reception)

    for _press in range(2):
        press(reception, page, CLOSE)

    assert len(closures()) == 1


def test_a_day_that_is_no_holiday_is_not_closed(reception: Browser, clinic: Clinic) -> None:
    page = open_page(reception)
    form = next(form for form in page.posts if "day" in form.names)

    edited = submit(reception, page, form, form.buttons[0], {"location": str(clinic.location.pk), "day": "2026-12-24"})

    assert (edited.status_code, closures()) == (404, [])
