"""The tests of a/b/c.py stand in tests/a/b/test_c.py, and what stands there is about a/b/c.py.

Modules without tests at their path, and tests there of what is not one module, are named here with the reason. A module
that has got tests since has to leave the list, so the list only shrinks.
"""

import ast
from pathlib import Path

from clinic.running import rooms
from tests.environment import ROOT

# By where the tests are that look at them.
TESTED_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "by whoever opens the pages and presses their buttons: tests/journeys, tests/browser": (
        "booking/web/asking.py",
        "booking/web/choice.py",
        "booking/web/details/pages.py",
        "booking/web/outcome/cleared_views.py",
        "booking/web/outcome/forms.py",
        "booking/web/outcome/letter_forms.py",
        "booking/intake/referral_letter.py",
        "booking/web/outcome/onward.py",
        "booking/web/outcome/page.py",
        "booking/web/safety/onward.py",
        "booking/web/safety/page.py",
        "booking/web/safety/views.py",
        "booking/web/start/places.py",
        "booking/web/start/views.py",
        "booking/web/profiles/page.py",
        "booking/web/start/unfinished.py",
        "booking/web/treatment/forms.py",
        "booking/web/treatment/one.py",
        "booking/web/treatment/views.py",
        "booking/web/visit/calendar_views.py",
        "booking/web/visit/change_views.py",
        "booking/web/visit/data_views.py",
        "booking/web/visit/email_views.py",
        "booking/web/visit/forms.py",
        "booking/web/visit/reminder_views.py",
        "booking/web/visit/views.py",
        "booking/web/visit/again.py",
        "booking/web/visit/page.py",
        "booking/web/visit/unconfirmed.py",
        "booking/web/when/forms.py",
        "booking/web/when/keeping.py",
        "booking/web/when/views.py",
        "booking/web/summary.py",
    ),
    "by the pages that staff open: tests/clinic/panel, tests/journeys, tests/browser": (
        "clinic/panel/set_up/load.py",
        "clinic/panel/set_up/mail/page.py",
        "clinic/panel/set_up/mail/views.py",
        "clinic/panel/set_up/place/forms.py",
        "clinic/panel/set_up/place/page.py",
        "clinic/panel/set_up/rail.py",
        "clinic/panel/set_up/start/page.py",
        "clinic/panel/set_up/start/words.py",
        "clinic/panel/choosing/page.py",
        "clinic/panel/choosing/sent.py",
        "clinic/panel/cases/views.py",
        "clinic/panel/cases/page.py",
        "clinic/panel/day/views.py",
        "clinic/panel/day/asked.py",
        "clinic/panel/day/month_views.py",
        "clinic/panel/day/drawing.py",
        "clinic/panel/day/page.py",
        "clinic/panel/day/spreadsheet.py",
        "clinic/panel/day/shown.py",
        "clinic/panel/desk/page.py",
        "clinic/panel/find/aim.py",
        "clinic/panel/time_off/block_forms.py",
        "clinic/panel/find/candidates.py",
        "clinic/panel/find/forms.py",
        "clinic/panel/finder/ghost.py",
        "clinic/panel/find/page.py",
        "clinic/panel/finder/shown_answer.py",
        "clinic/panel/finder/shown_choice.py",
        "clinic/panel/visit/note.py",
        "clinic/panel/note/drawing.py",
        "clinic/panel/note/forms.py",
        "clinic/panel/note/page.py",
        "clinic/panel/note/pressing.py",
        "clinic/panel/note/reading.py",
        "clinic/panel/set_up/carry/forms.py",
        "clinic/panel/set_up/carry/page.py",
        "clinic/panel/set_up/carry/visits_page.py",
        "clinic/panel/people/forms.py",
        "clinic/panel/people/views.py",
        "clinic/panel/people/page.py",
        "clinic/panel/person/around.py",
        "clinic/panel/person/checks.py",
        "clinic/panel/person/forms.py",
        "clinic/panel/person/load.py",
        "clinic/panel/search/load.py",
        "clinic/panel/search/page.py",
        "clinic/panel/person/other_pages.py",
        "clinic/panel/person/visits.py",
        "clinic/panel/visit/again_views.py",
        "clinic/panel/visit/treatment_views.py",
        "clinic/panel/visit/treatments.py",
        "clinic/panel/rulebook/forms.py",
        "clinic/panel/rulebook/page.py",
        "clinic/panel/set_up/forms.py",
        "clinic/panel/set_up/notes/forms.py",
        "clinic/panel/set_up/notes/load.py",
        "clinic/panel/set_up/notes/page.py",
        "clinic/panel/set_up/page.py",
        "clinic/panel/set_up/changing.py",
        "clinic/panel/set_up/policy/forms.py",
        "clinic/panel/set_up/website/forms.py",
        "clinic/panel/set_up/website/page.py",
        "clinic/panel/set_up/prices/forms.py",
        "clinic/panel/set_up/prices/page.py",
        "clinic/panel/set_up/prices/typed.py",
        "clinic/panel/set_up/policy/page.py",
        "clinic/panel/set_up/policy/words.py",
        "clinic/panel/set_up/people/forms.py",
        "clinic/panel/set_up/people/page.py",
        "clinic/panel/set_up/people/load.py",
        "clinic/panel/set_up/people/copying.py",
        "clinic/panel/set_up/people/week_form.py",
        "clinic/panel/set_up/rooms/forms.py",
        "clinic/panel/set_up/rooms/page.py",
        "clinic/panel/set_up/choices.py",
        "clinic/panel/set_up/reminders/page.py",
        "clinic/panel/staff_page.py",
        "clinic/panel/time_off/forms.py",
        "clinic/panel/time_off/holidays.py",
        "clinic/panel/time_off/page.py",
        "clinic/panel/trail/forms.py",
        "clinic/panel/trail/views.py",
        "clinic/panel/trail/page.py",
        "clinic/panel/visit/ask_views.py",
        "clinic/panel/visit/change_views.py",
        "clinic/panel/visit/forms.py",
        "clinic/panel/visit/move.py",
        "clinic/panel/visit/page.py",
        "clinic/panel/visit/questions.py",
        "clinic/panel/visit/result.py",
        "clinic/panel/visit/views.py",
        "clinic/panel/visit/about.py",
        "clinic/panel/visit/showing.py",
        "clinic/panel/door/frame.py",
        "clinic/panel/door/waiting.py",
        "clinic/panel/hub.py",
        "clinic/panel/reports/asked.py",
        "clinic/panel/reports/load.py",
        "clinic/panel/reports/numbers.py",
        "clinic/panel/reports/tables.py",
        "clinic/panel/reports/weekly.py",
        "clinic/panel/reports/page.py",
        "clinic/panel/my_mails/forms.py",
        "clinic/panel/my_mails/page.py",
        "clinic/panel/my_mails/views.py",
        "clinic/panel/door/accounts.py",
        "clinic/panel/set_up/staff/forms.py",
        "clinic/panel/set_up/staff/load.py",
        "clinic/panel/set_up/staff/account_views.py",
        "clinic/panel/set_up/staff/page.py",
        "clinic/panel/to_do/views.py",
        "clinic/panel/to_do/rows.py",
        "clinic/panel/to_do/lines.py",
        "clinic/panel/door/coming_back.py",
        "clinic/panel/no_location.py",
        "clinic/panel/door/forms.py",
        "clinic/panel/door/page.py",
        "clinic/panel/messages/page.py",
    ),
    "by those who save and show it: tests/booking/notes": ("booking/notes/content.py", "booking/notes/on_paper.py"),
    "with all that a merge moves: tests/booking/people/test_merging.py": (
        "booking/scheduling/appointments/merging.py",
    ),
    "on one history with the visits: tests/booking/reports/test_visits.py": (
        "booking/reports/hours_used.py",
        "booking/reports/leads.py",
        "booking/reports/people.py",
        "booking/reports/shifts.py",
    ),
    "in the demo: tests/clinic/management/commands/test_seed_demo.py": (
        "clinic/demo_accounts.py",
        "clinic/demo_history.py",
        "clinic/demo_notes.py",
        "clinic/demo_people.py",
        "clinic/demo_year.py",
    ),
    "by those who write the rows: a constraint is tested where it bites": (
        "booking/models/change.py",
        "booking/models/case.py",
        "booking/models/client.py",
        "booking/models/intake.py",
        "booking/models/journey.py",
        "booking/models/message.py",
        "booking/models/note.py",
        "booking/models/reference.py",
        "booking/models/retention.py",
        "booking/models/signature.py",
        "booking/models/spent.py",
        "booking/models/invitation.py",
        "booking/models/staff_mails.py",
        "booking/models/stranding.py",
        "clinic/models.py",
    ),
    "by starting: tests/test_startup.py, tests/clinic/running/test_processes.py, tests/faults": (
        "booking/admin.py",
        "clinic/apps.py",
        "clinic/celery.py",
        "clinic/running/programs.py",
        "clinic/urls.py",
        "clinic/wsgi.py",
        "services/apps.py",
    ),
    "by starting a whole clinic: tests/faults/test_up.py": ("clinic/management/commands/up.py",),
    "by every form and page that stands on them: tests/booking/pages, tests/booking/web/safety": (
        "booking/pages/layout.py",
    ),
}

# Tests of a subject to which several modules beside them belong.
SUBJECTS = {
    "tests/booking/messages/test_bad_rows.py": "outbox, sweep and delivery: what none of them can read",
    "tests/booking/people/test_search_at_scale.py": "the search, with as many people as a large clinic has",
    "tests/booking/rules/test_every_rule.py": "the rulebook and its rules",
    "tests/booking/rules/test_monotone.py": "the rulebook and its rules",
    "tests/booking/rules/test_mutants.py": "the rulebook and its rules",
    "tests/booking/rules/test_over_referral.py": "the rulebook and its rules",
    "tests/booking/scheduling/appointments/test_reading_out.py": "answers read out: treating, with what it decides",
    "tests/booking/scheduling/test_dated_prices.py": "prices by day, in whatever books or looks for times",
    "tests/booking/scheduling/test_stranding_walk.py": "stranding, after whatever is written",
    "tests/booking/web/test_pages.py": "every public page",
    "tests/clinic/panel/day/test_board_offers.py": "the gaps of the board, and what booking says of them",
    "tests/clinic/panel/test_planted_notes.py": "every page of the panel: who reads notes",
    "tests/clinic/panel/test_planted_text.py": "every page of the panel: who reads answers",
    "tests/clinic/panel/test_recording.py": "every page of the panel: what is on record",
    "tests/clinic/panel/test_times.py": "every page of the panel: by whose clock",
    "tests/clinic/panel/test_two_editors.py": "every page of a visit: two people have it open",
    "tests/clinic/panel/test_typed_text.py": "every form of the panel: words that nobody can see",
    "tests/clinic/panel/visit/test_concerns.py": "the pages of a visit: what a client wrote",
    "tests/services/test_first_treatments.py": "the migrations that bring the first rows",
}


def modules() -> list[str]:
    """Those of the product in which something is done; one that only holds names and values is none."""
    return sorted(str(path.relative_to(ROOT)) for path in rooms.source_files() if _does_something(path))


def home_of(module: str) -> Path:
    """Where its tests stand."""
    folder, _, name = module.removesuffix("/__init__.py").rpartition("/")
    return ROOT / "tests" / folder / f"test_{name.removesuffix('.py')}.py"


def listed() -> list[str]:
    return [module for group in TESTED_ELSEWHERE.values() for module in group]


def test_each_module_has_tests_at_its_path_or_is_listed_with_where_they_are() -> None:
    without = {module for module in modules() if not home_of(module).exists()}

    assert sorted(without - set(listed())) == []


def test_the_list_names_each_module_once_and_none_that_has_tests_or_is_gone() -> None:
    without = {module for module in modules() if not home_of(module).exists()}

    assert sorted(set(listed()) - without) == []
    assert len(listed()) == len(set(listed()))


def test_tests_at_such_a_path_are_about_the_module_there_or_a_subject_that_is_named() -> None:
    mirrored = {home_of(str(path.relative_to(ROOT))) for path in rooms.source_files()}
    found = {path for app in rooms.APPS for path in (ROOT / "tests" / app).rglob("test_*.py")}

    assert sorted(str(path.relative_to(ROOT)) for path in found - mirrored) == sorted(SUBJECTS)


def _does_something(path: Path) -> bool:
    """Whether there is more than a docstring, imports and values."""
    values = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    return not all(isinstance(node, values) for node in ast.parse(path.read_text(encoding="utf-8")).body)
