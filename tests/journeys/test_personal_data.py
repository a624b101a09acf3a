"""A client asks for their data, or to be forgotten; the owner hands it over, or forgets."""

import json
from datetime import timedelta

import pytest
from django.test import Client as Browser

from booking import links
from booking.cases import follow_up
from booking.models import (
    Appointment,
    AppointmentEvent,
    Case,
    Clearance,
    Client,
    Condition,
    Draft,
    Intake,
    Message,
)
from booking.people.copying import collect_personal_data
from booking.people.erasing import erase_client
from booking.scheduling.appointments import SYSTEM
from tests.booking.people.planting import MARKS, marks_kept, plant_person
from tests.booking.web.visitors import make_visit, path_of
from tests.cast import NOW, TODAY, Clinic, at, sign_in
from tests.pages import press, read

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return plant_person(clinic)


def erase(visit: Appointment) -> Client:
    assert visit.client is not None
    erase_client(client=visit.client, by=SYSTEM, now=NOW)
    return Client.objects.get(pk=visit.client.pk)


def test_every_mark_is_there_before(visit: Appointment) -> None:
    assert marks_kept() == MARKS


def test_a_person_is_forgotten_and_the_books_stay(visit: Appointment) -> None:
    kept = ("reference", "state", "starts_at", "treatment", "therapist", "price")
    before = Appointment.objects.values(*kept).get()

    person = erase(visit)

    assert marks_kept() == set()
    assert (person.name, person.erased_at) == ("Erased", NOW)
    assert Appointment.objects.values(*kept).get() == before
    assert list(Message.objects.values_list("state", "reason")) == [("suppressed", "The person was erased.")]
    assert [model.objects.count() for model in (Intake, Case, Clearance, Condition, Draft)] == [0, 0, 0, 0, 0]
    assert AppointmentEvent.objects.latest("id").verb == "erase"


def test_links_of_a_forgotten_person_lead_nowhere(visit: Appointment) -> None:
    path = path_of(visit)
    assert Browser().get(path).status_code == 200

    erase(visit)

    assert Browser().get(path).status_code == 410


def test_somebody_else_stays_as_they_are(clinic: Clinic, visit: Appointment) -> None:
    other = make_visit(clinic, starts_at=at("10:00", day=TODAY + timedelta(days=2)))
    assert other.client is not None
    before = collect_personal_data(client=other.client)

    erase(visit)

    other.client.refresh_from_db()
    assert collect_personal_data(client=other.client) == before
    assert "MARK" not in json.dumps(before)


@pytest.mark.parametrize(("wanted", "kind"), [("copy", "send_data"), ("erase", "erase_data")])
def test_a_client_asks_by_a_button_and_staff_are_told_once(clinic: Clinic, wanted: str, kind: str) -> None:
    visit = make_visit(clinic, starts_at=at("14:00", day=TODAY + timedelta(days=1)))
    path = path_of(visit, "your-data/")
    page = read(Browser().get(path))
    form = next(form for form in page.posts if any(one.value == wanted for one in form.fields))

    pages = [press(Browser(), page, form) for _ in range(2)]

    assert ["We have your request." in page.html for page in pages] == [True, True]
    asked = Case.objects.get()
    assert (asked.kind, asked.state, asked.client, asked.appointment) == (kind, "open", visit.client, None)
    assert Message.objects.filter(case=asked, kind=Message.Kind.CASE_OPENED).count() == 1


def test_a_request_without_a_word_changes_nothing(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:00", day=TODAY + timedelta(days=1)))

    page = read(Browser().post(path_of(visit, "your-data/"), {"wanted": "everything"}))

    assert (page.status, Case.objects.count()) == (200, 0)


def test_the_owner_hands_it_over_and_forgets(visit: Appointment) -> None:
    browser = sign_in("owner")
    asked = follow_up.ask_about_data(kind=Case.Kind.ERASE_DATA, appointment=visit, now=NOW)
    case_page = read(browser.get(f"/panel/cases/{asked.pk}/"))
    assert visit.client is not None
    record = f"/panel/people/{visit.client.public_id}/"
    assert f'href="{record}"' in case_page.html
    data = f"{record}data/"
    assert f'href="{data}"' in browser.get(record).content.decode()

    page = read(browser.get(data))
    browser.post(f"{data}erase/")
    assert "NAMEMARK" in marks_kept()  # nobody has said that they are sure
    answers = {
        name: browser.post(form.action, {"sure": "yes"})
        for name in ("copy", "erase")
        for form in page.posts
        if form.action.endswith(f"/{name}/")
    }

    assert answers["copy"]["Content-Disposition"] == f'attachment; filename="person-{visit.client.public_id}.json"'
    assert json.loads(answers["copy"].content)["person"]["name"] == "NAMEMARK"
    assert (answers["erase"].status_code, marks_kept()) == (302, set())
    assert browser.get(record).status_code == 404


def test_a_link_of_a_visit_is_the_only_way_to_ask(clinic: Clinic) -> None:
    visit = make_visit(clinic, starts_at=at("14:00", day=TODAY + timedelta(days=1)))
    foreign = links.make_token(visit, purpose=links.REMINDERS)

    assert Browser().post(f"/visit/{foreign}/your-data/", {"wanted": "copy"}).status_code == 404
    assert Case.objects.count() == 0
