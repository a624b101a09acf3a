"""What a process remembers from one request to the next is about the clinic, never about a person."""

import functools
import gc
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.models import Appointment, Message
from tests.cast import RELAXING, Clinic, sign_in, soon
from tests.journeys import walker

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OURS = ("booking", "clinic", "services")
NAME, EMAIL, CONCERN = "Quenilda Xylander", "quenilda@xylander.example", "a zugzwang in the left knee"
# What remembers without a bound, and of what there are only a few.
OF_A_FEW = {
    "booking.rules.advice._parsed": "conditions that stand in the code",
    "booking.rules.questionnaire._load": "versions",
    "booking.rules.rulebook._load": "versions",
    "booking.sheets._letters_of": "fonts",
    "services.countries.emergency_number_of": "countries",
    "services.countries.has_twelve_hours": "countries",
}
REMEMBERING = functools._lru_cache_wrapper
HOLDERS = (dict, list, tuple, set, frozenset, REMEMBERING)


def texts_held() -> Iterator[str]:
    """Every text that our modules hold: in their own names, and in what functions remember."""
    left: list[Any] = [module for name, module in sys.modules.items() if name.partition(".")[0] in OURS]
    seen = set[int]()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str):
            yield one
        elif isinstance(one, ModuleType):
            left += vars(one).values() if one.__name__.partition(".")[0] in OURS else []
        elif isinstance(one, type):
            left += vars(one).values() if _is_ours(one) else []
        elif isinstance(one, HOLDERS) or _is_ours(type(one)):
            left += gc.get_referents(one)


def _is_ours(kind: type) -> bool:
    return str(kind.__module__).partition(".")[0] in OURS


def about_the_person() -> list[str]:
    words = [word.casefold() for text in (NAME, EMAIL, CONCERN) for word in text.split() if len(word) > 6]
    return sorted({text for text in texts_held() if any(word in text.casefold() for word in words)})


def test_nothing_about_a_person_stays_in_the_memory_of_a_process(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(walker.DETAILS, "booker_name", NAME)
    monkeypatch.setitem(walker.DETAILS, "booker_email", EMAIL)
    walker.walk(Browser(), RELAXING | {"other_concern": CONCERN})
    visit = Appointment.objects.get()
    outbox.send_due(ask_gate=is_stopped, now=soon(1))
    owner = sign_in("owner")
    pages = [
        owner.get(reverse("panel:board"), {"view": view, "date": visit.starts_at.date().isoformat()}).content.decode()
        for view in ("board", "table")
    ]
    pages.append(owner.get(reverse("panel:visit", args=[visit.reference]), follow=True).content.decode())

    assert [NAME in page for page in pages] == [True, True, True]
    assert Message.objects.filter(state=Message.State.SENT).exists()
    assert about_the_person() == []


def test_a_function_that_remembers_names_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    from booking.messages import plain

    remembering = functools.lru_cache(maxsize=4)(plain.one_line)
    monkeypatch.setattr(plain, "one_line", remembering)
    remembering(f" {NAME} ")

    assert about_the_person() == [f" {NAME} ", NAME]


def test_whatever_is_remembered_by_its_arguments_is_bounded() -> None:
    unbounded = {
        f"{one.__module__}.{one.__qualname__}"
        for name, module in sys.modules.items()
        if name.partition(".")[0] in OURS
        for one in vars(module).values()
        if isinstance(one, REMEMBERING) and one.__module__.partition(".")[0] in OURS
        if one.cache_parameters()["maxsize"] is None and one.__wrapped__.__code__.co_argcount
    }

    assert unbounded - set(OF_A_FEW) == set()
