"""Which room of the code imports which, read from the source, and the picture of it in docs/architecture.md.

A room is a package of an app, like `booking.messages`. Modules that stand in no package are gathered into rooms, too.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from clinic.running.environment import BASE_DIR

APPS = ("services", "booking", "clinic")
ENTRANCES = frozenset({"tasks", "admin", "apps", "management"})
BEGIN, END = "<!-- the picture of the imports: written by manage.py write_docs -->", "<!-- end of the picture -->"
PAGE = BASE_DIR / "docs" / "architecture.md"

Graph = Mapping[str, frozenset[str]]


def source_files() -> list[Path]:
    """Every module of the product but its migrations."""
    files = [path for app in APPS for path in (BASE_DIR / app).rglob("*.py")]
    return sorted(path for path in files if "migrations" not in path.parts)


def module_name(path: Path) -> str:
    parts = path.relative_to(BASE_DIR).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_modules() -> dict[str, frozenset[str]]:
    """Each module of the product with those of the product that it imports, inside functions too."""
    files = {module_name(path): path for path in source_files()}
    return {name: frozenset(_imported(path, set(files))) - {name} for name, path in files.items()}


def room_of(module: str) -> str:
    """The room of a module. All of services is one."""
    app, name = (*module.split("."), "")[:2]
    if app == "services":
        return app
    if module == "clinic.models":
        return module
    if name not in ENTRANCES and (BASE_DIR / app / name / "__init__.py").is_file() and name:
        return f"{app}.{name}"
    if app == "clinic":
        return "clinic.wiring"
    return "booking.tasks and commands" if name in ENTRANCES else "booking.links and limits"


def folder_of(module: str) -> str:
    """The folder that a module stands in; the module itself where it is a package or stands beside one."""
    own = BASE_DIR.joinpath(*module.split("."))
    stands_beside_packages = any((one / "__init__.py").is_file() for one in own.parent.iterdir())
    return module if own.is_dir() or stands_beside_packages else module.rpartition(".")[0]


def gather(modules: Graph, part: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The same imports, between what `part` says that each module belongs to."""
    found: dict[str, set[str]] = {name: set() for name in part.values()}
    for module, imported in modules.items():
        found[part[module]] |= {part[one] for one in imported}
    return {name: frozenset(to - {name}) for name, to in found.items()}


def read_rooms() -> dict[str, frozenset[str]]:
    modules = read_modules()
    return gather(modules, {module: room_of(module) for module in modules})


def find_circles(graph: Graph) -> list[list[str]]:
    """What leads back to itself: each circle with the names in it in alphabetical order."""
    reach = {name: _reached(graph, name) for name in graph}
    circles = {tuple(sorted(other for other in reach[name] if name in reach[other])) for name in graph}
    return sorted(list(circle) for circle in circles if circle)


def draw() -> str:
    """The rooms as a Mermaid graph. An arrow is left out where others lead to the same room."""
    rooms = read_rooms()
    lines = ["```mermaid", "flowchart TD"]
    for app in reversed(APPS):
        inside = [room for room in sorted(rooms) if room.partition(".")[0] == app]
        lines.append(f"  subgraph {app}_floor[{app}]")
        lines += [f'    {_key(room)}["{room.removeprefix(f"{app}.")}"]' for room in inside]
        lines.append("  end")
    lines += [f"  {_key(room)} --> {_key(below)}" for room in sorted(rooms) for below in sorted(_next(rooms, room))]
    return "\n".join([*lines, "```"])


def as_markdown() -> str:
    """The page docs/architecture.md with a fresh picture; the rest of it is written by hand."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{draw()}\n\n{END}{rest.partition(END)[2]}"


def _next(graph: Graph, name: str) -> set[str]:
    return {one for one in graph[name] if not any(one in _reached(graph, other) for other in graph[name] - {one})}


def _reached(graph: Graph, name: str) -> set[str]:
    """What `name` imports, directly or through others; itself, too, where a circle leads back."""
    reached: set[str] = set()
    waiting = list(graph[name])
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += graph[one]
    return reached


def _imported(path: Path, known: set[str]) -> Iterator[str]:
    """`from a.b import c` is about the module a.b.c where there is one, and about a.b where c is a name in that."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from known & {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(path, node)
            names = {f"{base}.{alias.name}" for alias in node.names}
            yield from names & known
            yield from known & {base} if names - known else ()


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    package = module_name(path).split(".")
    kept = package if path.name == "__init__.py" and node.level == 1 else package[: -node.level]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _key(room: str) -> str:
    return room.replace(".", "_").replace(" ", "_")
