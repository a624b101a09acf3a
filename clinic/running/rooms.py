"""Which room of the code imports which, read from the source, and the picture of it in docs/architecture.md.

A room is a package of an app: `booking.messages`, `clinic.panel`. What stands in no package is gathered by what it is for.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from clinic.running.environment import BASE_DIR

APPS = ("services", "booking", "clinic")
# What stands in no package of its own; anything else that does is `SHARED` in booking and `WIRING` in clinic.
ENTRANCES = frozenset({"tasks", "admin", "apps", "management"})
BOOKING_ENTRANCES, SHARED, CLINIC_MODELS, WIRING = (
    "booking: tasks, commands",
    "booking: links, limits",
    "clinic.models",
    "clinic: wiring",
)
PICTURE_BEGINS, PICTURE_ENDS = "<!-- picture of the imports: begin -->", "<!-- picture of the imports: end -->"
PAGE = BASE_DIR / "docs" / "architecture.md"

Graph = Mapping[str, frozenset[str]]


def source_files() -> list[Path]:
    """Every module of the product but its migrations."""
    files = [path for app in APPS for path in (BASE_DIR / app).rglob("*.py")]
    return sorted(path for path in files if "migrations" not in path.parts)


def module_name(path: Path) -> str:
    parts = path.relative_to(BASE_DIR).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path) -> Iterator[str]:
    """Imports inside functions count too. `from a.b import c` counts as both a.b and a.b.c: c may be a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(path, node)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def read_modules() -> dict[str, frozenset[str]]:
    """Each module of the product with those that it imports, as far as they are the product's."""
    files = {module_name(path): path for path in source_files()}
    return {name: frozenset(_deepest(imported_modules(path), files)) - {name} for name, path in files.items()}


def room_of(module: str) -> str:
    app, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    if app == "services":
        return app
    if app == "booking" and name in ENTRANCES:
        return BOOKING_ENTRANCES
    if (BASE_DIR / app / name).is_dir() and name not in ENTRANCES | {""}:
        return f"{app}.{name}"
    if app == "booking":
        return SHARED
    return CLINIC_MODELS if name == "models" else WIRING


def folder_of(module: str) -> str:
    """The folder that a module stands in, and the module itself where folders stand beside it."""
    folder, _, _ = module.rpartition(".")
    place = BASE_DIR.joinpath(*folder.split("."))
    own = BASE_DIR.joinpath(*module.split("."))
    if own.is_dir() or not folder or any(one.is_dir() for one in place.iterdir() if (one / "__init__.py").is_file()):
        return module
    return folder


def gather(modules: Graph, into: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The same imports between what `into` says that each module is part of."""
    part = dict(into)
    found: dict[str, set[str]] = {name: set() for name in part.values()}
    for module, imported in modules.items():
        found[part[module]] |= {part[one] for one in imported}
    return {name: frozenset(to - {name}) for name, to in found.items()}


def read_rooms() -> dict[str, frozenset[str]]:
    modules = read_modules()
    return gather(modules, ((module, room_of(module)) for module in modules))


def find_circles(graph: Graph) -> list[list[str]]:
    """What leads back to itself: each circle as the names in it, in order of the alphabet."""
    reach = {name: _reached(graph, name) for name in graph}
    circles = {tuple(sorted({other for other in reach[name] if name in reach[other]})) for name in graph}
    return sorted(list(circle) for circle in circles if circle)


def draw() -> str:
    """The rooms as a Mermaid graph. An arrow that another way says already is left out."""
    rooms = read_rooms()
    lines = ["```mermaid", "flowchart TD"]
    for app in reversed(APPS):
        lines.append(f"  subgraph {app}_floor[{app}]")
        lines += [
            f'    {_key(room)}["{room.removeprefix(f"{app}.").removeprefix(f"{app}: ")}"]'
            for room in sorted(rooms)
            if _app(room) == app
        ]
        lines.append("  end")
    lines += [f"  {_key(room)} --> {_key(below)}" for room in sorted(rooms) for below in sorted(_direct(rooms, room))]
    return "\n".join([*lines, "```"])


def as_markdown() -> str:
    """The page docs/architecture.md with its picture drawn anew; all around it is written by hand."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(PICTURE_BEGINS)
    _, _, after = rest.partition(PICTURE_ENDS)
    return f"{before}{PICTURE_BEGINS}\n{draw()}\n{PICTURE_ENDS}{after}"


def _direct(graph: Graph, name: str) -> set[str]:
    return {one for one in graph[name] if not any(one in _reached(graph, other) for other in graph[name] - {one})}


def _reached(graph: Graph, name: str) -> set[str]:
    """What `name` imports, directly or through others; itself where a circle leads back."""
    reached: set[str] = set()
    waiting = list(graph[name])
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += graph[one]
    return reached


def _deepest(imported: Iterable[str], known: Mapping[str, Path]) -> Iterator[str]:
    """Without `a.b` where what was meant is its module `a.b.c`."""
    names = {one for one in imported if one in known}
    for name in names:
        is_package = known[name].name == "__init__.py"
        if not is_package or known[name].stat().st_size or not any(one.startswith(f"{name}.") for one in names):
            yield name


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    package = module_name(path).split(".")
    kept = package if path.name == "__init__.py" and node.level == 1 else package[: -node.level]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _app(room: str) -> str:
    return room.partition(".")[0].partition(":")[0]


def _key(room: str) -> str:
    return "".join(letter if letter.isalpha() else "_" for letter in room)
