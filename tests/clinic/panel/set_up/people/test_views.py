"""People and hours: hours typed once, copied, saved from a day on; and visits that would fall outside."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import strip_tags

from booking.models import Stranding
from services.models import ClinicPolicy, Therapist, WorkingHours
from tests.cast import EMAIL, TODAY, Clinic, book, sign_in
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import Page, press, read, send

pytestmark = pytest.mark.django_db

TUESDAY = TODAY + timedelta(days=1)


def hours_of(name: str) -> list[tuple[Any, ...]]:
    columns = ("weekday", "opens", "closes", "first_date", "last_date")
    rows = WorkingHours.objects.filter(therapist__name=name).order_by("weekday", "opens", "first_date")
    return list(rows.values_list(*columns))


def values_of(page: Page, *names: str) -> list[str]:
    form = next(form for form in page.posts if "first_date" in form.names)
    return [one.value for name in names for one in form.fields if one.name == name]


def week(browser: Browser, clinic: Clinic, *, first: date = TUESDAY) -> Page:
    person = clinic.therapists[0].pk
    return read(browser.get(reverse("panel:set_up_person", args=[person]), {"from": first.isoformat()}))


def test_a_therapist_is_set_up_in_three_presses_with_hours_typed_once(owner: Browser, clinic: Clinic) -> None:
    people = read(owner.get(reverse("panel:set_up_people")))
    blank = read(owner.get(next(link.href for link in people.links if link.words.strip() == "Add a therapist")))
    typed = {
        "name": "Piotr Zając",
        "treatments": [clinic.treatment.pk],
        "from_1_0": "9",
        "to_1_0": "5",
        "break_1_0": "12-12:45",
    }

    copied = press(owner, blank, "Copy Monday to Tue–Fri", answers=typed)
    before = Therapist.objects.filter(name="Piotr Zając").count()
    saved = press(owner, copied, "Save")

    shown = values_of(copied, "from_1_0", "from_5_0", "to_5_0", "break_5_0", "from_6_0")
    assert (before, shown) == (0, ["09:00", "09:00", "17:00", "12:00 to 12:45", ""])
    assert "Saved. Piotr Zając works 36.25 hours a week from Monday 23 November on." in saved.html
    pieces = ((time(9), time(12)), (time(12, 45), time(17)))
    assert hours_of("Piotr Zając") == [(day, *piece, TODAY, None) for day in range(1, 6) for piece in pieces]
    made = Therapist.objects.get(name="Piotr Zając")
    assert (made.is_active, list(made.treatments.all())) == (True, [clinic.treatment])


def test_hours_change_from_next_monday_on_and_from_today_where_the_clinic_never_opened(
    owner: Browser, clinic: Clinic
) -> None:
    def first() -> list[str]:
        address = reverse("panel:set_up_person", args=[clinic.therapists[0].pk])
        return values_of(read(owner.get(address)), "first_date")

    usual = first()
    ClinicPolicy.objects.update(opened_at=None)

    assert (usual, first()) == ([(TODAY + timedelta(days=7)).isoformat()], [TODAY.isoformat()])


def test_the_first_therapist_begins_with_every_skill_and_the_next_with_none(owner: Browser, clinic: Clinic) -> None:
    def ticked() -> list[bool]:
        page = read(owner.get(reverse("panel:set_up_new_person")))
        return [one.is_on for form in page.posts for one in form.fields if one.name == "treatments"]

    later = ticked()
    WorkingHours.objects.all().delete()
    Therapist.objects.all().delete()

    assert (any(later), all(ticked()), len(ticked()) > 0) == (False, True, True)


def test_a_change_begins_on_its_day_and_past_weeks_stay(owner: Browser, clinic: Clinic) -> None:
    friday = TUESDAY + timedelta(days=10)

    page = week(owner, clinic)
    saved = press(owner, page, "Save", answers={"to_2_0": "13.30", "last_date": friday.isoformat()})

    assert "Saved. Therapist 1 works 52.5 hours a week from Tuesday 24 November on." in saved.html
    assert {row[1:] for row in hours_of("Therapist 1") if row[0] == 2} == {
        (time(9), time(17), None, TODAY),
        (time(9), time(13, 30), TUESDAY, friday),
        (time(9), time(17), friday + timedelta(days=1), None),
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"from_1_0": "nine"}, "Write a time like 9:00 or 17:30."),
        ({"from_1_0": "9:02"}, "Use times in steps of five minutes."),
        ({"from_1_0": ""}, "Write from when."),
        ({"to_1_0": ""}, "Write until when."),
        ({"from_1_0": "18:00"}, "Hours end after they begin, on the same day."),
        ({"break_1_0": "45 min"}, "Write a break like 12:00 to 12:45."),
        ({"break_1_0": "8:00-8:30"}, "A break lies between From and To."),
        ({"break_1_0": "12-13, 12:30-14"}, "Two breaks overlap."),
        ({"from_1_0": "", "to_1_0": "", "break_1_0": "12-13"}, "Write from when, or clear the break."),
        ({"first_date": "2026-11-22"}, "Choose today or a later day. Past weeks stay as they were."),
        ({"last_date": "2026-11-23"}, "The last day is not before the first."),
    ],
)
def test_what_can_not_be_read_is_said_beside_it_and_what_was_typed_stays(
    owner: Browser, clinic: Clinic, typed: dict[str, str], sentence: str
) -> None:
    before = hours_of("Therapist 1")

    page = press(owner, week(owner, clinic), "Save", answers=typed)

    assert (page.status, page.html.count(sentence)) == (422, 1)
    assert values_of(page, *typed) == list(typed.values())
    assert hours_of("Therapist 1") == before


def test_days_and_weeks_are_copied_with_nothing_saved(owner: Browser, clinic: Clinic) -> None:
    other = clinic.therapists[1]
    WorkingHours.objects.filter(therapist=other).exclude(weekday=3).delete()
    before = hours_of("Therapist 1")

    day = press(owner, week(owner, clinic), "Copy: Monday", answers={"from_1_0": "8", "copy_1": ["6", "7"]})
    taken = press(owner, day, "Copy", answers={"colleague": other.pk})

    assert values_of(day, "from_1_0", "from_5_0", "from_6_0", "from_7_0") == ["08:00", "09:00", "08:00", "08:00"]
    assert values_of(taken, *(f"from_{day}_0" for day in range(1, 8))) == ["", "", "09:00", "", "", "", ""]
    assert values_of(taken, "first_date") == [TUESDAY.isoformat()]
    assert ["Nothing is saved yet." in page.html for page in (day, taken)] == [True, True]
    assert hours_of("Therapist 1") == before


def test_visits_that_would_fall_outside_are_named_and_recounted(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00", days=1, email=EMAIL)
    late = book(clinic, "15:00", days=1, email=EMAIL)

    asked = send(owner, week(owner, clinic), "Save", {"to_2_0": "13:30"})
    later = book(clinic, "13:30", days=1, email=EMAIL)
    recounted = send(owner, read(asked), "Save, move 1")
    nothing_yet = Stranding.objects.count()
    saved = put_on_to_do(owner, read(recounted))

    words = [[one.reference in answer.content.decode() for one in (late, later)] for answer in (asked, recounted)]
    assert ((asked.status_code, recounted.status_code), words) == ((409, 409), [[True, False], [True, True]])
    assert (nothing_yet, "2 visits need a new time: they are on your To do list." in saved.html) == (0, True)
    assert set(Stranding.objects.values_list("appointment", "why")) == {(late.pk, "hours"), (later.pk, "hours")}


def test_what_a_week_takes_away_is_drawn_and_said(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00", days=1)
    book(clinic, "15:00", days=1)

    plain = week(owner, clinic)
    asked = press(owner, plain, "Save", answers={"to_2_0": "13:30", "from_5_0": "", "to_5_0": ""})
    wrong = press(owner, plain, "Save", answers={"to_2_0": "late"})

    words = " ".join(strip_tags(asked.html).split())
    assert ("bar-gone" in plain.html, "was 09" in plain.html) == (False, False)
    assert "Tuesday: 09–13:30, was 09–17. Friday: off, was 09–17." in words
    assert "<title>09:00 to 13:30, was 09–17. Booked: 2. Outside: 1</title>" in asked.html
    assert "<title>Off, was 09–17</title>" in asked.html
    assert (asked.html.count('class="bar-gone"'), asked.html.count("url(#week-hatch)")) == (2, 1)
    assert "11.5 hours a week fewer to offer." in words
    assert values_of(asked, "to_2_0", "from_5_0") == ["13:30", ""]
    # What can not be read takes nothing away yet.
    assert ("bar-gone" in wrong.html, "was 09" in wrong.html, "fewer" in wrong.html) == (False, False, False)


def test_who_saves_over_hours_that_somebody_else_has_changed_is_told_first(owner: Browser, clinic: Clinic) -> None:
    opened = week(owner, clinic)
    copied = press(owner, opened, "Copy", answers={"colleague": clinic.therapists[1].pk})
    ben = sign_in("owner", name="ben")
    presses = [send(ben, opened, "Save", {"to_3_0": "16:00"}).status_code for _press in range(2)]
    theirs = hours_of("Therapist 1")

    refused = [press(owner, page, "Save", answers={"to_2_0": "13:30"}) for page in (opened, copied)]
    after_refusal = hours_of("Therapist 1")
    saved = send(owner, refused[0], "Save")

    sentence = "Somebody has changed Therapist 1’s hours since you opened the page."
    assert presses == [302, 302]  # the second of two presses is no conflict
    assert [(page.status, page.html.count(sentence)) for page in refused] == [(409, 1)] * 2
    assert values_of(refused[0], "to_2_0", "to_3_0") == ["13:30", "17:00"]
    assert after_refusal == theirs
    assert (saved.status_code, (3, time(9), time(17), TUESDAY, None) in hours_of("Therapist 1")) == (302, True)
