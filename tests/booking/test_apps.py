import pytest
from django.core.checks import run_checks

from booking.rules import rulebook
from booking.rules.rulebook import RulebookError


def test_the_rulebook_that_is_shipped_passes() -> None:
    assert [error for error in run_checks() if error.id == "booking.E001"] == []


def test_a_rulebook_with_a_fault_stops_start_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RulebookError("rules.json, rule em-collapse: “no_such_question” is not a question.")

    monkeypatch.setattr(rulebook, "load_rulebook", broken)

    errors = [error for error in run_checks() if error.id == "booking.E001"]

    assert [error.msg for error in errors] == ["rules.json, rule em-collapse: “no_such_question” is not a question."]
    assert all(error.is_serious() for error in errors)
