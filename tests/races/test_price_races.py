"""Two owners at the price table press at the same moment: one price, and a treatment by the rules that were read.

Each with its control: where the question is not asked under the lock, the later one overwrites the first.
"""

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from booking.wording.times import local_date
from clinic.models import AuditEntry
from services.models import Price, Treatment
from services.price_list import prices_on
from tests.cast import browser_of, make_clinic, make_member
from tests.pages import Page, fill, find_form, read, send
from tests.processes import Crew
from tests.races.price_hands import (
    press_as_shipped,
    press_with_an_old_answer_about_prices,
    press_without_asking_what_has_changed,
)
from tests.races.test_panel_races import values
from tests.services.places import make_treatment

ROUNDS = 5 if os.environ.get("PROVE") == "1" else 1
MOST_ROUNDS = 20  # of a control: it ends with the first in which the fault shows, mostly the first one
LATER = [409, ["Somebody has changed this"]]


def owners() -> list[Browser]:
    return [browser_of(make_member("owner", name=name)) for name in ("ann", "bob")]


def pressed(browser: Browser, page: Page, words: str, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the press would send, for a process of its own."""
    form, button = find_form(page, words)
    sent = fill(form, answers or {}) | ({button.name: [button.value]} if button.name else {})
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"session": session, "path": form.action or page.url, "values": sent}


def test_of_two_owners_who_change_one_price_the_later_is_told(crew: Crew) -> None:
    clinic, both = make_clinic(), owners()
    today = local_date(timezone.now(), clinic.location.zone)
    cell = clinic.treatment.pk, 60

    def one_round(hand: Callable[..., Any]) -> tuple[list[Any], bool]:
        Price.objects.all().delete()
        calls = []
        for browser, amount in zip(both, ("66", "70"), strict=True):
            page = read(browser.get(reverse("panel:set_up_prices")))
            asked = read(send(browser, page, "Save", {f"price-{cell[0]}-60": amount}))
            calls.append({"day": today.isoformat(), **pressed(browser, asked, "Save 1 price")})
        answers = values(crew.run(hand, calls))
        stored = (66, 70).index(int(prices_on(day=today)[cell]))
        return sorted(answers), answers[stored] == [302, []]

    guarded = [one_round(press_as_shipped) for _round in range(ROUNDS)]

    assert guarded == [([[302, []], LATER], True)] * ROUNDS
    assert AuditEntry.objects.filter(object_type="prices").count() == ROUNDS
    assert any(
        one_round(press_with_an_old_answer_about_prices)[0] == [[302, []], [302, []]] for _round in range(MOST_ROUNDS)
    )


def test_a_treatment_is_offered_by_the_rules_that_were_read_or_not_at_all(crew: Crew) -> None:
    make_clinic()
    ann, bob = owners()
    stones = make_treatment("hot_stones")

    def one_round(hand: Callable[..., Any]) -> list[Any]:
        Treatment.objects.filter(pk=stones.pk).update(is_active=False, like="deep_tissue")
        table = read(ann.get(reverse("panel:set_up_prices")))
        own = read(bob.get(reverse("panel:set_up_treatment", args=[stones.pk])))
        asked = read(send(bob, own, "Save", {"like": "swedish"}))
        calls = [
            {"day": "", **pressed(ann, table, "Treat it like deep tissue, and offer it")},
            {"day": "", **pressed(bob, asked, "Save it as gentle as that")},
        ]
        answers = values(crew.run(hand, calls))
        stones.refresh_from_db()
        return [answers, (stones.is_active, stones.like)]

    guarded = [one_round(press_as_shipped) for _round in range(ROUNDS)]

    offered = [[[200, []], LATER], (True, "deep_tissue")]
    gentler = [[LATER, [302, []]], (False, "swedish")]
    assert [one in (offered, gentler) for one in guarded] == [True] * ROUNDS
    assert any(
        one_round(press_without_asking_what_has_changed)[0] == [[200, []], [302, []]] for _round in range(MOST_ROUNDS)
    )
