"""The price table as owners read and change it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment
from clinic.models import AuditEntry
from services.models import ClinicPolicy, Location, Price, Treatment, TreatmentLength
from services.price_list import prices_on
from tests.cast import NOW, TODAY, Clinic, at, book, browser_of, make_member
from tests.pages import Page, press, press_value, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _only_swedish(clinic: Clinic, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    TreatmentLength.objects.exclude(treatment=clinic.treatment, minutes=60).delete()
    Treatment.objects.exclude(pk=clinic.treatment.pk).delete()


def opened(browser: Browser, day: date | None = None) -> Page:
    return read(browser.get(reverse("panel:set_up_prices"), {"day": day.isoformat()} if day else {}))


def box(clinic: Clinic, minutes: int = 60) -> str:
    return f"price-{clinic.treatment.pk}-{minutes}"


def listed(day: date = NEXT_WEEK) -> list[tuple[int, Decimal]]:
    return [(minutes, amount) for (_treatment, minutes), amount in sorted(prices_on(day=day).items())]


def test_a_table_that_is_sent_as_it_is_drawn_changes_nothing(owner: Browser) -> None:
    told = press(owner, opened(owner), "Save")

    assert "Nothing was changed." in told.html
    assert (Price.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_prices_change_from_their_day_and_booked_visits_keep_theirs(owner: Browser, clinic: Clinic) -> None:
    visits = [book(clinic, at("14:00", day=TODAY + timedelta(days=days))) for days in (6, 7, 8)]

    asked = press(owner, opened(owner, NEXT_WEEK), "Save", answers={box(clinic): "66,50"})

    assert "1 price changes on Monday 30 November 2026." in asked.html
    assert "The 2 visits already booked from that day on keep their prices: €60 and €60." in asked.html
    assert [visit.reference in asked.html for visit in visits] == [False, True, True]
    assert Price.objects.count() == 0
    told = press(owner, asked, "Save 1 price")
    assert "1 price starts on Monday 30 November 2026." in told.html
    assert (listed(NEXT_WEEK - timedelta(days=1)), listed()) == ([(60, 60)], [(60, Decimal("66.50"))])
    assert set(Appointment.objects.values_list("price", flat=True)) == {60}
    assert list(AuditEntry.objects.values_list("verb", "object_type", "fields")) == [("change", "prices", ["prices"])]


def test_what_is_booked_between_the_two_presses_is_counted_again(owner: Browser, clinic: Clinic) -> None:
    asked = press(owner, opened(owner, NEXT_WEEK), "Save", answers={box(clinic): "66"})
    book(clinic, at("14:00", day=NEXT_WEEK))

    answer = send(owner, asked, "Save 1 price")

    again = read(answer)
    assert (answer.status_code, Price.objects.count()) == (409, 0)
    assert "This has changed since you looked." in again.html
    assert "The visit already booked from that day on keeps its price: €60." in again.html
    press(owner, again, "Save 1 price")
    assert listed() == [(60, 66)]


def test_what_is_booked_for_a_day_before_is_no_reason_to_ask_again(owner: Browser, clinic: Clinic) -> None:
    asked = press(owner, opened(owner, NEXT_WEEK), "Save", answers={box(clinic): "66"})
    book(clinic, at("14:00", day=NEXT_WEEK - timedelta(days=1)))

    press(owner, asked, "Save 1 price")

    assert listed() == [(60, 66)]


def test_a_length_is_added_and_another_is_taken_off(owner: Browser, clinic: Clinic) -> None:
    wider = press(owner, opened(owner, NEXT_WEEK), "Add a length", answers={"minutes": "45", box(clinic): ""})
    asked = press(owner, wider, "Save", answers={box(clinic, 45): "50"})

    assert "From then on nobody can book Swedish 60 min. Booked visits stay." in asked.html
    press(owner, asked, "Save 2 prices")
    assert (listed(TODAY), listed()) == ([(60, 60)], [(45, 50)])


@pytest.mark.parametrize(("minutes", "said"), [("47", "in steps of five"), ("", "5 to 480"), ("60", "in the table")])
def test_a_length_that_can_not_be_is_refused(owner: Browser, clinic: Clinic, minutes: str, said: str) -> None:
    answer = send(owner, opened(owner), "Add a length", {"minutes": minutes, box(clinic): "61"})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert 'value="61"' in answer.content.decode()


def test_what_is_no_price_stays_typed_beside_a_sentence(owner: Browser, clinic: Clinic) -> None:
    wider = press(owner, opened(owner), "Add a length", answers={"minutes": "45"})
    answer = send(owner, wider, "Save", {box(clinic): "sixty", box(clinic, 45): "50"})

    html = answer.content.decode()
    assert (answer.status_code, Price.objects.count()) == (422, 0)
    assert "Write a price like €70.50, or leave the box empty." in html
    assert ('value="sixty"' in html, 'value="50"' in html) == (True, True)


def test_another_day_keeps_what_was_typed_and_shows_the_prices_of_that_day(owner: Browser, clinic: Clinic) -> None:
    length = clinic.treatment.lengths.get()
    Price.objects.create(length=length, first_date=NEXT_WEEK, amount=Decimal(70))

    today = opened(owner)
    assert "€70 from Monday 30 November 2026" in today.html
    later = press(owner, today, "Show that day", answers={"day": NEXT_WEEK.isoformat(), box(clinic): "75"})

    assert ("was €70" in later.html, 'value="75"' in later.html) == (True, True)
    press(owner, press(owner, later, "Save"), "Save 1 price")
    assert (listed(TODAY), listed()) == ([(60, 60)], [(60, 75)])


@pytest.mark.parametrize("day", ["2026-11-22", "2029-01-01", "soon"])
def test_a_day_that_can_not_be_is_refused(owner: Browser, clinic: Clinic, day: str) -> None:
    answer = send(owner, opened(owner), "Save", {"day": day, box(clinic): "75"})

    assert (answer.status_code, Price.objects.count()) == (422, 0)


def test_of_two_owners_the_later_is_told_what_the_first_has_changed(owner: Browser, clinic: Clinic) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine, theirs = opened(owner), opened(other)
    press(other, press(other, theirs, "Save", answers={box(clinic): "66"}), "Save 1 price")

    answer = send(owner, mine, "Save", {box(clinic): "70"})

    again = read(answer)
    assert (answer.status_code, listed()) == (409, [(60, 66)])
    assert "Somebody has changed this since you opened the page: Swedish 60 min: €66." in again.html
    press(owner, press(owner, again, "Save"), "Save 1 price")
    assert listed() == [(60, 70)]


def test_prices_that_nobody_has_confirmed_are_suggestions_until_one_press(owner: Browser) -> None:
    ClinicPolicy.objects.update(prices_confirmed_at=None)
    page = opened(owner)

    told = press(owner, page, "Save")

    assert "These prices are suggestions." in page.html
    assert "Saved: these are your prices." in told.html
    assert "suggestions" not in told.html
    assert (ClinicPolicy.current().prices_confirmed_at, listed()) == (NOW, [(60, 60)])


def test_the_order_is_moved_with_everything_typed_still_there(owner: Browser, clinic: Clinic) -> None:
    Treatment.objects.create(key="own", name="Own", summary="s", description="d", suits="s", firmness=1, order=99)

    moved = press(owner, opened(owner), "Move down", answers={box(clinic): "75"})

    assert list(Treatment.objects.values_list("key", flat=True)) == ["own", "swedish"]
    assert ('value="75"' in moved.html, Price.objects.count()) == (True, 0)


def test_a_clinic_without_a_place_can_set_its_prices(owner: Browser, clinic: Clinic) -> None:
    ClinicPolicy.objects.update(prices_confirmed_at=None)
    Location.objects.update(is_active=False)

    told = press(owner, opened(owner), "Save", answers={box(clinic): "66"})

    assert "1 price starts today." in told.html
    assert listed(TODAY) == [(60, 66)]


def test_a_length_that_was_typed_and_sent_by_enter_is_added_and_has_the_focus(owner: Browser, clinic: Clinic) -> None:
    wider = press(owner, opened(owner), "Save", answers={"minutes": "45", box(clinic): "66"})

    focused = [one.name for form in wider.forms for one in form.fields if "autofocus" in one.attrs]
    assert (focused, 'value="66"' in wider.html, Price.objects.count()) == ([box(clinic, 45)], True, 0)


def test_who_moves_a_treatment_by_keyboard_can_press_again(owner: Browser, clinic: Clinic) -> None:
    for name in ("One", "Two"):
        Treatment.objects.create(
            key=name.lower(), name=name, summary="s", description="d", suits="s", firmness=1, order=9
        )

    def focused(page: Page) -> list[tuple[str, str]]:
        return [(one.words, one.value) for form in page.posts for one in form.buttons if "autofocus" in one.attrs]

    once = press_value(owner, opened(owner), f"{clinic.treatment.pk} 1")
    twice = press_value(owner, once, f"{clinic.treatment.pk} 1")

    assert focused(once) == [("Move down", f"{clinic.treatment.pk} 1")]
    assert focused(twice) == [("Move up", f"{clinic.treatment.pk} -1")]
    assert list(Treatment.objects.values_list("key", flat=True)) == ["one", "two", "swedish"]
