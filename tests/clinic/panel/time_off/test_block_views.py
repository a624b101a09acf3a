"""Blocks: their own by therapists, anybody's by reception; the visits that one would strand are named first."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Stranding
from booking.scheduling.search import Search
from booking.scheduling.starts import find_start
from services.models import TimeOff
from tests.cast import NOW, TODAY, Clinic, at, book, sign_in, take_off
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import Page, find_form, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BLOCK = "panel:block"


def lunch(clinic: Clinic | None = None, **more: Any) -> dict[str, Any]:
    whose = {"therapist": clinic.therapists[1].pk} if clinic else {}
    return {"day": TODAY.isoformat(), "first": "12:00", "last": "12:30", "word": "Lunch"} | whose | more


def open_page(browser: Browser, query: str = "") -> Page:
    return read(browser.get(f"{reverse(BLOCK)}?{query}"))


def rows() -> list[tuple[Any, ...]]:
    return [(row.therapist_id, row.starts_at, row.ends_at, row.reason) for row in TimeOff.objects.all()]


def test_reception_blocks_anybody_s_time_and_nobody_can_be_booked_then(reception: Browser, clinic: Clinic) -> None:
    saved = send(reception, open_page(reception), "Block this time", lunch(clinic))

    second = clinic.therapists[1]
    there = f"/panel/block/?therapist={second.pk}&day=2026-11-23&new={TimeOff.objects.get().pk}"
    assert (saved.status_code, saved.url) == (302, there)
    assert rows() == [(second.pk, at("12:00"), at("12:30"), "Lunch")]
    search = Search(clinic.wish(therapist=second), NOW, by_staff=True)
    assert find_start(search=search, starts_at=at("11:30")) is None


def test_a_therapist_blocks_their_own_time_and_nobody_else_s(clinic: Clinic) -> None:
    browser = sign_in("therapist", clinic)
    page = open_page(browser, f"therapist={clinic.therapists[1].pk}")
    form, _button = find_form(page, "Block this time")

    assert "therapist" not in form.names
    send(browser, page, "Block this time", lunch())
    assert rows() == [(clinic.therapists[0].pk, at("12:00"), at("12:30"), "Lunch")]


def test_a_gap_of_the_board_is_filled_in_so_that_one_press_blocks_it(reception: Browser, clinic: Clinic) -> None:
    page = open_page(reception, f"therapist={clinic.therapists[1].pk}&day=2026-11-24&first=13:00&last=13:30")

    press(reception, page, "Block this time")

    tomorrow = TODAY.replace(day=24)
    assert rows() == [(clinic.therapists[1].pk, at("13:00", day=tomorrow), at("13:30", day=tomorrow), "Break")]


def test_the_visits_that_it_would_strand_are_named_first(reception: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "12:00", therapist=1)

    asked = send(reception, open_page(reception), "Block this time", lunch(clinic))
    assert (asked.status_code, visit.reference in asked.content.decode(), rows()) == (409, True, [])
    put_on_to_do(reception, read(asked))

    assert len(rows()) == 1
    assert list(Stranding.objects.values_list("appointment", "why")) == [(visit.pk, "time_off")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"word": " "}, "This field is required."),
        ({"last": "11:00"}, "Time off ends after it begins."),
        ({"first": "12:02"}, "Use times in steps of five minutes."),
        ({"first": "09:00", "last": "16:00"}, "A block is part of one day."),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_stays(
    wrong: dict[str, str], words: str, reception: Browser, clinic: Clinic
) -> None:
    answer = send(reception, open_page(reception), "Block this time", lunch(clinic, **wrong))

    assert (answer.status_code, words in answer.content.decode(), rows()) == (422, True, [])
    assert str(lunch(clinic, **wrong)["last"]) in answer.content.decode()


def test_a_block_is_taken_away_by_who_may_make_it(clinic: Clinic) -> None:
    own = take_off(clinic.therapists[0], starts_at=at("12:00"), ends_at=at("12:30"))
    other = take_off(clinic.therapists[1], starts_at=at("12:00"), ends_at=at("12:30"))
    browser = sign_in("therapist", clinic)

    press(browser, open_page(browser), "Remove")
    answer = browser.post(reverse("panel:remove_block", args=[other.pk]))

    assert answer.status_code == 404
    assert list(TimeOff.objects.values_list("pk", flat=True)) == [other.pk]
    assert own.pk != other.pk


def test_a_day_off_is_no_block(clinic: Clinic) -> None:
    off = take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("17:00"))
    browser = sign_in("therapist", clinic)

    assert browser.post(reverse("panel:remove_block", args=[off.pk])).status_code == 404
    assert TimeOff.objects.count() == 1
