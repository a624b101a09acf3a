"""Forms are sent as their pages draw them. A test that posts to an address of its own is named here, with the reason.

Read from the source, so that a post inside a helper counts too. The posts of a file are counted: one more than is named
here fails until somebody has looked at it, and so does one fewer.
"""

import ast
from pathlib import Path

from tests.environment import ROOT

HERE = ROOT / "tests"

# What no page draws: that is what these are about.
NOT_DRAWN = {
    "pages.py": (1, "presses what a page draws: everything else goes through here"),
    "clinic/panel/pages.py": (1, "presses what a page of the panel draws"),
    "booking/web/test_api.py": (1, "wrong method"),
    "booking/web/test_api_facts.py": (1, "wrong method"),
    "booking/web/test_errors.py": (3, "no cookie, too large, a picture too large"),
    "booking/web/test_pages.py": (1, "wrong method"),
    "clinic/panel/door/test_rights.py": (6, "no token, unknown ids, steps that are not offered"),
    "clinic/panel/door/test_first_owner_views.py": (2, "a role that is not offered"),
    "clinic/panel/test_recording.py": (3, "a step that is not offered, a search for nobody"),
    "clinic/panel/note/test_views.py": (8, "what the script sends, and buttons and fields that are edited"),
    "clinic/panel/person/test_notes_views.py": (2, "a draft that can't be ticked, and people who see no such form"),
    "clinic/panel/search/test_views.py": (4, "what the script of the search box sends"),
    "clinic/panel/time_off/test_block_views.py": (2, "blocks of others, and time off that is no block"),
    "clinic/panel/visit/test_again.py": (
        2,
        "what is drawn, read from the page by the test itself; starts that were edited",
    ),
    "clinic/panel/test_planted_notes.py": (1, "a search for the words of a note, by everybody"),
    "clinic/panel/test_planted_text.py": (7, "fields that are tampered with"),
    "clinic/panel/door/test_sign_in_views.py": (3, "pages that are not open yet, a `next` that no form carries"),
    "clinic/panel/door/test_way_in.py": (1, "a session that ended while a page was open"),
    "clinic/panel/door/test_password_views.py": (1, "another's page, with one's own link"),
    "clinic/test_admin.py": (2, "deletions that are not offered"),
    "clinic/running/test_health.py": (1, "wrong method"),
    "clinic/running/test_metrics.py": (1, "wrong method"),
    "bench/load.py": (2, "clients by the dozen, who send what their pages drew"),
    "faults/visitors.py": (1, "a browser of a process that is killed"),
    "journeys/test_another_country.py": (1, "a number that the page would not send"),
    "journeys/test_booking_online.py": (11, "choices, starts and keys that were edited"),
    "journeys/test_cleared.py": (3, "links that are over"),
    "booking/web/safety/test_clear_views.py": (2, "pressed again when nothing is left"),
    "booking/web/outcome/test_views.py": (6, "a page that was open when the journey ended"),
    "booking/web/outcome/test_letter_views.py": (1, "an answer that the page does not offer"),
    "journeys/test_nobody_blocks_a_clinic.py": (2, "limits"),
    "journeys/test_personal_data.py": (4, "a tick or a choice that is left out, the link of another purpose"),
    "journeys/test_phone_booking.py": (1, "steps that are not offered"),
    "booking/web/profiles/test_views.py": (2, "what is drawn, read from the page by the test itself"),
    "booking/web/start/test_opening.py": (2, "pages that were open when the clinic stopped"),
    "booking/web/visit/test_by_link.py": (3, "pages that were open too long, or before the clinic wanted calls"),
    "journeys/test_visit_by_link.py": (10, "no token, a mail program's one click, pages that were open too long"),
    "journeys/test_wish.py": (2, "wishes that were edited, and a page before the agreement"),
    "journeys/wanderers.py": (2, "forged and replayed"),
    "races/panel_hands.py": (1, "races"),
    "services/admin/test_rights.py": (3, "pages that are closed"),
}


def count_posts(source: str) -> int:
    """How often something of the name `post` is called, whatever it belongs to."""
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return sum(isinstance(called, ast.Attribute) and called.attr == "post" for called in calls)


def found_posts() -> dict[str, int]:
    counted = {path: count_posts(path.read_text(encoding="utf-8")) for path in sorted(HERE.rglob("*.py"))}
    return {_name(path): count for path, count in counted.items() if count}


def test_no_test_posts_to_an_address_of_its_own_but_those_that_are_named() -> None:
    assert found_posts() == {file: count for file, (count, _why) in NOT_DRAWN.items()}


def test_each_of_them_has_one_reason() -> None:
    assert [file for file, (_count, why) in NOT_DRAWN.items() if not why] == []


def test_a_post_is_found_inside_a_helper_and_in_a_chain() -> None:
    source = "def send(browser):\n    return read(Browser().post('/book/').json())\nbrowser.get('/')\nlog.post"

    assert count_posts(source) == 1


def _name(path: Path) -> str:
    return path.relative_to(HERE).as_posix()
