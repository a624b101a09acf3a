"""Three floors, each standing on the one below: services <- booking <- clinic, and floors inside booking.

Read from the source, so that an import inside a function counts too.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.running import rooms
from clinic.running.rooms import module_name, read_modules, source_files
from tests.environment import ROOT

APPS = ("services", "booking", "clinic")
# Lowest first; a package may import its own floor and those before it.
BOOKING_FLOORS = (
    "rules",
    "models",
    "wording",
    "messages",
    "cases",
    "intake",
    "scheduling",
    "notes",
    "people",
    "reports",
    "pages",
    "carrying",
    "web",
)
# Stand above all floors of booking, and nothing imports them.
BOOKING_ENTRANCES = ("booking.tasks", "booking.admin", "booking.apps", "booking.management")

# Decide and nothing else: no Django, no models, no clock.
PURE_MODULES = (
    "services.cells",
    "services.hours",
    "services.intervals",
    "booking.rules.advice",
    "booking.rules.answers",
    "booking.rules.expressions",
    "booking.rules.levels",
    "booking.rules.pages",
    "booking.rules.questionnaire",
    "booking.rules.rulebook",
    "booking.rules.triage",
    "booking.messages.plan",
    "booking.networks",
    "booking.scheduling.availability",
    "booking.scheduling.fitting",
    "booking.reports.periods",
    "booking.reports.shifts",
)
# Where the time is taken: views, tasks, commands. Everything else is told it.
CLOCK_PLACES = (
    "booking.tasks",
    "booking.web",
    "clinic.admin",
    "clinic.back_office",
    "clinic.running.health",
    "clinic.running.metrics",
    "clinic.panel",
    ".management.commands.",
)
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate"}


def clock_calls(path: Path) -> list[str]:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = [".".join(ast.unparse(function).rsplit(".", 2)[-2:]) for function in calls]
    return [name for name in names if name in CLOCK_CALLS]


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def looks_up(module: str, imported: str) -> bool:
    """Whether `module` imports something from a floor above its own."""
    app, imported_app = module.partition(".")[0], imported.partition(".")[0]
    if imported_app not in APPS:
        return False
    if app != imported_app:
        return APPS.index(imported_app) > APPS.index(app)
    if app != "booking":
        return False
    return _floor(imported) > _floor(module)


def test_no_module_imports_a_floor_above_its_own() -> None:
    found = [
        (module, one) for module, imported in rooms.read_modules().items() for one in imported if looks_up(module, one)
    ]

    assert found == []


def test_nothing_leads_back_to_itself() -> None:
    """No circles between modules, folders or rooms. Two of them that import each other would be the smallest."""
    modules = rooms.read_modules()

    assert rooms.find_circles(modules) == []
    assert rooms.find_circles(rooms.gather(modules, {module: rooms.folder_of(module) for module in modules})) == []
    assert rooms.find_circles(rooms.read_rooms()) == []


@pytest.mark.parametrize(
    ("module", "imported", "expected"),
    [
        ("services.rota", "booking.models", True),
        ("services.rota", "services.models", False),
        ("booking.models.client", "clinic.models", True),
        ("booking.web.views", "services.catalogue", False),
        ("booking.models.case", "booking.messages.outbox", True),
        ("booking.messages.outbox", "booking.intake.decisions", True),
        ("booking.cases.follow_up", "booking.messages.outbox", False),
        ("booking.intake.gate", "booking.scheduling.states", True),
        ("booking.scheduling.appointments", "booking.intake.gate", False),
        ("booking.scheduling.appointments", "booking.web.links", True),
        ("booking.scheduling.appointments", "booking.people.erasing", True),
        ("booking.people.erasing", "booking.scheduling.appointments", False),
        ("booking.web.views", "booking.people.retention", False),
        ("booking.web.views", "booking.tasks", True),
        ("booking.tasks", "booking.messages.outbox", False),
        ("booking.links", "booking.models", False),
        ("booking.links", "booking.messages.outbox", True),
        ("booking.web.views", "booking.links", False),
        ("clinic.panel.day.board", "booking.scheduling.starts", False),
        ("booking.web.views", "django.http", False),
    ],
)
def test_what_counts_as_looking_up(module: str, imported: str, expected: bool) -> None:
    assert looks_up(module, imported) is expected


def views_borrowed(modules: rooms.Graph) -> list[tuple[str, str]]:
    """Imports of a module of views by one that is no list of addresses: (who, what)."""
    return [
        (name, imported)
        for name, imports in sorted(modules.items())
        for imported in sorted(imports)
        if is_views(imported) and not name.endswith("urls")
    ]


def is_views(module: str) -> bool:
    name = module.rpartition(".")[2]
    return name == "views" or name.endswith("_views")


def test_views_are_imported_by_addresses_only() -> None:
    """What two of them need stands beside them, in a module that says what it is."""
    assert views_borrowed(read_modules()) == []


def test_a_view_that_borrows_from_another_is_found() -> None:
    modules = {
        "booking.web.urls": frozenset({"booking.web.visit.views", "booking.web.visit.change_views"}),
        "booking.web.api_urls": frozenset({"booking.web.api"}),
        "booking.web.visit.views": frozenset({"booking.web.visit.page", "booking.web.when.views"}),
        "booking.web.visit.page": frozenset({"booking.web.visit.change_views", "booking.web.reviews"}),
    }

    assert views_borrowed(modules) == [
        ("booking.web.visit.page", "booking.web.visit.change_views"),
        ("booking.web.visit.views", "booking.web.when.views"),
    ]


def test_pure_modules_bring_no_django() -> None:
    """Imported for real, so that a detour over another module counts too."""
    code = (
        "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint('django' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *PURE_MODULES], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


def test_only_views_tasks_and_commands_look_at_the_clock() -> None:
    found = {module_name(path): calls for path in source_files() if (calls := clock_calls(path))}

    assert [name for name in found if not any(place in name for place in CLOCK_PLACES)] == []


def test_the_clock_is_found_where_it_is_read() -> None:
    assert clock_calls(ROOT / "clinic" / "running" / "health.py") == ["timezone.now"]


def _floor(module: str) -> int:
    """What stands in no package of its own (booking.links, booking.wording.times) serves all floors, so it is on the lowest."""
    name = [*module.split("."), ""][1]
    if any(is_below(module, entrance) for entrance in BOOKING_ENTRANCES):
        return len(BOOKING_FLOORS)
    return BOOKING_FLOORS.index(name if name in BOOKING_FLOORS else "models")
