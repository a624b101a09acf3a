"""How often the answers are checked while a visitor walks through the safety check: a fixed number for each page."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client as Browser

from booking.rules import answers
from booking.rules.answers import CheckedAnswers
from booking.rules.questionnaire import Questionnaire
from tests.booking.rules.answers import complete
from tests.cast import NOW, make_clinic
from tests.journeys.walker import walk

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_each_page_of_the_safety_check_checks_the_answers_a_fixed_number_of_times(
    time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    time_machine.move_to(NOW, tick=False)
    make_clinic()
    browser, checks, check = Browser(), [0], answers._check

    def counted(given: Mapping[str, Any], questionnaire: Questionnaire) -> CheckedAnswers:
        checks[0] += 1
        return check(given, questionnaire)

    def asked(**environment: Any) -> Any:
        before = checks[0]
        response = Browser.request(browser, **environment)
        found[environment["REQUEST_METHOD"]].add((environment["PATH_INFO"], checks[0] - before))
        return response

    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    monkeypatch.setattr(answers, "_check", counted)
    monkeypatch.setattr(browser, "request", asked)
    walk(browser, complete({"severity": "mild"}))

    pages = [f"/book/safety/{page}/" for page in ("start", "urgent", "problem", "now", "health")]
    # To show a page once. To take one: what was there, beside it, with it, and as it is stored; at the end to decide.
    assert {(url, times) for url, times in found["GET"] if "safety" in url} == {
        ("/book/safety/", 1),
        *((url, 1) for url in pages),
    }
    assert {(url, times) for url, times in found["POST"] if "safety" in url} == {
        *((url, 4) for url in pages[:-1]),
        (pages[-1], 5),
    }
