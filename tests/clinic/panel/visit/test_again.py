"""Book again from a visit that is done: the same hour where it is free, else the nearest with the reason."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, State
from tests.cast import NOW, TODAY, Clinic, at, book, sign_in
from tests.pages import Page, read

pytestmark = pytest.mark.django_db


def done(clinic: Clinic) -> Appointment:
    visit = book(clinic, "10:30")
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED, starts_at=at("10:30"))
    return visit


def offers(page: Page) -> list[str]:
    return [button.attrs["data-start"] for _form, button in page.starts]


@pytest.mark.parametrize("role", ["reception", "therapist"])
def test_the_same_hour_in_two_three_and_four_weeks_is_one_press(role: str, clinic: Clinic) -> None:
    visit = done(clinic)
    browser = sign_in(role, clinic)
    page = read(browser.get(reverse("panel:visit", args=[visit.reference])))
    wanted = [at("10:30", day=TODAY + timedelta(weeks=weeks)) for weeks in (2, 3, 4)]
    assert offers(page) == [start.isoformat() for start in wanted]

    form, button = page.starts[1]
    answer = browser.post(
        form.action, {one.name: one.value for one in form.fields if one.name} | {"start": button.attrs["data-start"]}
    )

    booked = Appointment.objects.exclude(pk=visit.pk).get()
    assert answer.headers["Location"] == reverse("panel:visit", args=[booked.reference])
    assert (booked.starts_at, booked.therapist, booked.client, booked.treatment, booked.minutes, booked.state) == (
        wanted[1],
        visit.therapist,
        visit.client,
        visit.treatment,
        visit.minutes,
        State.BOOKED,
    )


def test_where_the_hour_is_taken_the_nearest_is_offered_with_the_reason(reception: Browser, clinic: Clinic) -> None:
    visit = done(clinic)
    book(clinic, "10:30", name="Cian Walsh", days=14)

    page = read(reception.get(reverse("panel:visit", args=[visit.reference])))

    assert offers(page)[0] != at("10:30", day=TODAY + timedelta(weeks=2)).isoformat()
    assert "Monday 7 December, 10:30: " in page.html


def test_another_therapists_visit_is_not_booked_again_and_a_start_that_is_taken_is_refused(clinic: Clinic) -> None:
    visit = done(clinic)
    others = book(clinic, "12:00", name="Cian Walsh", therapist=1)
    Appointment.objects.filter(pk=others.pk).update(state=State.COMPLETED)
    taken = book(clinic, "10:30", name="Una Kelly", days=14)
    therapist = sign_in("therapist", clinic)

    answers = [
        therapist.post(reverse("panel:book_again", args=[one.reference]), {"start": start})
        for one, start in (
            (others, taken.starts_at.isoformat()),
            (visit, taken.starts_at.isoformat()),
            (visit, "soon"),
            (taken, NOW.isoformat()),
        )
    ]

    assert [answer.status_code for answer in answers] == [404, 422, 422, 422]
    assert Appointment.objects.count() == 3
