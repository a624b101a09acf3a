"""Every address of the panel, for every role, method, and whose the object is, against one expected table."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import URLPattern, reverse

from booking.models import Appointment, Case, State
from booking.rules.conditions import CORRECTED_ANSWERS, KINDS, NOTE_TO_READ
from clinic.panel import urls
from clinic.panel.door import rights as access
from clinic.panel.door.rights import TABLE, Member, Reach, Right, may, settling_right
from tests.cast import NOW, Clinic, book, browser_of, make_client, make_intake, make_member, sign_in
from tests.clinic.panel.ways_in import WAYS_IN
from tests.environment import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]

DOCS = ROOT / "docs"
RIGHTS = ROOT / "clinic" / "panel" / "door" / "rights.py"
ROLES = ("owner", "reception", "therapist")
OF_A_VISIT_ASKING = {"send_form", "choose_again", "read_out", "read_out_result"}
OF_A_MOVE = {"move", "move_targets", "undo_move", "change_treatment", "undo_treatment", "book_again"}
ABOUT_A_VISIT = {
    "revoke_links",
    "visit",
    "step",
    "cancel",
    "undo",
    "keep_time",
    "settle",
    "ask_again",
    "note",
    "add_to_note",
}
ABOUT_A_VISIT |= OF_A_VISIT_ASKING | OF_A_MOVE
# What each role may open at all; the rest of the list is what the role may not.
EXPECTED: dict[str, set[str]] = {
    "board": {"owner", "reception", "therapist"},
    "board_csv": {"owner", "reception", "therapist"},
    "month": {"owner", "reception", "therapist"},
    "book": {"owner", "reception"},
    "people": {"owner", "reception", "therapist"},
    "find_time": {"owner", "reception"},
    "block": {"owner", "reception", "therapist"},
    "remove_block": {"owner", "reception", "therapist"},
    "visit": {"owner", "reception", "therapist"},
    "step": {"owner", "reception", "therapist"},
    "move": {"owner", "reception"},
    "move_targets": {"owner", "reception"},
    "undo_move": {"owner", "reception"},
    "change_treatment": {"owner", "reception"},
    "undo_treatment": {"owner", "reception"},
    "book_again": {"owner", "reception", "therapist"},
    "cancel": {"owner", "reception"},
    "undo": {"owner", "reception"},
    "keep_time": {"owner", "reception"},
    "settle": {"owner", "reception", "therapist"},
    "ask_again": {"owner", "reception", "therapist"},
    "note": {"owner", "therapist"},
    "add_to_note": {"owner", "therapist"},
    "send_form": {"owner", "reception"},
    "choose_again": {"owner", "reception"},
    "revoke_links": {"owner", "reception"},
    "read_out": {"owner", "reception", "therapist"},
    "read_out_result": {"owner", "reception", "therapist"},
    "to_do": {"owner", "reception", "therapist"},
    "take_up": {"owner", "reception", "therapist"},
    "give_back": {"owner", "reception", "therapist"},
    "my_mails": {"owner", "reception", "therapist"},
    "cases": {"owner", "reception"},
    "case": {"owner", "reception"},
    "clear": {"owner"},
    "void_letter": {"owner"},
    "person": {"owner", "reception", "therapist"},
    "person_edit": {"owner", "reception"},
    "person_birth_date": {"owner", "reception"},
    "person_line": {"owner", "reception", "therapist"},
    "person_strike": {"owner", "reception", "therapist"},
    "person_household": {"owner", "reception"},
    "person_leave": {"owner", "reception"},
    "person_same": {"owner", "reception"},
    "person_merge": {"owner", "reception"},
    "person_unmerge": {"owner", "reception"},
    "person_apart": {"owner", "reception"},
    "person_notes": {"owner", "therapist"},
    "person_notes_file": {"owner", "therapist"},
    "person_grant": {"owner"},
    "person_grant_end": {"owner"},
    "person_data": {"owner"},
    "person_copy": {"owner"},
    "person_erase": {"owner"},
    "set_up_rooms": {"owner"},
    "set_up_room": {"owner"},
    "set_up_move_room": {"owner"},
    "set_up_people": {"owner"},
    "set_up_new_person": {"owner"},
    "set_up_person": {"owner"},
    "set_up_profile": {"owner"},
    "set_up_leave": {"owner"},
    "set_up_return": {"owner"},
    "time_off": {"owner", "reception"},
    "remove_time_off": {"owner", "reception"},
    "ask_stranded": {"owner", "reception"},
    "close_holidays": {"owner", "reception"},
    "messages": {"owner", "reception"},
    "send_again": {"owner", "reception"},
    "leave_unsent": {"owner", "reception"},
    "release_messages": {"owner"},
    "signature": {"owner"},
    "spasms_signature": {"owner"},
    "rulebook": {"owner", "reception", "therapist"},
    "set_up_phrases": {"owner"},
    "set_up_carry": {"owner"},
    "set_up_carry_visits": {"owner"},
    "set_up_bring": {"owner"},
    "set_up_take": {"owner"},
    "set_up_take_back": {"owner"},
    "emergency_number": {"owner"},
    "confirm_step": {"owner"},
    "go_live": {"owner"},
    "see_open": {"owner"},
    "stop_booking": {"owner"},
    "set_up_place": {"owner"},
    "set_up_new_place": {"owner"},
    "set_up_one_place": {"owner"},
    "close_place": {"owner"},
    "reopen_place": {"owner"},
    "set_up_mail": {"owner"},
    "set_up_policy": {"owner"},
    "set_up_website": {"owner"},
    "set_up_prices": {"owner"},
    "set_up_treatment": {"owner"},
    "set_up_new_treatment": {"owner"},
    "set_up_reminders": {"owner"},
    "keeping": {"owner"},
    "set_up_staff": {"owner"},
    "staff_invite": {"owner"},
    "staff_account": {"owner"},
    "staff_password": {"owner"},
    "staff_factor": {"owner"},
    "staff_disable": {"owner"},
    "staff_enable": {"owner"},
    "staff_invite_again": {"owner"},
    "staff_withdraw": {"owner"},
    "reports": {"owner", "therapist"},
    "report_csv": {"owner", "therapist"},
    "set_up": {"owner", "reception"},
    "overrides": {"owner", "reception"},
    "trail": {"owner"},
}
FOR_RECEPTION = (State.REQUESTED, State.CANCELLING)
EACH_TIME = {
    "owner": {State.BOOKED, State.ARRIVED, State.CANCELLED, State.EXPIRED},
    "therapist": {State.REQUESTED, State.CANCELLING},
    "reception": {State.REQUESTED, State.CANCELLING},
}
# No object, and nothing that must be filled in: to send it empty is to untick all, to press the one button, or to go on.
NOTHING_ASKED = {"my_mails", "see_open", "set_up_mail", "stop_booking"}
# Whoever comes too late is told that it was used or withdrawn: the row is gone then.
ENDS_BY_ITSELF = {"staff_invite_again", "staff_withdraw"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
NAMES = [str(pattern.name) for pattern in urls.urlpatterns]
PAGES = sorted(EXPECTED)


def address(name: str, *, reference: str = "NOTHERE", number: int = 999_999) -> str:
    pattern = next(pattern for pattern in urls.urlpatterns if pattern.name == name)
    wanted = {
        "reference": reference,
        "case_id": number,
        "time_off_id": number,
        "message_id": number,
        "public_id": "not-there",
        "kind": "not-there",
        "row_id": number,
        "other": "not-there",
        "line_id": number,
        "key": "not-there",
        "grant_id": number,
        "location_id": number,
        "step": "not-there",
        "invitation_id": number,
        "user_id": number,
        "token": "not-there",
        "room_id": number,
        "treatment_id": number,
        "therapist_id": number,
        "direction": "up",
    }
    return reverse(f"panel:{name}", kwargs={key: wanted[key] for key in pattern.pattern.converters})


def names_an_object(name: str) -> bool:
    return bool(next(pattern for pattern in urls.urlpatterns if pattern.name == name).pattern.converters)


def page_of(name: str) -> Callable[..., Any]:
    pattern = next(pattern for pattern in urls.urlpatterns if pattern.name == name)
    assert isinstance(pattern, URLPattern)
    return pattern.callback


def test_the_page_in_docs_is_the_table() -> None:
    assert (DOCS / "roles.md").read_text(encoding="utf-8") == access.as_markdown()


def find_gaps(rights: Iterable[Right], table: Mapping[Right, Mapping[str, Reach]], used: str) -> list[str]:
    """What is missing of a right, in words. `used` is the source in which a right has to be asked for."""
    gaps = []
    for right in rights:
        gaps += [f"{right.name}: no reach for {role}" for role in ROLES if role not in table.get(right, {})]
        if f"Right.{right.name}" not in used and f"rights.{right.name.lower()}" not in used:
            gaps.append(f"{right.name}: no page asks for it")
    return gaps


def source_of_the_panel() -> str:
    files = [*(ROOT / "clinic").rglob("*.py"), *(ROOT / "templates" / "panel").rglob("*.html")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file != RIGHTS)


def test_every_right_is_complete() -> None:
    assert find_gaps(Right, TABLE, source_of_the_panel()) == []


def test_a_right_that_was_added_by_half_is_named() -> None:
    half = {Right.SEE_BOARD: TABLE[Right.SEE_BOARD], Right.SET_UP: {"owner": Reach.ALL, "reception": Reach.NONE}}

    assert find_gaps([Right.SEE_BOARD, Right.SEE_TRAIL, Right.SET_UP], half, "@staff_page(Right.SEE_BOARD)") == [
        "SEE_TRAIL: no reach for owner",
        "SEE_TRAIL: no reach for reception",
        "SEE_TRAIL: no reach for therapist",
        "SEE_TRAIL: no page asks for it",
        "SET_UP: no reach for therapist",
        "SET_UP: no page asks for it",
    ]


def test_every_page_goes_through_the_door() -> None:
    """Only the ways in may do without `staff_page`, which asks who it is and whether they may."""
    assert [name for name in NAMES if name not in WAYS_IN and not hasattr(page_of(name), "right")] == []


def test_every_address_has_a_row_and_every_page_names_its_right() -> None:
    assert set(NAMES) - WAYS_IN - set(EXPECTED) == set(), "an address that no row of EXPECTED says who may open"
    assert set(EXPECTED) - set(NAMES) == set(), "a row without an address"
    for name, roles in EXPECTED.items():
        right = page_of(name).right  # type: ignore[attr-defined]
        assert {role for role in ROLES if TABLE[right][role] is not Reach.NONE} == roles, name


def test_a_stranger_is_sent_to_sign_in(clinic: Clinic) -> None:
    make_member("owner")
    sent = {}
    for name in PAGES:
        answers = [getattr(Browser(), method)(address(name)) for method in ("get", "post")]
        sent[name] = [(one.status_code, one.get("Location", "").partition("?")[0]) for one in answers]

    assert sent == dict.fromkeys(PAGES, [(302, reverse("panel:sign_in"))] * 2)


def test_somebody_without_a_part_in_the_clinic_is_refused(clinic: Clinic) -> None:
    browser = browser_of(User.objects.create_user("nobody"))

    answers = {
        name: {getattr(browser, method)(address(name)).status_code for method in ("get", "post")} for name in PAGES
    }
    assert answers == {name: {403} for name in PAGES}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(role: str, clinic: Clinic) -> None:
    """An object that is not there tells the right from the wrong role: 403 comes before anything is looked up."""
    browser = sign_in(role, clinic)

    wrong = {}
    for name in PAGES:
        # All that a role may not open is refused in the same place, whatever the method.
        for method in METHODS if role in EXPECTED[name] else ("GET", "POST"):
            status = browser.generic(method, address(name)).status_code
            if status not in expected_statuses(name, role, method):
                wrong[name, method] = status

    assert wrong == {}


def expected_statuses(name: str, role: str, method: str) -> set[int]:
    if role not in EXPECTED[name]:
        return {403}
    is_taken = ("GET" if method == "HEAD" else method) in page_of(name).methods  # type: ignore[attr-defined]
    if not is_taken:
        return {405}
    if names_an_object(name):
        return {409} if name in ENDS_BY_ITSELF else {404}
    return {200, 302} if name in NOTHING_ASKED else {200, 404, 409, 422}


def test_another_site_can_not_press_a_button(clinic: Clinic) -> None:
    signed_in = sign_in("owner", clinic)
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = signed_in.cookies
    names = [name for name in PAGES if "POST" in getattr(page_of(name), "methods", ())]

    found = {
        name: (
            signed_in.post(address(name)).status_code != 403,
            browser.post(address(name), headers={"Origin": "https://evil.example"}).status_code,
            browser.post(address(name)).status_code,
        )
        for name in names
    }

    assert found == dict.fromkeys(names, (True, 403, 403))


@pytest.mark.parametrize("name", sorted(ABOUT_A_VISIT))
@pytest.mark.once
def test_a_foreign_visit_looks_like_one_that_is_not_there(name: str, clinic: Clinic) -> None:
    browser = sign_in("therapist", clinic)
    foreign = book(clinic, "14:00", therapist=1)
    method = page_of(name).methods[0]  # type: ignore[attr-defined]

    answers = [
        browser.generic(method, address(name, reference=reference)) for reference in (foreign.reference, "NOTHERE")
    ]

    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code == (404 if "therapist" in EXPECTED[name] else 403)
    assert foreign.reference.encode() not in answers[0].content.replace(answers[0].request["PATH_INFO"].encode(), b"")


def test_a_therapist_opens_an_own_visit_and_sees_own_columns_only(clinic: Clinic) -> None:
    browser = sign_in("therapist", clinic)
    own, foreign = book(clinic, "14:00", therapist=0), book(clinic, "14:00", therapist=1)

    assert browser.get(address("visit", reference=own.reference)).status_code == 200
    page = browser.get(reverse("panel:board"), {"date": "2026-11-23"}).content.decode()
    assert own.reference in page
    assert foreign.reference not in page


@pytest.mark.parametrize(
    ("role", "sees"),
    [("owner", {"contacts", "answers"}), ("reception", {"contacts"}), ("therapist", {"answers"})],
)
def test_contacts_and_answers_are_shown_to_who_may_see_them(role: str, sees: set[str], clinic: Clinic) -> None:
    browser = sign_in(role, clinic)
    visit = book(clinic, "14:00", therapist=0)
    Appointment.objects.filter(pk=visit.pk).update(
        booker_phone="CONTACTMARK", intake=make_intake(answers={"other_concern": "ANSWERMARK"})
    )

    page = browser.get(address("visit", reference=visit.reference)).content.decode()

    assert {word for word, mark in (("contacts", "CONTACTMARK"), ("answers", "ANSWERMARK")) if mark in page} == sees


def test_cases_show_no_answers(clinic: Clinic) -> None:
    browser = sign_in("reception", clinic)
    answers = {"signs_now": ["unexplained_weight_loss"], "other_concern": "ANSWERMARK"}
    make_intake(answers=answers, client=make_client())
    case = Case.objects.get()

    for name in ("cases", "case"):
        page = browser.get(address(name, number=case.pk)).content.decode()
        assert "Niamh" in page
        assert "ANSWERMARK" not in page
        assert "weight" not in page.lower()


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("role", ROLES)
def test_a_right_over_a_visit_is_the_table(role: str, right: Right) -> None:
    member = Member(user_id=1, role=role, therapist_id=5)
    own, foreign = Appointment(therapist_id=5), Appointment(therapist_id=6)

    reach = TABLE[right][role]

    assert may(member, right) is (reach not in (Reach.NONE, Reach.IF_SET))
    assert may(member, right, visit=own) is (reach not in (Reach.NONE, Reach.IF_SET))
    assert may(member, right, visit=foreign) is (reach is Reach.ALL)


def test_which_right_settles_which_condition() -> None:
    """Whoever adds a condition says here who may settle it."""
    by_reading = {NOTE_TO_READ: Right.READ_CONCERNS, CORRECTED_ANSWERS: Right.SEE_ANSWERS}

    assert {kind: settling_right(kind) for kind in KINDS} == {
        "doctor_note": Right.CHANGE_VISIT,
        "guardian_present": Right.CHANGE_VISIT,
        "guardian_consent": Right.CHANGE_VISIT,
        "staff_call": Right.CHANGE_VISIT,
        "postpone_48h_after_fever": Right.CHANGE_VISIT,
        "postpone_until_not_contagious": Right.CHANGE_VISIT,
        "form_missing": Right.CHANGE_VISIT,
        **by_reading,
    }


def test_what_the_table_leaves_to_the_clinic_is_had_once_the_clinic_says_so() -> None:
    right = Right.READ_CONCERNS
    told = Member(user_id=1, role="reception", therapist_id=None, granted=frozenset({right}))

    assert may(told, right, visit=Appointment(therapist_id=5)) is True


def test_a_therapist_without_a_therapist_sees_nothing() -> None:
    member = Member(user_id=1, role="therapist", therapist_id=None)

    assert may(member, Right.SEE_VISIT, visit=Appointment(therapist_id=5)) is False


def test_a_disabled_account_is_out_at_once(clinic: Clinic) -> None:
    browser = sign_in("owner", clinic)
    assert browser.get(reverse("panel:board")).status_code == 200

    User.objects.update(is_active=False)

    assert browser.get(reverse("panel:board")).status_code == 302


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "abc", "٢٠٢٦-١١-٢٣"])
@pytest.mark.once
def test_an_impossible_day_is_today(day: str, clinic: Clinic) -> None:
    browser = sign_in("owner", clinic)

    page = browser.get(reverse("panel:board"), {"date": day})

    assert (page.status_code, "Monday 23 November" in page.content.decode()) == (200, True)


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "abc", ""])
@pytest.mark.once
def test_an_impossible_start_is_refused_in_words(start: str, clinic: Clinic) -> None:
    browser = sign_in("owner", clinic)
    visit = book(clinic, "14:00", therapist=0)

    moved = browser.post(address("move", reference=visit.reference), {"start": start, "therapist": visit.therapist_id})
    opened = browser.get(reverse("panel:book"), {"start": start})

    assert (moved.status_code, opened.status_code) == (422, 200)


@pytest.mark.parametrize("target", ["cancelling", "held", "expired", "nothing", ""])
def test_a_step_that_is_none_changes_nothing(target: str, clinic: Clinic) -> None:
    browser = sign_in("owner", clinic)
    visit = book(clinic, "14:00", therapist=0)

    answer = browser.post(address("step", reference=visit.reference), {"target": target}, follow=True)

    visit.refresh_from_db()
    assert visit.state == "booked"
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize(
    ("role", "state"),
    [
        # A therapist is stopped by the right in two of them; for the rest all roles, and most states, are alike.
        pytest.param(role, state, marks=[] if state in EACH_TIME[role] else [pytest.mark.prove])
        for role in ("owner", "therapist", "reception")
        for state in State
    ],
)
def test_no_step_on_a_page_that_is_older_than_the_visit_ends_in_an_error(
    role: str, state: State, clinic: Clinic
) -> None:
    browser = sign_in(role, clinic)
    visit = book(clinic, "14:00", therapist=0)
    visit.state, visit.deadline_at, visit.cancelled_from = state, NOW + timedelta(minutes=5), State.BOOKED
    is_for_reception = role == "therapist" and state in FOR_RECEPTION

    for target in State:
        visit.save()
        status = browser.post(address("step", reference=visit.reference), {"target": target}).status_code

        assert status in ({409, 422} if is_for_reception else {302, 409, 422}), target
        if is_for_reception:
            assert Appointment.objects.get().state == state
