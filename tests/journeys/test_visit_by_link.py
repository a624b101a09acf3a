"""A client comes back by the link in the mail."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from booking import links
from booking.models import Appointment, AppointmentEvent, Claim, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from services.models import ClinicPolicy
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import CAREFUL, DOCTOR_FIRST, NOW, TODAY, Clinic, at, make_intake, soon
from tests.pages import Page, press, read

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clinic")]

THURSDAY = TODAY + timedelta(days=3)


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return make_visit(clinic, starts_at=at("14:30", day=THURSDAY))


def open_page(path: str) -> Page:
    return read(Browser().get(path, follow=True))


def press_on(page: Page, action: str) -> Page:
    form = next(form for form in page.posts if form.action.endswith(action))
    return press(Browser(), page, form)


def state_of(visit: Appointment) -> str:
    visit.refresh_from_db()
    return visit.state


def test_the_page_shows_the_visit_and_what_can_be_done(visit: Appointment) -> None:
    page = open_page(path_of(visit))

    html = " ".join(page.html.split())
    assert page.title.strip() == "Your visit on Thursday – Massage clinic"
    for fact in (
        "Thursday 26 November",
        "14:30",
        "to 15:30, Dublin time",
        "Swedish, 60 minutes",
        "Therapist 1",
        "14 Alder Street",
        "€60, at the clinic",
        visit.reference,
        "Free to move or cancel until <strong>Wednesday 25 November, 14:30</strong>.",
        "We remind you by email on Wednesday 25 November at 11:30.",
    ):
        assert fact in html, fact


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, "CLEAR"),
        (CAREFUL, "CAUTION"),
        (DOCTOR_FIRST, ""),
        ({"emergency_symptoms": ["breathless_or_blood"]}, ""),
    ],
)
def test_the_page_tells_no_outcome_that_stops_the_visit(visit: Appointment, answers: dict[str, Any], told: str) -> None:
    Appointment.objects.update(intake=make_intake(answers=answers, client=visit.client))

    assert open_page(path_of(visit)).outcome == told


def test_opening_every_link_three_times_changes_nothing(visit: Appointment) -> None:
    before = list(AppointmentEvent.objects.values()), list(Appointment.objects.values()), list(Message.objects.values())
    reminders = links.make_token(visit, purpose=links.REMINDERS)
    pages = (
        "",
        "move/",
        "move/check/",
        "undo-move/",
        "undo-booking/",
        "correct-email/",
        "cancel/",
        "undo/",
        "confirm/",
        "again/",
        "health/",
        "your-data/",
        "visit.ics",
    )

    for _time in range(3):
        for page in pages:
            Browser().get(path_of(visit, page))
        Browser().get(f"/visit/{reminders}/reminders/")

    after = list(AppointmentEvent.objects.values()), list(Appointment.objects.values()), list(Message.objects.values())
    assert after == before


def choose_friday(page: Page) -> Page:
    """Friday at nine, with the first who is free: the page that asks once."""
    form, button = next(one for one in page.starts if one[1].attrs["data-start"].startswith("2026-11-27T09:00"))
    return press(Browser(), page, form, button=button)


def words(page: Page) -> str:
    """What the page says, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.html).split())


def move_to_friday(visit: Appointment) -> Page:
    return press(Browser(), choose_friday(open_page(path_of(visit, "move/"))), "Move to")


def test_a_visit_is_moved_after_one_question_and_keeps_reference_and_link(visit: Appointment) -> None:
    asked = choose_friday(open_page(path_of(visit, "move/")))
    state_of(visit)
    still = visit.starts_at
    moved = press(Browser(), asked, "Move to")

    for fact in (
        "Move your visit?",
        "From Thursday 26 November, 14:30 with Therapist 1",
        "To Friday 27 November, 09:00 with Therapist 1",
        "All times are Dublin time.",
        "No charge for this move. Then free to move or cancel until Thursday 26 November, 09:00 . After that, please call us.",
        "You can undo the move for 10 minutes.",
    ):
        assert fact in words(asked), fact
    assert still == at("14:30", day=THURSDAY)
    assert (moved.url, moved.main["data-reference"]) == (path_of(visit), visit.reference)
    assert "Moved from Thursday 26 November, 14:30 to Friday 27 November, 09:00." in words(moved)
    assert state_of(visit) == State.BOOKED
    assert visit.starts_at == at("09:00", day=TODAY + timedelta(days=4))


def test_a_move_is_undone_by_its_button_and_pressing_twice_is_once(visit: Appointment) -> None:
    moved = move_to_friday(visit)

    restored = [press(Browser(), moved, "Undo until") for _time in range(2)]

    assert [page.url for page in restored] == [path_of(visit)] * 2
    assert [form.action for form in restored[1].posts if "undo" in form.action] == []
    assert (state_of(visit), visit.starts_at, visit.version) == (State.BOOKED, at("14:30", day=THURSDAY), 3)


def test_after_ten_minutes_a_move_stands(visit: Appointment, time_machine: Any) -> None:
    moved = move_to_friday(visit)
    time_machine.move_to(soon(10), tick=False)

    answer = press(Browser(), moved, "Undo until")

    assert "The time to undo this has passed. You can move the visit again." in words(answer)
    assert [form.action for form in answer.posts if "undo" in form.action] == []
    state_of(visit)
    assert visit.starts_at == at("09:00", day=TODAY + timedelta(days=4))


def test_a_late_move_says_before_and_after_that_the_deadline_stays(clinic: Clinic, time_machine: Any) -> None:
    visit = make_visit(clinic, starts_at=at("14:30", day=TODAY + timedelta(days=1)))
    time_machine.move_to(at("15:00"), tick=False)

    asked = choose_friday(open_page(path_of(visit, "move/")))
    moved = press(Browser(), asked, "Move to")

    late = "The free time ended on Monday 23 November, 14:30. After that, please call us. We may charge for the visit."
    assert f"{late} Moving the visit does not change that." in words(asked)
    assert late in words(moved)
    assert "Free to move" not in moved.html


def test_a_move_in_time_to_a_start_that_is_near_says_that_changes_cost_then(visit: Appointment) -> None:
    page = open_page(path_of(visit, "move/"))
    form, button = next(one for one in page.starts if one[1].attrs["data-start"].startswith("2026-11-23T14:00"))

    asked = press(Browser(), page, form, button=button)

    assert "This time is so near that you could not move or cancel it for free." in words(asked)
    assert "free time ended" not in words(asked)


def test_a_visit_that_staff_moved_meanwhile_is_looked_at_again(clinic: Clinic, visit: Appointment) -> None:
    asked = choose_friday(open_page(path_of(visit, "move/")))
    there = at("11:00", day=THURSDAY)
    appointments.move(appointment=visit, starts_at=there, therapist_id=None, by=By("staff"), now=NOW)

    answer = press(Browser(), asked, "Move to")

    assert (answer.url, state_of(visit), visit.starts_at) == (path_of(visit, "move/"), State.BOOKED, there)
    assert "This visit was changed meanwhile. Please look at it again." in words(answer)
    assert "Undo until" not in open_page(path_of(visit)).html  # staff's move is theirs to undo


def test_moving_to_a_start_taken_meanwhile_shows_the_nearest(clinic: Clinic, visit: Appointment) -> None:
    page = open_page(path_of(visit, "move/"))
    asked = choose_friday(page)
    for _room in range(2):
        make_visit_with(clinic, at("09:00", day=TODAY + timedelta(days=4)))

    answers = [press(Browser(), asked, "Move to"), choose_friday(page)]

    for answer in answers:
        assert answer.url == path_of(visit, "move/")
        assert "09:00 has just been taken. These three are the nearest." in answer.html
    assert state_of(visit) == State.BOOKED
    assert visit.starts_at == at("14:30", day=THURSDAY)


@pytest.mark.parametrize("page", ["move/", "move/check/"])
@pytest.mark.parametrize("value", ["", "nonsense", "2026-11-27T09:00:00+00:00 999", "2026-11-27T09:03:00+00:00 1"])
def test_an_edited_start_does_not_move_the_visit(visit: Appointment, page: str, value: str) -> None:
    answer = Browser().post(path_of(visit, page), {"start": value}, follow=True)

    assert answer.status_code == 200
    assert state_of(visit) == State.BOOKED
    assert visit.starts_at == at("14:30", day=THURSDAY)


def test_a_visit_is_cancelled_by_a_button_and_the_cancelling_undone(visit: Appointment) -> None:
    asked = open_page(path_of(visit, "cancel/"))
    cancelled = press_on(asked, "/cancel/")
    state = state_of(visit)
    restored = press_on(cancelled, "/undo/")

    assert "Cancel the visit on Thursday 26 November at 14:30?" in asked.html
    assert "You can undo this for 10 minutes. Then the time is free for others." in asked.html
    assert (state, cancelled.url) == (State.CANCELLING, path_of(visit))
    assert "Your visit on Thursday is cancelled" in cancelled.html
    assert "You can undo this until 08:10." in cancelled.html
    assert (state_of(visit), restored.title.strip()) == (State.BOOKED, "Your visit on Thursday – Massage clinic")


def test_cancelling_twice_and_undoing_twice_is_once(visit: Appointment) -> None:
    for _time in range(2):
        Browser().post(path_of(visit, "cancel/"))
    assert state_of(visit) == State.CANCELLING

    for _time in range(2):
        Browser().post(path_of(visit, "undo/"))
    assert state_of(visit) == State.BOOKED
    assert list(AppointmentEvent.objects.filter(appointment=visit).values_list("verb", flat=True)) == [
        "keep", "book", "cancel", "undo"
    ]  # fmt: skip


def test_after_ten_minutes_a_cancelling_stands(visit: Appointment, time_machine: Any) -> None:
    Browser().post(path_of(visit, "cancel/"))
    time_machine.move_to(soon(11), tick=False)

    page = read(Browser().post(path_of(visit, "undo/"), follow=True))

    assert "The time to undo this has passed. You can book a new visit." in page.html
    assert "Book another time" in page.html
    assert [form.action for form in page.posts if form.action.endswith("/undo/")] == []


def test_the_client_says_that_they_are_coming(visit: Appointment) -> None:
    page = open_page(path_of(visit, "confirm/"))

    confirmed = press_on(page, "/confirm/")

    assert "Are you coming on Thursday 26 November at 14:30?" in page.html
    assert "Thank you. See you on Thursday." in confirmed.html
    visit.refresh_from_db()
    assert visit.confirmed_at == NOW


def test_reminders_are_turned_off_by_a_button_and_on_again(visit: Appointment) -> None:
    path = f"/visit/{links.make_token(visit, purpose=links.REMINDERS)}/reminders/"
    page = open_page(path)

    off = press(Browser(), page, page.posts[0])
    wanted_after_off = Appointment.objects.get().wants_reminders
    on = press(Browser(), off, off.posts[0])

    assert "We remind you by email of your visit on Thursday 26 November, 14:30." in page.html
    assert "We send no reminders of your visit" in off.html
    assert wanted_after_off is False
    assert "We remind you by email" in on.html
    assert Appointment.objects.get().wants_reminders is True


def test_a_mail_program_turns_reminders_off_by_one_click(visit: Appointment) -> None:
    path = f"/visit/{links.make_token(visit, purpose=links.REMINDERS)}/reminders/"

    answer = Browser(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Appointment.objects.get().wants_reminders is False


@pytest.mark.parametrize("page", ["move/", "cancel/", "undo/", "confirm/", "again/", "health/"])
def test_another_site_cannot_press_a_button(visit: Appointment, page: str) -> None:
    assert Browser(enforce_csrf_checks=True).post(path_of(visit, page)).status_code == 403


def test_the_calendar_file_names_time_and_place_and_no_health(visit: Appointment) -> None:
    answer = Browser().get(path_of(visit, "visit.ics"))

    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="visit.ics"'
    assert "DTSTART:20261126T143000Z" in text
    assert "Swedish" not in text


def test_a_requested_visit_says_until_when_it_is_kept(clinic: Clinic, visit: Appointment) -> None:
    Appointment.objects.update(state=State.REQUESTED, deadline_at=at("12:00", day=TODAY + timedelta(days=2)))

    page = open_page(path_of(visit))

    assert page.main["data-state"] == "requested"
    assert "We will email you by Wednesday 25 November, 12:00" in page.html


@pytest.mark.parametrize("state", [State.ARRIVED, State.IN_TREATMENT, State.COMPLETED, State.NO_SHOW])
def test_in_the_clinic_s_hands_the_page_is_for_reading(visit: Appointment, state: State) -> None:
    Appointment.objects.update(state=state)

    page = open_page(path_of(visit))
    Browser().post(path_of(visit, "cancel/"))

    assert page.status == 200
    assert f"{path_of(visit)}cancel/" not in page.html
    assert state_of(visit) == state


def test_moving_and_cancelling_late_is_told_with_the_clinic_s_words(visit: Appointment, time_machine: Any) -> None:
    ClinicPolicy.objects.update(late_cancelling_words="The fee is €40.")
    time_machine.move_to(at("15:00", day=THURSDAY - timedelta(days=1)), tick=False)

    html = " ".join(open_page(path_of(visit, "cancel/")).html.split())

    assert "The free time ended on Wednesday 25 November, 14:30. The fee is €40." in html


def test_cancelling_gives_the_cells_back_only_after_the_undo(visit: Appointment) -> None:
    claims = Claim.objects.count()
    Browser().post(path_of(visit, "cancel/"))
    still = Claim.objects.count()
    appointments.expire_overdue(now=soon(10))

    assert (still, Claim.objects.count()) == (claims, 0)


def make_visit_with(clinic: Clinic, starts_at: Any) -> Appointment:
    """With whoever is free then."""
    taken = Appointment.objects.filter(starts_at=starts_at).values_list("therapist_id", flat=True)
    free = [therapist for therapist in clinic.therapists if therapist.pk not in taken]
    return make_visit(
        Clinic(location=clinic.location, treatment=clinic.treatment, therapists=free, rooms=clinic.rooms),
        starts_at=starts_at,
    )


def test_without_a_form_no_time_is_offered_that_would_be_refused(visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(intake=None)

    page = open_page(path_of(visit, "move/"))

    assert (page.url, page.starts) == (path_of(visit, "move/"), [])
    assert "The health form is missing. Please fill it in first." in words(page)
    assert any(form.action.endswith("/health/") for form in page.posts)
    assert path_of(visit, "move/") not in open_page(path_of(visit)).html


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        (DOCTOR_FIRST, "Before this visit we have to talk with you"),
        ({"emergency_symptoms": ["breathless_or_blood"]}, "Before this visit we have to talk with you"),
    ],
)
@pytest.mark.parametrize("of_this_visit", [True, False])
def test_what_was_answered_later_stops_the_move_and_the_page_says_what_to_do(
    visit: Appointment, answers: dict[str, Any], what: str, of_this_visit: bool
) -> None:
    worse = make_intake(answers=answers, client=visit.client, now=soon(1))
    if of_this_visit:
        Appointment.objects.update(intake=worse)

    shown, page = open_page(path_of(visit)), open_page(path_of(visit, "move/"))
    chosen = Browser().get(path_of(visit, "move/check/"), {"start": "2026-11-27T09:00:00+00:00 1"})

    assert (page.starts, read(chosen).title) == ([], page.title)
    assert "Your visit can’t be moved yet" in words(page)
    assert f"{what} about your safety check. Please call us." in words(page)
    assert "Free to cancel until Wednesday 25 November, 14:30" in words(shown)
    assert "Free to move" not in shown.html
    assert path_of(visit, "move/") not in shown.html + open_page(path_of(visit, "cancel/")).html


@pytest.mark.parametrize("days_later", [3, 60])
def test_once_the_visit_has_begun_reminders_are_not_touched(
    visit: Appointment, time_machine: Any, days_later: int
) -> None:
    path = f"/visit/{links.make_token(visit, purpose=links.REMINDERS)}/reminders/"
    time_machine.move_to(NOW + timedelta(days=days_later, hours=12), tick=False)

    answer = Browser().post(path, {"List-Unsubscribe": "One-Click"})

    visit.refresh_from_db()
    assert (answer.status_code, visit.wants_reminders) == (200 if days_later == 3 else 410, True)
