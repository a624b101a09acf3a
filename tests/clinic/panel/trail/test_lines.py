"""The page on which an owner reads the trail, and the list of overrides."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Appointment, AppointmentEvent, State
from clinic.models import AuditEntry
from clinic.panel.trail.lines import LINES_A_PAGE, VERBS
from clinic.record.audit import write_entry
from tests.cast import (
    DOCTOR_FIRST,
    EMERGENCY,
    NOW,
    TODAY,
    Clinic,
    at,
    book,
    make_client,
    make_intake,
    sign_in,
)
from tests.environment import ROOT
from tests.pages import Page, plant, press, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

TRAIL = "panel:trail"


@pytest.fixture
def owner(clinic: Clinic) -> Browser:
    return sign_in("owner")


def open_page(browser: Browser, name: str, *about: Appointment) -> Page:
    return read(browser.get(reverse(f"panel:{name}", args=[visit.reference for visit in about])))


def rows_of(browser: Browser, **filters: Any) -> list[list[str]]:
    """The cells of the table, as text."""
    page = browser.get(reverse(TRAIL), filters).content.decode()
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[_text(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)] for row in rows]


def _text(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).replace("only this person", "").split("  :")[0].split())


def test_the_trail_is_newest_first_and_in_words(owner: Browser, clinic: Clinic, time_machine: Any) -> None:
    visit = book(clinic, "14:00", with_form=False)
    owner.get(reverse("panel:visit", args=[visit.reference]))
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    send(owner, open_page(owner, "cancel", visit), "Cancel this visit", {"reason": "not in the trail"})

    rows = rows_of(owner)

    assert rows == [
        [
            "Monday 23 November 2026, 08:01",
            "owner",
            "cancelled",
            f"{visit.reference} Niamh Byrne",
            "state",
        ],
        [
            "Monday 23 November 2026, 08:00",
            "owner",
            "looked at",
            "Niamh Byrne",
            "visit, contacts, restrictions, answers",
        ],
    ]


def test_lines_are_found_by_person_member_and_day(owner: Browser, clinic: Clinic) -> None:
    niamh, oran = book(clinic, "14:00", with_form=False), book(clinic, "10:00", name="Oran Walsh", with_form=False)
    reception = sign_in("reception")
    for browser, visit in ((owner, niamh), (reception, niamh), (owner, oran)):
        browser.get(reverse("panel:visit", args=[visit.reference]))
    users = dict(User.objects.values_list("username", "pk"))
    write_entry(
        by=User.objects.get(username="owner"),
        verb="move",
        object_type="visit",
        object_id=oran.reference,
        now=NOW + timedelta(days=1),
    )

    of_niamh = rows_of(owner, person=niamh.client_id)
    of_reception = rows_of(owner, member=users["reception"])
    # The readings above of this test are lines of today, too.
    of_today = [row for row in rows_of(owner, day=TODAY.isoformat()) if row[2] != "read this trail"]
    of_all_three = rows_of(owner, member=users["owner"], day=TODAY.isoformat(), person=oran.client_id)

    assert [(row[1], row[2]) for row in of_niamh] == [("reception", "looked at"), ("owner", "looked at")]
    assert [row[1] for row in of_reception] == ["reception"]
    assert [(row[1], row[2]) for row in of_today] == [
        ("owner", "looked at"),
        ("reception", "looked at"),
        ("owner", "looked at"),
    ]
    assert len(of_all_three) == 1
    assert "Oran Walsh" in of_all_three[0][3]


def test_what_somebody_did_who_has_left_is_still_found(owner: Browser, clinic: Clinic) -> None:
    gone = User.objects.create_user("gone", is_active=False)
    write_entry(by=gone, verb="cancel", object_type="visit", object_id="ABC", now=NOW)

    assert [(row[1], row[2]) for row in rows_of(owner, member=gone.pk)] == [("gone", "cancelled")]


@pytest.mark.parametrize("role", ["owner", "reception"])
def test_the_way_from_a_visit_to_who_looked_at_the_person_is_for_owners(role: str, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", with_form=False)

    page = sign_in(role).get(reverse("panel:visit", args=[visit.reference])).content.decode()

    assert (f"{reverse(TRAIL)}?person={visit.client_id}" in page) is (role == "owner")


def test_reading_the_trail_is_a_line_and_says_about_whom(owner: Browser, clinic: Clinic) -> None:
    person = make_client()

    owner.get(reverse(TRAIL))
    owner.get(reverse(TRAIL), {"person": person.pk})

    assert list(AuditEntry.objects.order_by("id").values_list("verb", "object_type", "object_id")) == [
        ("read trail", "trail", ""),
        ("read trail", "client", str(person.pk)),
    ]


def add_lines(count: int) -> None:
    for number in range(count):
        write_entry(by=None, verb="view", object_type="client", object_id=number + 1, now=NOW)


def test_pages_meet_without_a_gap_although_reading_writes_lines(owner: Browser, clinic: Clinic) -> None:
    add_lines(LINES_A_PAGE * 2)
    written = [str(pk) for pk in AuditEntry.objects.order_by("-id").values_list("object_id", flat=True)]

    address, shown = reverse(TRAIL), []
    while address:
        page = owner.get(address).context["page"]
        shown += [line.what.removeprefix("client ") for line in page.lines]
        address = page.older and reverse(TRAIL) + page.older

    assert shown == written


@pytest.mark.parametrize("count", [1, 60])
def test_statements_are_the_same_for_one_line_and_a_full_page(owner: Browser, clinic: Clinic, count: int) -> None:
    add_lines(count)
    owner.get(reverse(TRAIL))

    with CaptureQueriesContext(connection) as statements:
        owner.get(reverse(TRAIL))

    assert len(statements) == STATEMENTS


# Session, user, profile; the lines with their members, then visits, cases, clients and users in bulk; the places and
# members to choose from, the line for the reading, and what every page of the panel shows.
STATEMENTS = 9


@pytest.mark.parametrize(
    "filters", [{"person": "x"}, {"person": "0"}, {"day": "9999-12-31"}, {"member": "999999"}, {"before": "-1"}]
)
def test_a_filter_that_is_none_says_so(owner: Browser, clinic: Clinic, filters: dict[str, str]) -> None:
    page = owner.get(reverse(TRAIL), filters)

    assert (page.status_code, "That filter" in page.content.decode()) == (200, True)


def test_every_verb_that_the_code_writes_has_words() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "clinic").rglob("*.py"))
    calls = re.findall(r'verb(?:: str)? ?= ?"([a-z ]+)"', sources)

    assert {"view", "find", "give role", "cancel"} < set(calls)
    # Rows of former days have one that nothing writes any more.
    assert set(calls) | {"take role"} == set(VERBS)


def test_a_treatment_without_the_form_is_listed_with_its_reason(clinic: Clinic) -> None:
    browser = sign_in("reception")
    visit = book(clinic, "10:00", with_form=False)

    shown = open_page(browser, "visit", visit)
    refused = send(browser, shown, "Settled", {"remark": " "})
    send(browser, shown, "Settled", {"remark": "The form is at the printer."})
    send(browser, open_page(browser, "visit", visit), "Arrived")
    shown = open_page(browser, "visit", visit)
    for reason in ("", "Known for years."):
        answer = send(browser, shown, "In treatment", {"reason": reason})
    page = browser.get(reverse("panel:overrides")).context["page"]

    visit.refresh_from_db()
    assert (refused.status_code, answer.status_code, visit.state) == (422, 302, State.IN_TREATMENT)
    assert [(line.what, line.why, line.who) for line in page.lines] == [
        ("The safety check is missing", "Known for years.", "reception"),
        ("The safety check is missing", "The form is at the printer.", "reception"),
    ]


def test_a_reason_where_nothing_was_missing_is_no_override(clinic: Clinic) -> None:
    browser = sign_in("reception")
    visit = book(clinic, "10:00")
    plant(browser, open_page(browser, "visit", visit), "Arrived", {"reason": "just so", "acknowledged": "on"})
    page = open_page(browser, "visit", visit)
    plant(browser, page, "In treatment", {"reason": "just so"}, {"acknowledged": "on"})

    visit.refresh_from_db()
    assert visit.state == State.IN_TREATMENT
    assert browser.get(reverse("panel:overrides")).context["page"].lines == ()


@pytest.mark.parametrize("answers", [DOCTOR_FIRST, EMERGENCY])
@pytest.mark.parametrize("role", ["owner", "reception"])
def test_no_reason_overrides_a_physician_or_emergency_outcome(
    role: str, answers: dict[str, Any], clinic: Clinic
) -> None:
    browser = sign_in(role)
    visit = book(clinic, "10:00")
    send(browser, open_page(browser, "visit", visit), "Arrived")
    Appointment.objects.filter(pk=visit.pk).update(intake=make_intake(answers=answers, client=visit.client))
    page = open_page(browser, "visit", visit)

    answer = plant(browser, page, "In treatment", {"reason": "I take it upon me."}, {"acknowledged": "on"})

    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (422, State.ARRIVED)
    assert not AppointmentEvent.objects.filter(changes__has_key="override").exists()


@pytest.mark.parametrize("role", ["owner", "reception"])
def test_no_reason_overrides_a_double_booking(role: str, clinic: Clinic) -> None:
    browser = sign_in(role)
    first, second = book(clinic, "14:00"), book(clinic, "10:00", name="Oran")
    override = {"reason": "It will fit.", "override": "on"}
    length, ana = clinic.treatment.lengths.get(minutes=60).pk, clinic.therapists[0].pk
    there = {"start": first.starts_at.isoformat(), "therapist": ana}
    new = {"length": length, "therapist": ana, "day": TODAY.isoformat(), "time": "14:30", "name": "Una"}

    page = open_page(browser, "move", second)
    asked = press(browser, page, page.starts[0][0])
    moved = plant(browser, asked, "Move it", override, there)
    booked = plant(browser, open_page(browser, "book"), "Book this visit", override | {"tell_client": "on"}, new)

    second.refresh_from_db()
    assert (moved.status_code, booked.status_code, second.starts_at) == (422, 422, at("10:00"))
    assert Appointment.objects.count() == 2
    assert not AppointmentEvent.objects.filter(changes__has_key="override").exists()
