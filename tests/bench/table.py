"""What is asked of each row, and what is made of the figures: the page, the misses, and the faults. Pure.

A miss is an aim in time that is not met: it is told, and nothing fails. A fault is growth, or statements: the run fails.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

ENGINE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

ONE_DAY = "Starts of one therapist, one day"
DAYS = "Days with a start, 30 days, anyone"
ALL_STARTS = "All starts, 14 days, each therapist"
A_POST = "A POST of the journey, median"
BOOKING = "A whole booking"
BOARD = "Day board"
REFRESH = "A refresh of the board that finds nothing new"
MAIL = "One due mail"
TRIAGE = "One triage"
FLOOR_STATEMENT = "Floor: one statement"
FLOOR_ONE_DAY = "Floor: one statement and a bit mask, one day"
FLOOR_DAYS = "Floor: raw rows and bit masks, 30 days"
FLOOR_ALL_STARTS = "Floor: raw rows and bit masks, every start of 14 days"
FLOOR_BOARD = "Floor: one statement, a line of HTML a visit"


@dataclass(frozen=True, kw_only=True)
class Aim:
    """At the standard size. `times`: as long as "ok" takes; `milliseconds` where "ok" says nothing; `statements`: at most."""

    times: float | None = None
    milliseconds: float | None = None
    statements: int | None = None
    floor: str = ""

    def __str__(self) -> str:
        if self.milliseconds is not None:
            return f"{self.milliseconds:g} ms"
        return "" if self.times is None else f"× {self.times:g}"


AIMS: Mapping[str, Aim] = {
    ONE_DAY: Aim(times=3, statements=4, floor=FLOOR_ONE_DAY),
    DAYS: Aim(times=6, statements=5, floor=FLOOR_DAYS),
    ALL_STARTS: Aim(times=6, statements=5, floor=FLOOR_ALL_STARTS),
    A_POST: Aim(times=6, statements=60),
    BOOKING: Aim(times=150, statements=120),
    BOARD: Aim(times=10, statements=8, floor=FLOOR_BOARD),
    REFRESH: Aim(times=1.5, statements=3, floor=FLOOR_STATEMENT),
    MAIL: Aim(milliseconds=3, statements=3),
    TRIAGE: Aim(milliseconds=0.3),
}
PANEL_PAGE = Aim(times=10)
NO_AIM = Aim()
PANEL_PREFIX = "Panel: "
# What the statements of a row are, where they are not those of one request.
STATEMENTS_OF = {A_POST: "of all POSTs"}
# Sent in batches, so that the figure for each is uneven.
UNEVEN = {MAIL}

# How much more than linear in therapists, or flat in history, is still the noise of a machine that does other things,
# too; and what is too short to tell.
NOISE = 1.35
LEAST_MILLISECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing at one size on one engine: medians. Seconds are of the processor; `ok_seconds` those of "ok" meanwhile."""

    name: str
    therapists: int
    days: int
    seconds: float
    statements: float
    ok_seconds: float | None = None

    @property
    def milliseconds(self) -> float:
        return 1000 * self.seconds

    @property
    def times(self) -> float | None:
        return self.seconds / self.ok_seconds if self.ok_seconds else None


def aim_of(name: str) -> Aim:
    return PANEL_PAGE if name.startswith(PANEL_PREFIX) else AIMS.get(name, NO_AIM)


def find_faults(rows: Sequence[Row], *, standard: tuple[int, int]) -> Iterator[str]:
    """A sentence for each row that grows more than it may, or asks the database too often."""
    for name, members in by_name(rows).items():
        if name.startswith("Floor"):
            continue
        counts = {f"{row.therapists} × {row.days}": row.statements for row in members}
        if name not in UNEVEN and len(set(counts.values())) > 1:
            yield f"{name}: the number of statements depends on the size: {counts}"
        most = aim_of(name).statements
        here = [row for row in members if (row.therapists, row.days) == standard]
        if most is not None and any(row.statements > most for row in here):
            yield f"{name}: {here[0].statements:g} statements, where {most} are the aim"
        yield from _find_growth(name, members, standard=standard)


def _find_growth(name: str, members: Sequence[Row], *, standard: tuple[int, int]) -> Iterator[str]:
    therapists, days = standard
    wide = sorted((row for row in members if row.days == days), key=lambda row: row.therapists)
    long = sorted((row for row in members if row.therapists == therapists), key=lambda row: row.days)
    for small, large in itertools.pairwise(wide):
        yield from _compare(name, small, large, allowed=large.therapists / small.therapists)
    if len(long) > 1:
        yield from _compare(name, long[0], long[-1], allowed=1)


def _compare(name: str, small: Row, large: Row, *, allowed: float) -> Iterator[str]:
    """By multiples of "ok" where there are some, so that a machine that is slow for a while does not count."""
    before, after = (small.times, large.times) if small.times and large.times else (small.seconds, large.seconds)
    grown = 1000 * (large.seconds - allowed * small.seconds)
    if after > allowed * NOISE * before and grown > LEAST_MILLISECONDS:
        yield (
            f"{name}: {after / before:.1f} times as long with {large.therapists} therapists and {large.days} days as "
            f"with {small.therapists} and {small.days}, where {allowed:g} is allowed"
        )


def find_misses(results: Mapping[str, Sequence[Row]], *, standard: tuple[int, int]) -> list[str]:
    """A sentence for each aim in time that is not met at the standard size, with what the floor is."""
    found = []
    for engine, rows in results.items():
        here = {row.name: row for row in rows if (row.therapists, row.days) == standard}
        for name, row in here.items():
            aim = aim_of(name)
            is_late = aim.times is not None and row.times is not None and row.times > aim.times
            if is_late or (aim.milliseconds is not None and row.milliseconds > aim.milliseconds):
                found.append(f"{ENGINE_NAMES[engine]}: {name}: {figure(row)}, the aim is {aim}.{_floor(aim, here)}")
    return found


def _floor(aim: Aim, here: Mapping[str, Row]) -> str:
    floor = here.get(aim.floor)
    return f" {floor.name}: {figure(floor)}." if floor else ""


def by_name(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row)
    return found


def figure(row: Row) -> str:
    return f"× {row.times:.1f}" if row.times is not None else f"{row.milliseconds:.2f} ms"


def draw_standard(
    results: Mapping[str, Sequence[Row]], *, names: Sequence[str], standard: tuple[int, int]
) -> Iterator[str]:
    """The table with the aims beside the figures."""
    engines = [ENGINE_NAMES[engine] for engine in results]
    heads = "".join(f" {engine} | ms | statements |" for engine in engines)
    yield f"| | aim | statements |{heads}"
    yield f"| --- | ---: | ---: |{' ---: |' * 3 * len(engines)}"
    here = [{row.name: row for row in rows if (row.therapists, row.days) == standard} for rows in results.values()]
    for name in names:
        aim, cells = aim_of(name), ""
        for rows in here:
            row = rows.get(name)
            cells += f" {figure(row)} | {row.milliseconds:.2f} | {row.statements:g} |" if row else " | | |"
        label = f"{name} (statements {STATEMENTS_OF[name]})" if name in STATEMENTS_OF else name
        yield f"| {label} | {aim} | {'' if aim.statements is None else aim.statements} |{cells}"


def draw_growth(rows: Sequence[Row], *, sizes: Sequence[tuple[int, int]], names: Sequence[str]) -> Iterator[str]:
    """How many times "ok" each row takes, size by size; milliseconds where "ok" says nothing."""
    yield "| | " + " | ".join(f"{therapists} × {days:,}" for therapists, days in sizes) + " |"
    yield f"| --- |{' ---: |' * len(sizes)}"
    found = by_name(rows)
    for name in names:
        at = {(row.therapists, row.days): row for row in found.get(name, [])}
        if at:
            yield f"| {name} | " + " | ".join(figure(at[size]) if size in at else "" for size in sizes) + " |"
