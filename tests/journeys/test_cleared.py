from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from booking import links
from booking.cases import clearances
from booking.cases.clearances import Letter
from booking.intake.gate import find_clearance
from booking.models import Appointment, Case, Clearance, Draft, State
from booking.rules.pages import pages
from tests.cast import BACKEND, NOW, TODAY, make_client, make_clinic, make_intake, make_member, make_treatment
from tests.journeys.walker import take_step
from tests.pages import Page, fill, find_form, press, read

pytestmark = pytest.mark.django_db

PERMISSION = {
    "conditions": ["cancer"],
    "cancer_status": "active",
    "doctor_review": "not_seen",
    "signs_now": ["limb_swollen_warm"],
}


@pytest.fixture
def clearance(time_machine: Any) -> Clearance:
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    clinic.therapists[0].treatments.add(make_treatment(key="deep_tissue"))
    make_intake(answers=PERMISSION, client=make_client())
    letter = Letter(
        written_by="Dr Farrell",
        written_date=TODAY,
        allowed_treatments=("swedish",),
        valid_until=TODAY + timedelta(days=30),
    )
    return clearances.record_clearance(
        case=Case.objects.get(), letter=letter, by=User.objects.create(username="o"), now=NOW
    )


WRITTEN = {
    "written_by": "Dr Farrell",
    "written_date": TODAY.isoformat(),
    "allowed_treatments": ["swedish"],
    "avoid": "left calf",
    "valid_until": (TODAY + timedelta(days=30)).isoformat(),
    "note": "Light pressure only",
}


@pytest.fixture
def case(time_machine: Any) -> Case:
    time_machine.move_to(NOW, tick=False)
    make_clinic()
    make_intake(answers=PERMISSION, client=make_client())
    return Case.objects.get()


@pytest.fixture
def owner() -> Browser:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(make_member("owner", name="olga"), backend=BACKEND)
    return browser


def open_case(browser: Browser, case: Case) -> Page:
    return read(browser.get(reverse("panel:case", args=[case.pk])))


def test_a_letter_is_recorded_with_the_button_that_the_case_shows(owner: Browser, case: Case) -> None:
    page = press(owner, open_case(owner, case), "Record this letter", answers=WRITTEN)

    case.refresh_from_db()
    letter = Clearance.objects.get()
    assert (page.status, page.url, case.state) == (200, f"/panel/cases/{case.pk}/", Case.State.CLEARED)
    assert (letter.written_by, letter.written_date, letter.valid_until) == (
        "Dr Farrell",
        TODAY,
        TODAY + timedelta(days=30),
    )
    assert (letter.allowed_treatments, letter.limits) == (
        ["swedish"],
        {"avoid": ["left calf"], "note": "Light pressure only"},
    )


def test_a_letter_that_is_refused_keeps_what_was_typed(owner: Browser, case: Case) -> None:
    refused = press(owner, open_case(owner, case), "Record this letter", answers=WRITTEN | {"written_by": ""})

    form, _button = find_form(refused, "Record this letter")
    kept = fill(form, {})
    assert (refused.status, Clearance.objects.count()) == (422, 0)
    assert {key: kept[key] for key in ("avoid", "note", "written_date", "allowed_treatments")} == {
        "avoid": ["left calf"],
        "note": ["Light pressure only"],
        "written_date": [TODAY.isoformat()],
        "allowed_treatments": ["swedish"],
    }
    press(owner, refused, "Record this letter", answers={"written_by": "Dr Farrell"})
    assert Clearance.objects.get().written_by == "Dr Farrell"


def test_a_letter_that_was_taken_back_can_be_followed_by_another_and_one_counts(owner: Browser, case: Case) -> None:
    page = press(owner, open_case(owner, case), "Record this letter", answers=WRITTEN)
    assert "Record this letter" not in str([form.words for form in page.forms])
    page = press(owner, page, "Take this letter back")
    case.refresh_from_db()
    assert (case.state, Clearance.objects.filter(voided_at=None).count()) == (Case.State.OPEN, 0)

    page = press(owner, page, "Record this letter", answers=WRITTEN | {"written_by": "Dr Nolan"})

    case.refresh_from_db()
    rows = Clearance.objects.order_by("id").values_list("written_by", "voided_at")
    assert (case.state, list(rows)) == (Case.State.CLEARED, [("Dr Farrell", NOW), ("Dr Nolan", None)])
    second = Clearance.objects.get(voided_at=None)
    assert find_clearance(intake=second.intake, on_date=TODAY) == second


def test_a_letter_that_has_run_out_can_be_followed_by_another(owner: Browser, case: Case, time_machine: Any) -> None:
    page = press(owner, open_case(owner, case), "Record this letter", answers=WRITTEN)
    later = NOW + timedelta(days=31)
    time_machine.move_to(later, tick=False)
    owner.force_login(User.objects.get(username="olga"), backend=BACKEND)
    until = {"written_by": "Dr Nolan", "valid_until": (TODAY + timedelta(days=60)).isoformat()}

    page = press(owner, open_case(owner, case), "Record this letter", answers=WRITTEN | until)

    rows = Clearance.objects.order_by("id").values_list("written_by", "voided_at")
    assert (page.status, list(rows)) == (200, [("Dr Farrell", later), ("Dr Nolan", None)])


def test_two_letters_never_count_for_one_case(case: Case) -> None:
    """The control: what the database refuses, whoever asks."""
    by = User.objects.create(username="o")
    said: dict[str, Any] = {
        "case": case,
        "intake": case.intake,
        "written_by": "Dr Farrell",
        "written_date": TODAY,
        "limits": {},
        "valid_until": TODAY,
        "recorded_by": by,
        "recorded_at": NOW,
    }
    Clearance.objects.create(**said, voided_at=NOW)
    Clearance.objects.create(**said)

    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.create(**said)


@pytest.mark.parametrize("state", ["called", "declined", "closed", "cleared"])
def test_a_note_on_a_case_leaves_the_step_where_it_was(owner: Browser, case: Case, state: str) -> None:
    page = open_case(owner, case)
    if state == "cleared":
        page = press(owner, page, "Record this letter", answers=WRITTEN)
    else:
        page = press(owner, page, "Save", answers={"state": state})

    page = press(owner, page, "Save", answers={"note": "Rang twice"})

    case.refresh_from_db()
    last = case.events.latest("id")
    assert (page.status, case.state, last.verb, last.note) == (200, state, "note", "Rang twice")


def test_a_step_without_a_change_or_a_note_asks_for_one_of_them(owner: Browser, case: Case) -> None:
    page = press(owner, open_case(owner, case), "Save")

    assert (page.status, case.events.count()) == (422, 1)
    assert "Choose another step, or write a note." in page.html


@pytest.mark.parametrize("recorded", [False, True])
def test_no_id_stands_twice_on_the_page_of_a_case(owner: Browser, case: Case, recorded: bool) -> None:
    page = open_case(owner, case)
    if recorded:
        page = press(owner, page, "Record this letter", answers=WRITTEN)

    assert (page.doubles, page.faults) == ([], [])


def open_link(browser: Browser, clearance: Clearance) -> Page:
    page = read(browser.get(f"/book/cleared/{links.make_cleared_token(clearance)}/"))
    return press(browser, page, page.posts[0])


def test_the_link_leads_to_a_booked_visit_without_asking_again(clearance: Clearance) -> None:
    browser = Browser()
    page = open_link(browser, clearance)

    for _ in range(6):
        if page.url.startswith("/visit/"):
            break
        page = take_step(browser, page, {}) if page.url != "/book/result/" else read(browser.get("/book/when/"))

    visit = Appointment.objects.get()
    assert (visit.state, visit.intake, visit.client) == (State.BOOKED, clearance.intake, clearance.intake.client)


def test_opening_the_link_changes_nothing(clearance: Clearance) -> None:
    for _ in range(3):
        Browser().get(f"/book/cleared/{links.make_cleared_token(clearance)}/")

    assert not Draft.objects.exists()


def test_a_withdrawn_letter_or_another_token_opens_nothing(clearance: Clearance) -> None:
    token = links.make_cleared_token(clearance)
    assert Browser().get(f"/book/cleared/{token[:-1]}x/").status_code == 404

    clearances.void_clearance(clearance=clearance, by=User.objects.get(), now=NOW)

    withdrawn = read(Browser().post(f"/book/cleared/{token}/"))
    assert (withdrawn.status, withdrawn.title) == (410, "This letter is out of date – Massage clinic")
    assert "If we have sent you a newer link, open that one." in " ".join(withdrawn.html.split())
    assert not Draft.objects.exists()


def test_no_page_that_the_link_opens_shows_an_answer(clearance: Clearance) -> None:
    browser = Browser()
    open_link(browser, clearance)
    health = [f"/book/safety/{page.id}/" for page in pages()]

    seen = [read(browser.get(path, follow=True)) for path in ("/book/", "/book/result/", "/book/letter/", *health)]

    for page in seen:
        for told in ("Cancer", "cancer", "You answered"):
            assert told not in page.html, (page.url, told)
    assert {page.url for page in seen} == {"/book/", "/book/result/"}


def test_after_the_last_day_of_the_letter_the_page_says_whom_to_call(clearance: Clearance, time_machine: Any) -> None:
    path = f"/book/cleared/{links.make_cleared_token(clearance)}/"
    time_machine.move_to(NOW + timedelta(days=30), tick=False)
    assert Browser().get(path).status_code == 200
    time_machine.move_to(NOW + timedelta(days=31), tick=False)

    answers = [Browser().get(path), Browser().post(path)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert all("01 555 0142" in answer.content.decode() for answer in answers)
    assert not Draft.objects.exists()


def test_newer_answers_end_the_link(clearance: Clearance) -> None:
    make_intake(client=clearance.intake.client, now=NOW + timedelta(minutes=1))

    assert Browser().post(f"/book/cleared/{links.make_cleared_token(clearance)}/").status_code == 410


def test_all_can_be_answered_anew_from_empty_pages(clearance: Clearance) -> None:
    browser = Browser()
    open_link(browser, clearance)
    result = read(browser.get("/book/result/"))

    about = press(browser, result, next(form for form in result.posts if "answer-anew" in form.action))

    assert about.url == "/book/safety/start/"
    assert " checked" not in about.html
