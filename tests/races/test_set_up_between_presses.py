"""The set-up changes in another process between any two presses of a page: who goes on is refused politely, or is right.

Somebody books on the website, moves by the link of a mail, moves from a list, drags on the board, or books at the desk.
After each press whatever the visit needs is taken away; the presses that are left are tried all the same.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Appointment, Claim, FormerPlace, Origin, SlotHold, Spent, State
from booking.scheduling.states import MOVABLE
from booking.scheduling.stranding import open_row
from services import facts
from services.facts import current
from services.models import ClinicPolicy, TreatmentLength
from tests.booking.web.visitors import path_of
from tests.cast import EMAIL, NOW, RELAXING, TODAY, Clinic, at, book, browser_of, make_clinic, make_member
from tests.journeys.walker import MOST_PAGES, take_step, wish
from tests.pages import Page, press, read
from tests.processes import Crew
from tests.races.test_stale_facts import CHANGES, as_it_was, change

BEFORE_THURSDAY_NOTHING = {"notice_minutes": 3 * 24 * 60, "horizon_days": 60}
THURSDAY = TODAY + timedelta(days=3)
LENGTH = "UPDATE services_treatmentlength SET is_active = false"
NOTICE = "UPDATE services_clinicpolicy SET notice_minutes = 14400"
HORIZON = "UPDATE services_clinicpolicy SET horizon_days = 1"
TAKEN_AWAY = CHANGES | {"length": LENGTH, "notice": NOTICE, "horizon": HORIZON}
# A visit that is booked keeps its treatment and length; notice and horizon bind clients.
OF_A_MOVE = {"treatment", "length"}
OF_STAFF = {"notice", "horizon"}

Pages = Iterator[Page]


@pytest.fixture
def clinic_of_one(transactional_db: Any, time_machine: Any) -> Clinic:
    """Nothing can be booked before Thursday."""
    time_machine.move_to(NOW, tick=False)
    clinic = make_clinic()
    ClinicPolicy.objects.update_or_create(pk=1, defaults=BEFORE_THURSDAY_NOTHING)
    return clinic


def book_on_the_website(clinic: Clinic) -> Pages:
    browser = Browser()
    page = wish(browser)
    for _ in range(MOST_PAGES):
        yield page
        if page.url.startswith("/visit/"):
            return
        page = take_step(browser, page, RELAXING)


def move_by_link(clinic: Clinic) -> Pages:
    visit, browser = book(clinic, days=4, email=EMAIL), Browser()
    yield read(browser.get(path_of(visit)))
    page = read(browser.get(path_of(visit, "move/")))
    yield page
    form, button = page.starts[0]
    page = press(browser, page, form, button=button)
    yield page
    yield press(browser, page, "Move to")


def move_from_the_list(clinic: Clinic) -> Pages:
    visit, desk = book(clinic, days=3, email=EMAIL), staff()
    page = read(desk.get(reverse("panel:move", args=[visit.reference]), {"from": THURSDAY.isoformat()}))
    yield page
    form, button = page.starts[0]
    page = press(desk, page, form, button=button)
    yield page
    yield press(desk, page, "Move without an email")


def drag(clinic: Clinic) -> Pages:
    visit, desk = book(clinic, days=3, email=EMAIL), staff()
    yield read(desk.get(reverse("panel:board"), {"date": THURSDAY.isoformat()}))
    targets = reverse("panel:move_targets", args=[visit.reference])
    found = desk.get(targets, {"day": THURSDAY.isoformat()}).json()["targets"]
    yield read(desk.get(reverse("panel:visit", args=[visit.reference])))
    to = {"start": found[0]["start"], "therapist": found[0]["therapist"], "back": "board"}
    address = reverse("panel:move", args=[visit.reference])
    page = read(desk.get(address, to, headers={"HX-Request": "true"}))
    yield page
    yield press(desk, page, "Move, and email the client")


def book_at_the_desk(clinic: Clinic) -> Pages:
    desk = staff()
    page = read(desk.get(reverse("panel:book")))
    yield page
    length = TreatmentLength.objects.get(treatment=clinic.treatment).pk
    typed = {"length": length, "day": THURSDAY.isoformat(), "time": "10:00", "name": "Niamh Byrne", "send_form": ""}
    yield press(desk, page, "Book this visit", answers=typed)


WAYS: dict[str, tuple[Callable[[Clinic], Pages], set[str]]] = {
    "book on the website": (book_on_the_website, set()),
    "move by link": (move_by_link, OF_A_MOVE),
    "move from the list": (move_from_the_list, OF_A_MOVE | OF_STAFF),
    "drag": (drag, OF_A_MOVE | OF_STAFF),
    "book at the desk": (book_at_the_desk, OF_STAFF),
}


@contextmanager
def nobody_booked() -> Iterator[None]:
    """Afterwards nothing of a visit is in the way, nobody has done anything too often, and the set-up is as it was."""
    with as_it_was():
        yield
        Appointment.objects.filter(state=State.HELD).update(state=State.EXPIRED, deadline_at=None)
        Appointment.objects.filter(state__in=MOVABLE).update(state=State.CANCELLED, deadline_at=None)
        for model in (Claim, FormerPlace, SlotHold, Origin, Spent):
            model._default_manager.all().delete()
        TreatmentLength.objects.update(is_active=True)
        ClinicPolicy.objects.update(**BEFORE_THURSDAY_NOTHING)


def staff() -> Browser:
    return browser_of(User.objects.filter(username="reception").first() or make_member("reception"))


def booked() -> set[tuple[int, datetime, int]]:
    return set(Appointment.objects.filter(state__in=MOVABLE).values_list("pk", "starts_at", "therapist_id"))


def is_wrong(page: Page) -> bool:
    """A fault of ours, or a page that says nothing. A refusal has words, and a way on."""
    is_whole = "<html" in page.html
    return page.status >= 500 or (is_whole and not (page.title.strip() and page.main and (page.links or page.forms)))


def press_all(pages: Pages, *, until: int, then: Callable[[], object]) -> tuple[int, set[Any], list[str]]:
    """Every press that can be made, with `then` after the first `until`. How many, what was booked since, what is wrong."""
    count, before, wrong = 0, booked(), list[str]()
    try:
        for page in pages:
            count += 1
            wrong += [f"{page.status} {page.address}"] if is_wrong(page) else []
            if count == until:
                then()
                before = booked()
    except (AssertionError, IndexError, KeyError, RuntimeError, ValueError):
        assert count >= until  # what the page does not offer any more can't be pressed
    return count, booked() - before, wrong


def rests_on_what_is_gone(what: str, starts_at: datetime) -> bool:
    bounds = {"notice": starts_at < NOW + timedelta(days=10), "horizon": starts_at > NOW + timedelta(days=1)}
    return bounds.get(what, True)


@pytest.mark.parametrize("name", WAYS)
def test_whoever_goes_on_is_refused_politely_or_right(name: str, crew: Crew, clinic_of_one: Clinic) -> None:
    walk_with_changes(name, crew, clinic_of_one, gaps=1)


@pytest.mark.prove
@pytest.mark.parametrize("name", WAYS)
def test_whoever_goes_on_after_any_press_is_refused_politely_or_right(
    name: str, crew: Crew, clinic_of_one: Clinic
) -> None:
    walk_with_changes(name, crew, clinic_of_one, gaps=MOST_PAGES)


def walk_with_changes(name: str, crew: Crew, clinic: Clinic, *, gaps: int) -> None:
    """Each change in each of the last `gaps` between two presses; with one gap a third of the changes, for each way others."""
    way, allowed = WAYS[name]
    first = list(WAYS).index(name)
    tried = {what for number, what in enumerate(TAKEN_AWAY) if gaps > 1 or (number + first) % 3 == 0}
    with nobody_booked():
        presses, made, wrong = press_all(way(clinic), until=1, then=lambda: None)
    assert (made != set(), wrong, presses > 1) == (True, [], True)
    bad: dict[tuple[str, int], Any] = {}
    went_through = set[str]()

    for what, statement in TAKEN_AWAY.items():
        if what not in tried:
            continue
        take_away = functools.partial(crew.run, change, [{"statement": statement}])
        for number in range(max(1, presses - gaps), presses):
            with nobody_booked():
                _count, made, wrong = press_all(way(clinic), until=number, then=take_away)
            gone = [one for one in made if what not in allowed and rests_on_what_is_gone(what, one[1])]
            if gone or wrong:
                bad[what, number] = (gone, wrong)
            went_through |= {what} if made else set()

    assert bad == {}
    assert went_through >= allowed & tried


def test_with_a_stamp_that_stands_still_somebody_would_get_what_is_gone(
    crew: Crew, clinic_of_one: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    stale = current().stamp
    monkeypatch.setattr(facts, "read_stamp", lambda: stale)

    _count, made, wrong = press_all(
        move_from_the_list(clinic_of_one), until=2, then=lambda: crew.run(change, [{"statement": CHANGES["hours"]}])
    )

    assert (len(made), wrong) == (1, [])


def test_undoing_a_move_says_where_the_former_place_lacks_something_now(crew: Crew, clinic_of_one: Clinic) -> None:
    """The former place is still the visit's, so it is given back in any case; and it is on the list of those to ask."""
    found = {}
    for what, statement in CHANGES.items():
        with nobody_booked():
            *_presses, page = move_from_the_list(clinic_of_one)
            visit = Appointment.objects.get(state=State.BOOKED)
            crew.run(change, [{"statement": statement}])

            back = press(staff(), page, "Undo the move")

            visit.refresh_from_db()
            found[what] = (back.status, visit.starts_at, open_row(visit) is not None)

    was = at("14:30", day=THURSDAY)
    assert found == dict.fromkeys(CHANGES, (200, was, True))
