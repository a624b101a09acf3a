"""Answers are planted and looked for everywhere that text leaves the program: they may only come out where they belong."""

import logging
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment, Case, Intake
from tests.cast import NOW, RELAXING, make_clinic
from tests.journeys.walker import walk
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MARK = "PLANTEDREMARK"
# An answer, the rule that it fires, and words of the reason; none of it may be read where it is stored.
PLANTED = {"medications": ["anticoagulants"], "other_concern": MARK}
TRACES = (MARK, "anticoagulants", "ca-anticoagulants", "Blood thinners")


@pytest.fixture
def visit(time_machine: Any, caplog: pytest.LogCaptureFixture) -> Page:
    time_machine.move_to(NOW, tick=False)
    caplog.set_level(logging.DEBUG)
    make_clinic()
    return walk(Browser(), RELAXING | PLANTED)


def stored_text() -> str:
    """Every value of every table of ours and of the sessions, as it lies in the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("booking_", "clinic_", "django_session", "django_admin")):
                cursor.execute(f'SELECT * FROM "{table}"')
                found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def traces_in(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def test_the_answers_are_there_for_who_holds_the_key(visit: Page) -> None:
    answers = Intake.objects.get().answers

    assert (answers["other_concern"], answers["medications"]) == (MARK, ["anticoagulants"])


def test_no_answer_rule_or_reason_can_be_read_in_the_database(visit: Page) -> None:
    text = stored_text()

    assert Intake.objects.get().reference in text
    assert traces_in(text) == []


def test_no_answer_is_in_a_log_or_an_address(visit: Page, caplog: pytest.LogCaptureFixture) -> None:
    assert traces_in(caplog.text) == []
    assert traces_in(visit.url) == []


def test_no_answer_is_in_a_mail(visit: Page, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    written = "".join(str(one.message()) + one.body for one in mail.outbox)
    assert len(mail.outbox) == 1
    assert Appointment.objects.get().reference in written
    assert traces_in(written) == []


def test_no_answer_is_on_the_visits_page_nor_on_an_outcome_page_of_somebody_else(visit: Page) -> None:
    again = Browser().get(visit.url).content.decode()
    stranger = Browser().get(reverse("booking:outcome"), follow=True).content.decode()

    assert traces_in(again) == []
    assert traces_in(stranger) == []


def test_a_case_holds_no_answer(visit: Page) -> None:
    case = Case.objects.get(appointment=Appointment.objects.get())

    assert traces_in(" ".join(str(getattr(case, one.attname)) for one in Case._meta.concrete_fields)) == []
