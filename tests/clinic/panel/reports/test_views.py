"""The page of numbers as each role gets it, and its files."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, State
from clinic.panel.reports import weekly
from services.models import Therapist
from tests.cast import NOW, Clinic, book, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_week(clinic: Clinic) -> Clinic:
    """Last Friday: two visits with the first therapist, one done and one missed; one with the second, whose name calculates."""
    Therapist.objects.filter(pk=clinic.therapists[1].pk).update(name="=1+1")
    for start, number, state in (("09:00", 0, "completed"), ("11:00", 0, "no_show"), ("13:00", 1, "completed")):
        visit = book(clinic, start, therapist=number)
        earlier = timedelta(days=3)
        Appointment.objects.filter(pk=visit.pk).update(
            state=State(state),
            starts_at=visit.starts_at - earlier,
            ends_at=visit.ends_at - earlier,
            busy_until=visit.busy_until - earlier,
            wall_time=visit.wall_time.replace("11-23", "11-20"),
            created_at=NOW - timedelta(days=9),
        )
    return clinic


def read_file(browser: Browser, key: str) -> list[list[str]]:
    answer = browser.get(f"/panel/reports/{key}.csv?first=2026-11-16&last=2026-11-22")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_the_owner_reads_everybodys_numbers_and_files_hold_no_formula(owner: Browser, a_week: Clinic) -> None:
    page = owner.get("/panel/reports/?first=2026-11-16&last=2026-11-22").content.decode()

    assert read_file(owner, "hours") == [
        ["Therapist", "16 Nov", "On shift, hours"],
        ["Therapist 1", "4", "56"],
        ["'=1+1", "2", "56"],
    ]
    assert read_file(owner, "income") == [
        ["Week of", "Booked, EUR", "Done, EUR"],
        ["16 Nov", "180.00", "120.00"],
    ]
    assert read_file(owner, "missed") == [["Week of", "No-show", "Late cancel"], ["16 Nov", "1", "0"]]
    assert read_file(owner, "lead")[3] == ["3 to 6 days", "3"]
    assert "€120" in page
    assert "33.3%" in page
    assert page.count("For fewer than five people the six weeks are over: too few to say.") == 1


def test_a_table_that_is_too_long_for_the_page_is_one_column_there_and_whole_in_its_file(
    owner: Browser, a_week: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, said = "/panel/reports/?first=2026-11-16&last=2026-11-22", "Week by week it is in the CSV."
    short = owner.get(address).content.decode()
    monkeypatch.setattr(weekly, "MOST_CELLS", 1)

    page = owner.get(address).content.decode()

    assert [one.count(said) for one in (short, page)] == [0, 2]
    assert "<td>4</td> <td>56</td>" in " ".join(page.split())
    assert read_file(owner, "hours")[:2] == [
        ["Therapist", "16 Nov", "On shift, hours"],
        ["Therapist 1", "4", "56"],
    ]


def test_therapists_read_their_own_column_and_no_money(a_week: Clinic) -> None:
    browser = sign_in("therapist", a_week)
    page = browser.get("/panel/reports/?first=2026-11-16&last=2026-11-22").content.decode()

    assert read_file(browser, "hours") == [["Therapist", "16 Nov", "On shift, hours"], ["Therapist 1", "4", "56"]]
    assert ["€" in page, "=1+1" in page, "Safety decisions" in page] == [False, False, False]
    assert [
        browser.get(f"/panel/reports/{key}.csv").status_code for key in ("income", "safety", "ends", "rooms", "people")
    ] == [
        404,
        404,
        404,
        404,
        200,
    ]


def test_one_file_has_every_table_that_its_reader_may_see(owner: Browser, a_week: Clinic) -> None:
    keys = {"hours": "Hours used, by therapist and week", "income": "Income", "people": "Who comes back to whom"}

    for browser, may_read in (
        (owner, ["hours", "income", "people"]),
        (sign_in("therapist", a_week), ["hours", "people"]),
    ):
        everything = read_file(browser, "all")
        tables = {}
        for key, title in keys.items():
            at = everything.index([title]) + 2 if [title] in everything else len(everything)
            end = everything.index([], at) if [] in everything[at:] else len(everything)
            tables[key] = everything[at:end]

        assert {key: rows for key, rows in tables.items() if rows} == {key: read_file(browser, key) for key in may_read}
        assert any("€" in cell for row in everything for cell in row) == ("income" in may_read)


@pytest.mark.parametrize(
    "query", ["period=nonsense", "first=2026-13-01&last=x", "first=1000-01-01&last=1000-01-02", "location=9x"]
)
def test_what_is_no_choice_is_taken_for_none(owner: Browser, a_week: Clinic, query: str) -> None:
    page = owner.get(f"/panel/reports/?{query}").content.decode()

    assert "5 Oct to 23 Nov 2026" in page


def test_a_year_of_many_visits_takes_as_many_statements_as_a_day(owner: Browser, a_week: Clinic) -> None:

    counts = []
    for query in ("first=2001-01-01&last=2001-01-01", "first=2026-01-01&last=2026-12-31"):
        owner.get(f"/panel/reports/?{query}")
        with CaptureQueriesContext(connection) as seen:
            owner.get(f"/panel/reports/?{query}")
        counts.append(len(seen))

    with CaptureQueriesContext(connection) as seen:
        owner.get("/panel/reports/people.csv")

    assert counts[0] == counts[1] <= 24
    assert len(seen) < 10  # one report alone
