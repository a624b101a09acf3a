"""Owners at the price table, each in a process of their own; and what goes wrong where the question is not asked under the
lock."""

from datetime import date
from typing import Any
from unittest import mock

from services import price_list, treatments
from tests.races.panel_hands import press


def press_as_shipped(*, day: str, **pressed: Any) -> list[Any]:
    """Nothing is taken away."""
    return press(**pressed)


def press_with_an_old_answer_about_prices(*, day: str, **pressed: Any) -> list[Any]:
    early = price_list.prices_on(day=date.fromisoformat(day))
    with mock.patch.object(price_list, "prices_on", return_value=early):
        return press(**pressed)


def press_without_asking_what_has_changed(*, day: str, **pressed: Any) -> list[Any]:
    with mock.patch.object(treatments, "find_changed", return_value=[]):
        return press(**pressed)
