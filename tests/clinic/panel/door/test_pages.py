"""The table of pages: complete in both directions, and what the head of every page draws from it."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from django.urls import reverse

from clinic.panel import urls
from clinic.panel.door.pages import PAGES, Door, StaffPage, open_doors, pages_behind
from clinic.panel.door.rights import TABLE, Member, Reach, Right
from tests.cast import NOW, browser_of, make_clinic, make_member
from tests.clinic.panel.ways_in import WAYS_IN


def find_gaps(addresses: Mapping[str, Any], pages: Mapping[str, StaffPage]) -> list[str]:
    """What was added by half, in words. `addresses`: the view behind each name in urls.py."""
    wrapped = {name: getattr(view, "address", None) for name, view in addresses.items() if name not in WAYS_IN}
    return [
        *(f"{name}: an address without a row in PAGES" for name in wrapped if name not in pages),
        *(f"{name}: a row in PAGES without an address" for name in pages if name not in addresses),
        *(f"{name}: its view has the row of {row}" for name, row in wrapped.items() if name in pages and row != name),
    ]


def addresses() -> dict[str, Any]:
    return {str(pattern.name): pattern.callback for pattern in urls.urlpatterns}


def member(role: str) -> Member:
    return Member(user_id=1, role=role, therapist_id=5 if role == "therapist" else None)


def test_every_address_is_a_page_and_every_page_has_an_address() -> None:
    assert find_gaps(addresses(), PAGES) == []


def test_a_page_that_was_added_by_half_is_named() -> None:
    known = {name: view for name, view in addresses().items() if name in ("board", "cases")}
    pages = {name: PAGES[name] for name in ("board", "trail", "cases")}

    gaps = find_gaps(known | {"reports": print, "cases": known["board"]}, pages)

    assert gaps == [
        "reports: an address without a row in PAGES",
        "trail: a row in PAGES without an address",
        "cases: its view has the row of board",
    ]


DOORS = {
    "owner": {
        "day": ("board", []),
        "to do": ("to_do", []),
        "people": ("people", []),
        "reports": ("reports", ["reports", "overrides", "messages", "trail"]),
        "set-up": (
            "set_up",
            [
                "set_up",
                "set_up_place",
                "set_up_rooms",
                "set_up_prices",
                "set_up_people",
                "time_off",
                "set_up_policy",
                "set_up_reminders",
                "set_up_mail",
                "signature",
                "set_up_website",
                "keeping",
                "set_up_phrases",
                "set_up_staff",
                "set_up_carry",
            ],
        ),
    },
    "reception": {
        "day": ("board", []),
        "to do": ("to_do", []),
        "people": ("people", []),
        "reports": ("overrides", ["overrides", "messages"]),
        "set-up": ("set_up", ["set_up", "time_off", "rulebook"]),
    },
    "therapist": {
        "day": ("board", []),
        "to do": ("to_do", []),
        "people": ("people", []),
        "reports": ("reports", ["reports"]),
    },
    "nobody": {},
}


@pytest.mark.parametrize("role", DOORS)
def test_a_door_without_rights_is_not_drawn(role: str) -> None:
    who = member(role)

    drawn = {
        door: (page.address, [behind.address for behind in pages_behind(door, who)])
        for door, page in open_doors(who).items()
    }

    assert drawn == DOORS[role]


@pytest.mark.parametrize("right", list(Right))
def test_nobody_is_sent_to_a_page_that_refuses_them(right: Right) -> None:
    refused = [role for role in TABLE[right] if TABLE[right][role] is Reach.NONE]

    sent = {
        role: [
            *open_doors(member(role)).values(),
            *(page for door in Door for page in pages_behind(door, member(role))),
        ]
        for role in refused
    }

    assert [role for role in refused if any(page.right is right for page in sent[role])] == []


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("name", [page.address for page in PAGES.values() if page.is_front or page.label])
def test_the_door_of_the_page_that_is_shown_is_marked_and_the_page_is_handed_a_dataclass(
    name: str, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    make_clinic()
    browser = browser_of(make_member("owner"))
    front = next(page for page in PAGES.values() if page.is_front and page.door is PAGES[name].door)
    current = "page" if front.address == name else "true"

    shown = browser.get(reverse(f"panel:{name}"))

    assert [(door.url, door.current) for door in shown.context["frame"].doors if door.current] == [
        (reverse(f"panel:{front.address}"), current)
    ]
    assert f'href="{reverse(f"panel:{front.address}")}" aria-current="{current}"' in shown.content.decode()
    with pytest.raises(FrozenInstanceError):
        shown.context["page"].anything = ""
