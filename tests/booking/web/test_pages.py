"""What holds for every public page. The addresses come from the list itself, so a new one can't be forgotten."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking import links
from booking.models import Appointment, State
from booking.rules.pages import pages
from booking.web import urls
from tests.booking.web.visitors import at_check, at_result, make_visit, path_of, sit_down
from tests.cast import NOW, RELAXING, Clinic, at, make_draft

pytestmark = pytest.mark.django_db

POST_ONLY = {
    "advice",
    "answer_anew",
    "begin_again",
    "call_me",
    "clear",
    "keep",
    "keep_longer",
    "visit_again",
    "visit_health_form",
    "visit_undo",
    "visit_undo_booking",
    "visit_undo_move",
    "wish_for",
}
READ_ONLY = {
    "accessibility",
    "one_treatment",
    "outcome",
    "privacy",
    "colour",
    "find_us",
    "picture",
    "safety",
    "spasms",
    "terms",
    "therapist",
    "therapists",
    "start",
    "visit",
    "visit_calendar",
}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)", re.IGNORECASE)
NEEDS_A_DRAFT = {
    "answer_anew",
    "call_me",
    "keep",
    "keep_longer",
    "letter",
    "outcome",
    "safety",
    "safety_page",
    "when",
}


def address_of(name: str, *, visit: Appointment | None = None) -> str:
    if name == "safety_page":
        return reverse("booking:safety_page", args=["urgent"])
    if name == "picture":
        return reverse("booking:picture", args=["0" * 64])
    if name == "colour":
        return reverse("booking:colour", args=["1c456b"])
    if name == "therapist":
        return reverse("booking:therapist", args=[1])
    if name == "one_treatment":
        return reverse("booking:one_treatment", args=["swedish"])
    if name == "reminders":
        token = links.make_token(visit, purpose=links.REMINDERS) if visit else "nonsense"
        return reverse("booking:reminders", args=[token])
    if name == "cleared":
        return reverse("booking:cleared", args=["nonsense"])
    if name.startswith("visit"):
        return reverse(f"booking:{name}", args=[links.make_token(visit) if visit else "nonsense"])
    return reverse(f"booking:{name}")


NAMES = sorted(str(pattern.name) for pattern in urls.urlpatterns)


def pages_with_visitors(clinic: Clinic) -> Iterator[tuple[str, Browser]]:
    """Every page that can be opened, each with somebody who may."""
    anybody = Browser()
    for name in ("start", "move_or_cancel", "spasms", "therapists", "find_us", "privacy", "accessibility"):
        yield address_of(name), anybody
    for name in ("treatment", "one_treatment"):
        yield address_of(name), anybody
    drafted = sit_down(make_draft(clinic=clinic))
    for page in pages():
        if set(page.keys) & set(RELAXING):
            yield reverse("booking:safety_page", args=[page.id]), drafted
    for answers in ({}, {"medications": ["anticoagulants"]}, {"signs_now": ["dark_urine"]}):
        yield address_of("outcome"), at_result(clinic, **answers)[0]
    yield address_of("outcome"), at_result(clinic, emergency_symptoms=["breathless_or_blood"])[0]
    yield address_of("when"), drafted
    buyer = at_check(clinic)[0]
    yield address_of("when"), buyer
    yield address_of("details"), buyer
    yield address_of("details"), buyer
    visit = make_visit(clinic, starts_at=at("09:00", day=NOW.date().replace(day=25)))
    for name in ("visit", "visit_move", "visit_cancel", "visit_confirm", "visit_your_data", "reminders"):
        yield address_of(name, visit=visit), anybody
    cancelled = make_visit(clinic, starts_at=at("11:00", day=NOW.date().replace(day=25)), state=State.CANCELLING)
    yield path_of(cancelled), anybody
    yield "/visit/nonsense/", anybody
    yield "/no/such/page", anybody


def test_every_page_is_one_document_in_our_own_words(clinic: Clinic) -> None:
    titles: dict[str, str] = {}
    for path, browser in pages_with_visitors(clinic):
        answer = browser.get(path)
        html = answer.content.decode()
        where = f"{path} ({answer.status_code})"
        assert answer.status_code in (200, 404), where
        assert len(re.findall(r"<h1[ >]", html)) == 1, where
        assert '<html lang="en-gb">' in html, where
        assert html.count("<main ") == 1, where
        assert 'class="skip-link" href="#main"' in html, where
        assert " style=" not in html, where
        assert "<script>" not in html, where
        assert "onclick" not in html, where
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, where
        assert "unsafe" not in policy, where
        title = re.sub(r"\s+", " ", html[html.index("<title>") + 7 : html.index("</title>")]).strip()
        titles.setdefault(title, path)
        assert titles[title].split("/")[1:3] == path.split("/")[1:3], (title, titles[title], path)
    assert len(titles) > 20


def test_reading_any_page_writes_nothing(clinic: Clinic) -> None:
    for path, browser in list(pages_with_visitors(clinic)):
        with CaptureQueriesContext(connection) as statements:
            for _time in range(3):
                browser.get(path)

        assert [one["sql"] for one in statements if WRITES.match(one["sql"])] == [], path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.once
def test_a_wrong_method_is_refused(clinic: Clinic, name: str) -> None:
    visit = make_visit(clinic)
    browser = Browser()

    assert browser.put(address_of(name, visit=visit)).status_code == 405
    if name in POST_ONLY:
        typed = browser.get(address_of(name, visit=visit))
        assert (typed.status_code, typed["Allow"]) == (405, "POST")
        assert "Please go back, and press the button there." in typed.content.decode()
    if name in READ_ONLY:
        assert browser.post(address_of(name, visit=visit)).status_code == 405


@pytest.mark.parametrize("name", sorted(NEEDS_A_DRAFT))
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.once
def test_without_a_journey_a_step_leads_to_its_beginning(clinic: Clinic, name: str, method: str) -> None:
    if (method == "get" and name in POST_ONLY) or (method == "post" and name in READ_ONLY):
        method = "post" if name in POST_ONLY else "get"

    answer = getattr(Browser(), method)(address_of(name), follow=True)

    assert answer.redirect_chain == [("/book/", 302)]
    assert "We have no answers from this device. Please begin with the treatment." in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("visit") or name == "reminders"])
@pytest.mark.parametrize("token", ["nonsense", "..%2F", "x" * 5000, "a" * 22 + ".1." + "b" * 22])
@pytest.mark.once
def test_a_link_that_we_did_not_make_leads_to_a_page_that_says_so(clinic: Clinic, name: str, token: str) -> None:
    method = "post" if name in POST_ONLY else "get"
    path = address_of(name).replace("nonsense", token)

    answer = getattr(Browser(), method)(path)

    assert answer.status_code == 404
    if "%2F" not in token:
        assert "This link does not work" in answer.content.decode()
        assert "01 555 0142" in answer.content.decode()


def test_a_link_for_one_purpose_does_not_open_another(clinic: Clinic) -> None:
    visit = make_visit(clinic)
    for_reminders = links.make_token(visit, purpose=links.REMINDERS)

    assert Browser().get(f"/visit/{for_reminders}/").status_code == 404
    assert Browser().get(path_of(visit, "reminders/")).status_code == 404


def test_a_revoked_link_does_not_open(clinic: Clinic) -> None:
    visit = make_visit(clinic)
    pages = ("", "move/", "cancel/", "confirm/", "your-data/", "visit.ics")
    paths = [path_of(visit, page) for page in pages]
    Appointment.objects.update(link_generation=2)

    answers = [Browser().get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [410] * len(pages)
    for answer in answers:
        told = answer.content.decode()
        assert "This link no longer works" in told
        assert "01 555 0142" in told
        assert [word for word in ("Niamh", visit.reference, "Therapist 1", "14:30", "/book/") if word in told] == []


def test_a_page_of_the_safety_check_that_is_not_there_is_not_found(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)

    assert browser.get("/book/safety/nonsense/").status_code == 404


def test_health_pages_are_kept_by_no_cache(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic)

    for path in ("/book/result/", "/book/safety/urgent/", "/book/when/"):
        assert "no-store" in browser.get(path)["Cache-Control"]
