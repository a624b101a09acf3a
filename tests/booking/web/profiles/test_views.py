import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from services.models import Location, Therapist
from services.pictures import DOOR, PORTRAIT, encode, keep
from tests.cast import Clinic, make_therapist
from tests.services.test_pictures import make_upload

pytestmark = pytest.mark.django_db


def words_of(answer: Any) -> str:
    main = re.search(r"<main.*</main>", answer.content.decode(), flags=re.DOTALL)
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<(svg).*?</\1>|<[^>]+>", " ", main[0], flags=re.DOTALL)).split())


def test_a_therapist_is_met_with_what_they_said_and_nothing_stands_for_the_rest(clinic: Clinic) -> None:
    therapist = clinic.therapists[0]
    path = f"/therapists/{therapist.pk}/"
    bare = Browser().get(path)
    Therapist.objects.filter(pk=therapist.pk).update(
        about="I like the slow cases.",
        training="Diploma, Dublin, 2014\n\nMyofascial release, Madrid",
        languages="English and Spanish",
        portrait=keep(encode(make_upload(), shape=PORTRAIT)),
    )

    page = Browser().get(path)

    assert [part for part in ("Training", "Speaks", "<img") if part in bare.content.decode()] == []
    words = words_of(page)
    for part in ("I like the slow cases.", "Speaks English and Spanish.", "Training Diploma, Dublin, 2014 Myofascial"):
        assert part in words
    assert f'alt="{therapist.name}"' in page.content.decode()
    assert "Swedish, 60 minutes. Press one to ask for it. Today 10:00" in words
    assert "Days here Monday to Sunday, 09:00 to 17:00" in words


def test_where_there_are_two_places_a_time_says_at_which_it_is(clinic: Clinic) -> None:
    there = Location.objects.create(name="Canal Dock", address="3 Forbes Street", phone="01 555 0199")
    visiting = make_therapist("Nora Dunne", there, clinic.treatment, "09:00", "17:00")
    browser, path = Browser(), f"/therapists/{visiting.pk}/"
    page = browser.get(path).content.decode()
    sent = dict(re.findall(r'name="(treatment|location|start)" value="([^"]+)"', page))
    (all_times,) = set(re.findall(r'href="(/book/treatment/[^"]+)"', page))

    asked = browser.post("/book/wish/", sent, follow=True)

    assert "Wednesday 09:00 Canal Dock : Nora Dunne, Swedish, 60 minutes" in words_of(browser.get(path))
    assert "with Nora Dunne: Swedish, 60 minutes, Canal Dock, €60." in words_of(asked)
    times = words_of(browser.get(html.unescape(all_times)))
    assert ("Nora Dunne, any day, any time" in times, "not here any more" in times) == (True, False)


def test_a_therapists_next_times_are_presses_that_ask_for_that_therapist(clinic: Clinic) -> None:
    therapist, browser = clinic.therapists[1], Browser()
    page = browser.get(f"/therapists/{therapist.pk}/").content.decode()
    days = re.findall(r'class="start-day">([^<]+)</span>\s*<span class="start-time">([^<]+)<', page)
    sent = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(treatment|location|start)" value="([^"]+)"', page)
    }

    answer = browser.post("/book/wish/", sent, follow=True)

    assert days == [("Today", "10:00"), ("Tomorrow", "09:00"), ("Wednesday", "09:00")]
    assert "You are asking for Wednesday 25 November, 09:00 with Therapist 2: Swedish, 60 minutes, €60." in words_of(
        answer
    )
    all_times = re.search(r'href="([^"]+)">\s*All of Therapist’s times', page)
    assert all_times is not None
    assert "Therapist 2, any day, any time" in words_of(browser.get(html.unescape(all_times[1])))


@pytest.mark.parametrize("number", ["999", "9" * 30])
def test_a_therapist_who_is_not_there_is_not_found(clinic: Clinic, number: str) -> None:
    assert Browser().get(f"/therapists/{number}/").status_code == 404


def test_who_has_left_is_on_no_page(clinic: Clinic) -> None:
    gone = clinic.therapists[1]
    Therapist.objects.filter(pk=gone.pk).update(is_active=False)

    assert Browser().get(f"/therapists/{gone.pk}/").status_code == 404
    assert gone.name not in words_of(Browser().get("/therapists/"))
    assert clinic.therapists[0].name in words_of(Browser().get("/therapists/"))


def test_the_list_asks_as_often_for_many_as_for_one(clinic: Clinic) -> None:
    Browser().get("/therapists/")
    with CaptureQueriesContext(connection) as few:
        Browser().get("/therapists/")
    for number in range(20):
        Therapist.objects.create(name=f"Therapist X{number}")
    Browser().get("/therapists/")  # the facts have changed, and are read again
    with CaptureQueriesContext(connection) as many:
        Browser().get("/therapists/")

    assert len(many) == len(few)
    assert [one["sql"] for one in many if '"content"' in one["sql"]] == []


@pytest.mark.parametrize(
    ("step_free", "words", "told"),
    [
        ("", "Doors 90 cm wide.", "Step-free Please call us."),
        ("yes", "Doors 90 cm wide.", "Step-free Yes. Doors 90 cm wide."),
        ("no", "", "Step-free No."),
    ],
)
def test_a_place_always_says_whether_there_are_steps(clinic: Clinic, step_free: str, words: str, told: str) -> None:
    Location.objects.update(step_free=step_free, step_free_words=words)

    assert told in words_of(Browser().get("/find-us/"))


def test_a_place_tells_what_somebody_wrote_and_has_no_empty_rows(clinic: Clinic) -> None:
    bare = words_of(Browser().get("/find-us/"))
    Location.objects.update(
        at_the_door="Ring bell 2.",
        directions="Bus 27.",
        parking="In the street.",
        map_link="https://maps.example/here",
        running_late="Call us.",
        door_photo=keep(encode(make_upload(), shape=DOOR)),
    )

    page = Browser().get("/find-us/")

    for part in ("At the door", "Bus and tram", "Parking", "Bicycle", "Quiet", "Running late?", "Open in maps"):
        assert part not in bare
    words = words_of(page)
    for part in (
        "At the door Ring bell 2.",
        "Bus and tram Bus 27.",
        "Parking In the street.",
        "Running late? Call us.",
    ):
        assert part in words
    assert 'href="https://maps.example/here"' in page.content.decode()
    assert "Bicycle" not in words
