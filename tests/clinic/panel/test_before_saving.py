"""Before you save in the back office: each door names the visits that it would strand, and loses nothing that was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils.html import strip_tags

from booking.models import Appointment, Stranding
from clinic.models import AuditEntry
from services.models import Location, Room, Therapist, TimeOff, Treatment, TreatmentLength, WorkingHours
from services.pictures import PORTRAIT
from tests.back_office import path_of, save
from tests.cast import NOW, TODAY, Clinic, at, book, browser_of, take_off
from tests.pages import press, read
from tests.services.test_pictures import make_upload

pytestmark = pytest.mark.django_db

Values = dict[str, Any]


@pytest.fixture
def owner(clinic: Clinic) -> Browser:
    return browser_of(User.objects.create_superuser("owner"))


def save_at(browser: Browser, path: str, values: Values) -> Any:
    """Open the page and press Save with these values; a field is off with ""."""
    return save(browser, read(browser.get(path)), values)


def hours_of(clinic: Clinic) -> WorkingHours:
    return WorkingHours.objects.get(therapist=clinic.therapists[0], weekday=TODAY.isoweekday())


def day_off(clinic: Clinic) -> Values:
    day = TODAY.isoformat()
    return {
        "therapist": clinic.therapists[0].pk,
        "starts_at_0": day,
        "starts_at_1": "09:00:00",
        "ends_at_0": day,
        "ends_at_1": "12:00:00",
        "reason": "Course",
    }


# Every page of the back office that can strand a visit at ten o'clock: its address, what is typed, and why.
DOORS: dict[str, Callable[[Clinic], tuple[str, Values, str]]] = {
    "shorter hours": lambda clinic: (
        path_of(WorkingHours, "change", hours_of(clinic).pk),
        {"opens": "10:30:00"},
        "Therapist does not work at that time on Monday",
    ),
    "time off": lambda clinic: (path_of(TimeOff, "add"), day_off(clinic), "Therapist is off on Monday"),
    "closure": lambda clinic: (
        path_of(TimeOff, "add"),
        day_off(clinic) | {"therapist": "", "location": clinic.location.pk},
        "Alder Street is closed on Monday",
    ),
    "leaves": lambda clinic: (
        path_of(Therapist, "change", clinic.therapists[0].pk),
        {"is_active": ""},
        "Therapist no longer works here",
    ),
    "skill": lambda clinic: (
        path_of(Therapist, "change", clinic.therapists[0].pk),
        {"treatments": [Treatment.objects.exclude(pk=clinic.treatment.pk)[0].pk]},
        "Therapist does not give Swedish any more",
    ),
    "treatment": lambda clinic: (
        path_of(Treatment, "change", clinic.treatment.pk),
        {"is_active": ""},
        "Swedish is no longer on offer",
    ),
    "room": lambda clinic: (
        path_of(Room, "change", Appointment.objects.get().room_id),
        {"is_active": ""},
        "Room 0 can’t be used for it",
    ),
    "room for another treatment": lambda clinic: (
        path_of(Room, "change", Appointment.objects.get().room_id),
        {"treatments": [Treatment.objects.exclude(pk=clinic.treatment.pk)[0].pk]},
        "Room 0 can’t be used for it",
    ),
    "place": lambda clinic: (
        path_of(Location, "change", clinic.location.pk),
        {"is_active": ""},
        "Alder Street takes no bookings",
    ),
    "zone": lambda clinic: (
        path_of(Location, "change", clinic.location.pk),
        {"time_zone": "Pacific/Auckland"},
        "Therapist does not work at that time on Monday",
    ),
}


def state() -> list[Any]:
    """Everything that the doors change."""
    models = (Location, Room, Treatment, TreatmentLength, Therapist, WorkingHours, TimeOff)
    through = (Room.treatments.through, Therapist.treatments.through)
    return [list(model.objects.order_by("pk").values()) for model in (*models, *through, Stranding, AuditEntry)]


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_change_is_saved_once_the_visits_that_it_strands_were_shown(
    door: str, owner: Browser, clinic: Clinic
) -> None:
    visit = book(clinic, "10:00")
    path, values, why = DOORS[door](clinic)
    before = state()

    asked = save_at(owner, path, values)
    untouched = state() == before
    saved = press(owner, read(asked), "Save all the same")

    words = " ".join(strip_tags(asked.content.decode()).split())
    assert (asked.status_code, untouched) == (409, True)
    assert f"Monday 23 November 10:00 Niamh Byrne Swedish Therapist 1 {why}" in words
    assert "1 visit needs a new time: it is on your To do list." in saved.html
    assert "successfully" not in words  # of what was not done
    assert list(Stranding.objects.values_list("appointment", "ended_at")) == [(visit.pk, None)]


@pytest.mark.parametrize("door", sorted(DOORS))
def test_going_back_shows_the_form_as_it_was_typed(door: str, owner: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00")
    path, values, _why = DOORS[door](clinic)
    before = state()
    asked = save_at(owner, path, values)

    page = press(owner, read(asked), "Go back")

    again = save(owner, page, {})
    assert ("Nothing is saved yet." in page.html, state() == before) == (True, True)
    # What was typed is there: sent once more as it is drawn, it asks the same question.
    assert (again.status_code, strip_tags(again.content.decode())) == (409, strip_tags(asked.content.decode()))


@pytest.mark.parametrize("way", ["Save all the same", "Go back"])
def test_a_picture_that_was_chosen_survives_the_question(way: str, owner: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00")
    path, values, _why = DOORS["leaves"](clinic)
    portrait = SimpleUploadedFile("ana.jpg", make_upload().getvalue())

    asked = save_at(owner, path, values | {"upload": portrait})
    page = press(owner, read(asked), way)
    if way == "Go back":
        told = "The picture that you chose is still here." in page.html
        press(owner, read(save(owner, page, {})), "Save all the same")
    else:
        told = True

    kept = Therapist.objects.get(pk=clinic.therapists[0].pk).portrait
    assert (asked.status_code, told) == (409, True)
    assert kept is not None
    assert (kept.width, kept.height) == (PORTRAIT.width, PORTRAIT.height)


def test_a_visit_booked_since_is_shown_first(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00")
    path, values, _why = DOORS["leaves"](clinic)
    asked = save_at(owner, path, values)
    later = book(clinic, "14:00", days=1)

    again = press(owner, read(asked), "Save all the same")

    assert (again.status, later.reference in again.html) == (409, True)
    assert Therapist.objects.filter(is_active=False).count() == 0


def test_a_change_that_strands_nobody_is_saved_at_once(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "14:00")

    saved = save_at(owner, *DOORS["shorter hours"](clinic)[:2])

    assert (saved.status_code, Stranding.objects.count()) == (302, 0)


def test_removing_hours_asks_before_and_names_all_visits(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    page = read(owner.get(path_of(WorkingHours, "delete", hours_of(clinic).pk)))

    asked = press(owner, page, "Yes, I’m sure")
    removed = press(owner, asked, "Remove all the same")

    assert (asked.status, visit.reference in asked.html, removed.status) == (409, True, 200)
    assert WorkingHours.objects.filter(therapist=clinic.therapists[0], weekday=1).count() == 0
    assert list(Stranding.objects.values_list("appointment", "why")) == [(visit.pk, "hours")]


def test_removing_several_at_once_asks_one_question_about_all_visits(owner: Browser, clinic: Clinic) -> None:
    visits = [book(clinic, "10:00", days=days) for days in (0, 1, 2)]
    rows = WorkingHours.objects.filter(therapist=clinic.therapists[0])
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}

    sure = press(owner, read(owner.get(path_of(WorkingHours, "changelist"))), "Go", answers=chosen)
    asked = press(owner, sure, "Yes, I’m sure")
    none_removed = rows.all().count() == 7
    press(owner, asked, "Remove all the same")

    assert (asked.status, [visit.reference in asked.html for visit in visits]) == (409, [True] * 3)
    assert (none_removed, rows.all().count(), Stranding.objects.count()) == (True, 0, 3)


def test_going_back_from_removing_removes_nothing(owner: Browser, clinic: Clinic) -> None:
    book(clinic, "10:00")
    hours = hours_of(clinic)
    asked = press(owner, read(owner.get(path_of(WorkingHours, "delete", hours.pk))), "Yes, I’m sure")

    page = press(owner, asked, "Go back")

    assert page.url == path_of(WorkingHours, "change", hours.pk)
    assert WorkingHours.objects.filter(pk=hours.pk).exists()


def test_time_off_removed_in_the_back_office_ends_its_rows(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00")
    row = take_off(clinic.therapists[0], starts_at=at("09:00"), ends_at=at("12:00"))
    was = list(Stranding.objects.values_list("appointment", "ended_at"))

    press(owner, read(owner.get(path_of(TimeOff, "delete", row.pk))), "Yes, I’m sure")

    assert was == [(visit.pk, None)]
    assert list(Stranding.objects.values_list("appointment", "ended_at")) == [(visit.pk, NOW)]


def test_a_length_taken_off_the_list_strands_nobody(owner: Browser, clinic: Clinic) -> None:
    """What was agreed with a client is given at the agreed length."""
    book(clinic, "10:00")

    lengths = list(TreatmentLength.objects.filter(treatment=clinic.treatment))
    off = {f"lengths-{number}-is_active": "" for number in range(len(lengths))}

    saved = save_at(owner, path_of(Treatment, "change", clinic.treatment.pk), off)

    assert (saved.status_code, Stranding.objects.count()) == (302, 0)
    assert set(TreatmentLength.objects.filter(treatment=clinic.treatment).values_list("is_active")) == {(False,)}
