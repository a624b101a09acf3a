"""Quick add: the gap is carried to the end, each place has its own clock, and a form that is missing is asked for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Client, Intake, Message, State
from services.models import Location, WorkingHours
from tests.cast import DOCTOR_FIRST, NOW, TODAY, Clinic, at, make_client, make_intake, make_therapist
from tests.pages import Page, fill, find_form, press, read, send, submit

pytestmark = pytest.mark.django_db

BOOK = "panel:book"
BUTTONS = {BOOK: "Book this visit", "panel:time_off": "Save"}
CLOCKS_BACK, CLOCKS_FORWARD = date(2027, 10, 31), date(2027, 3, 28)  # Sundays, at one in the morning (UTC)


def open_in_new_york(clinic: Clinic) -> Location:
    """A second place, where the second therapist works from now on."""
    place = Location.objects.create(name="Hudson", address="1 Hudson", phone="1", time_zone="America/New_York")
    WorkingHours.objects.filter(therapist=clinic.therapists[1]).update(location=place)
    return place


def typed(clinic: Clinic, **more: Any) -> dict[str, Any]:
    values = {
        "length": clinic.treatment.lengths.get(minutes=60).pk,
        "therapist": "",
        "day": TODAY.isoformat(),
        "time": "14:00",
        "name": "Niamh Byrne",
    }
    return values | more


def open_form(browser: Browser, **query: Any) -> Page:
    return read(browser.get(reverse(BOOK), query))


def press_book(browser: Browser, page: Page, answers: dict[str, Any]) -> Any:
    return send(browser, page, BUTTONS[BOOK], answers)


def values_of(page: Page) -> dict[str, str]:
    """What the form of the visit begins with."""
    form = max(page.posts, key=lambda one: len(one.fields))
    return {one.name: one.value or "on" if one.kind == "checkbox" and one.is_on else one.value for one in form.fields}


def test_the_gap_survives_the_search_and_the_choice_of_a_person(reception: Browser, clinic: Clinic) -> None:
    person = make_client()
    gap = {
        "location": str(clinic.location.pk),
        "therapist": str(clinic.therapists[1].pk),
        "start": at("15:30").isoformat(),
    }
    page = open_form(reception, **gap)

    search = next(form for form in page.posts if "for" in form.names)
    found = press(reception, page, search, answers={"words": "niamh"})
    link = next(part for part in found.html.split('"') if f"client={person.public_id}" in part).replace("&amp;", "&")
    chosen = values_of(read(reception.get(link)))

    assert (chosen["day"], chosen["time"], chosen["therapist"]) == ("2026-11-23", "15:30", gap["therapist"])
    assert (chosen["client_id"], chosen["name"], chosen["email"]) == (
        person.public_id,
        "Niamh Byrne",
        "niamh@example.com",
    )


@pytest.mark.parametrize(
    "query",
    [
        {"start": "2026-11-23T15:30"},
        {"day": "2026-02-30"},
        {"day": "0001-01-01"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "x", "therapist": "²", "location": "-1", "client": "9" * 30},
        {"therapist": "9" * 30, "location": "999999", "client": "0"},
    ],
)
def test_what_is_no_gap_is_left_out(query: dict[str, str], reception: Browser) -> None:
    values = values_of(open_form(reception, **query))

    assert (values["day"], values["time"], values["client_id"]) == ("", "", "")


def test_a_new_visit_begins_with_the_place_and_the_day_of_the_board(reception: Browser, clinic: Clinic) -> None:
    place = open_in_new_york(clinic)
    board = reception.get(reverse("panel:board"), {"date": "2026-11-25", "location": str(place.pk)}).content.decode()
    link = next(part for part in board.split('"') if part.startswith(f"{reverse(BOOK)}?") and "day=" in part)

    values = values_of(read(reception.get(link.replace("&amp;", "&"))))

    assert (values["location"], values["day"], values["time"]) == (str(place.pk), "2026-11-25", "")


def test_with_one_place_there_is_no_field_for_it(reception: Browser, clinic: Clinic) -> None:
    assert "location" not in values_of(open_form(reception))


def test_with_no_place_open_the_page_says_so(reception: Browser, clinic: Clinic) -> None:
    Location.objects.update(is_active=False)

    answers = [reception.get(reverse(name)) for name in (BOOK, "panel:time_off")]

    assert [answer.status_code for answer in answers] == [200, 200]
    pages = [answer.content.decode().partition("<main")[2].partition("</main>")[0] for answer in answers]
    assert all("<form" not in page for page in pages)


def test_the_place_of_the_gap_is_filled_in_and_its_clock_counts(reception: Browser, clinic: Clinic) -> None:
    place = open_in_new_york(clinic)
    start = at("19:00")  # 14:00 in New York

    page = open_form(reception, location=place.pk, start=start.isoformat())
    shown = values_of(page)
    press_book(reception, page, typed(clinic, location=shown["location"], time=shown["time"]))

    visit = Appointment.objects.get()
    assert (shown["location"], shown["time"]) == (str(place.pk), "14:00")
    assert (visit.location, visit.starts_at, visit.wall_time) == (place, start, "2026-11-23T14:00")


def test_a_place_that_is_not_open_is_not_booked_at(reception: Browser, clinic: Clinic) -> None:
    place = open_in_new_york(clinic)
    Location.objects.create(name="Third", address="3", phone="3", time_zone="Europe/Dublin", is_active=False)

    page = open_form(reception)
    answers = [
        press_book(reception, page, typed(clinic, location=wanted)).status_code
        for wanted in ("", place.pk + 1, "x", 10**30)
    ]

    assert answers == [422, 422, 422, 422]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("path", [BOOK, "panel:time_off"])
def test_a_time_that_the_clocks_skip_is_refused_in_words(path: str, reception: Browser, clinic: Clinic) -> None:
    day = CLOCKS_FORWARD.isoformat()
    said = typed(clinic, day=day, time="01:30", first_day=day, first_time="01:30", last_day=day, last_time="09:00")

    page = read(reception.get(reverse(path)))
    form, button = find_form(page, BUTTONS[path])
    answer = submit(reception, page, form, button, fill(form, said))

    assert (answer.status_code, "The clocks are put forward over 01:30" in answer.content.decode()) == (422, True)


def test_a_time_that_the_clocks_show_twice_is_the_first(reception: Browser, clinic: Clinic) -> None:
    WorkingHours.objects.update(opens="00:00", closes="08:00")

    press_book(reception, open_form(reception), typed(clinic, day=CLOCKS_BACK.isoformat(), time="01:30"))

    visit = Appointment.objects.get()
    assert visit.starts_at == at("00:30", day=CLOCKS_BACK)


def test_a_time_in_the_past_is_refused_with_the_nearest(reception: Browser, clinic: Clinic) -> None:
    answer = press_book(reception, open_form(reception), typed(clinic, time="07:00"))

    assert answer.status_code == 422
    assert "07:00 has passed. The nearest are: Monday 23 November, 09:00" in (answer.content.decode())


@pytest.mark.parametrize(("sent", "mails"), [({"send_form": "on"}, 1), ({"send_form": []}, 0)])
def test_the_form_is_sent_with_the_booking_where_it_is_ticked(
    sent: dict[str, Any], mails: int, reception: Browser, clinic: Clinic
) -> None:
    answers = typed(clinic, email="niamh@example.com", **sent)

    page = press(reception, open_form(reception), BUTTONS[BOOK], answers=answers)

    assert Appointment.objects.get().state == State.BOOKED
    assert Message.objects.filter(kind=Message.Kind.FORM_MISSING).count() == mails
    assert "What is open is listed below." in page.html


def test_sending_is_on_by_default_and_not_offered_where_the_form_is_there(reception: Browser, clinic: Clinic) -> None:
    person = make_client()
    new = values_of(open_form(reception))
    without = values_of(open_form(reception, client=person.public_id))

    make_intake(client=person)
    page = open_form(reception, client=person.public_id)

    assert (new["send_form"], without["send_form"]) == ("on", "on")
    assert "send_form" not in values_of(page)
    assert "Safety check valid until Sunday 21 February 2027." in page.html


def test_a_known_person_whose_form_is_too_old_is_booked_as_without_one(reception: Browser, clinic: Clinic) -> None:
    person = make_client()
    make_intake(client=person, now=NOW - timedelta(days=120))

    shown = open_form(reception, client=person.public_id)
    press_book(reception, shown, typed(clinic))

    visit = Appointment.objects.get()
    assert "The safety check is too old." in shown.html
    assert (visit.state, visit.intake, visit.client) == (State.BOOKED, None, person)
    assert Message.objects.filter(kind=Message.Kind.FORM_MISSING).count() == 1


def test_a_known_person_for_a_doctor_is_not_booked_however_old_the_form(reception: Browser, clinic: Clinic) -> None:
    for name, days in (("Ona", 1), ("Una", 120)):
        person = Client.objects.create(name=name, created_at=NOW)
        make_intake(
            client=person,
            now=NOW - timedelta(days=days),
            answers=DOCTOR_FIRST,
        )

        shown = open_form(reception, client=person.public_id)
        answer = press_book(reception, shown, typed(clinic))

        assert "rules a visit out" in shown.html
        assert answer.status_code == 422
    assert (Appointment.objects.count(), Intake.objects.count()) == (0, 2)


def test_a_move_without_an_offset_is_refused_in_words(reception: Browser, clinic: Clinic) -> None:
    press_book(reception, open_form(reception), typed(clinic))
    visit = Appointment.objects.get()
    page = read(reception.get(reverse("panel:move", args=[visit.reference])))
    asked = press(reception, page, page.starts[0][0])
    form = next(form for form in asked.posts if "start" in form.names)

    naive, exact = (
        submit(reception, asked, form, form.buttons[0], fill(form, {"start": start, "therapist": visit.therapist_id}))
        for start in ("2026-11-23T15:00", "2026-11-23T16:00:00+01:00")
    )

    visit.refresh_from_db()
    assert (naive.status_code, "has to say its offset" in naive.content.decode()) == (422, True)
    assert (exact.status_code, visit.starts_at) == (302, at("15:00"))


def test_an_erased_person_is_nobody(reception: Browser, clinic: Clinic) -> None:
    person = make_client()
    open_before = open_form(reception, client=person.public_id)
    Client.objects.update(erased_at=NOW)

    shown = open_form(reception, client=person.public_id)
    press_book(reception, open_before, typed(clinic))

    assert values_of(open_before)["client_id"] == person.public_id
    assert values_of(shown)["client_id"] == ""
    assert Appointment.objects.get().client != person


def test_a_second_therapist_elsewhere_is_not_offered_here(reception: Browser, clinic: Clinic) -> None:
    open_in_new_york(clinic)
    make_therapist("Third", clinic.location, clinic.treatment, "09:00", "17:00")

    page = open_form(reception)
    answer = press_book(reception, page, typed(clinic, location=clinic.location.pk, therapist=clinic.therapists[1].pk))

    assert (answer.status_code, Appointment.objects.count()) == (422, 0)
