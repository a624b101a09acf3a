"""`python -m tests.bench`: measures, prints, and writes docs/benchmark.md. See the package."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import django

from tests import environment

environment.prepare()
django.setup()

from tests.bench import load, table  # noqa: E402 - models need Django
from tests.bench.clinics import Databases, Size, ask_inside, collect_static_files, running  # noqa: E402
from tests.bench.measures import measure  # noqa: E402
from tests.bench.table import ENGINE_NAMES, Row  # noqa: E402
from tests.environment import ENGINES, ROOT  # noqa: E402

PAGE = ROOT / "docs" / "benchmark.md"
STANDARD = Size(therapists=20, days=730)
WIDE = (Size(therapists=5, days=730), STANDARD, Size(therapists=100, days=730))
LONG = (Size(therapists=20, days=73), STANDARD, Size(therapists=20, days=7300))
SIZES = tuple(dict.fromkeys((*WIDE, *LONG)))
ROUNDS, QUICK_ROUNDS = 15, 5
MAILS = 200


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measures what answers cost, and how that grows.")
    parser.add_argument("what", nargs="?", choices=("table", "load"), default="table")
    parser.add_argument("--quick", action="store_true", help="one size, one engine, few rounds; writes no page")
    parser.add_argument("--standard", action="store_true", help="one size, on both engines; writes no page")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--to", type=Path, help="where the page is written")
    chosen = parser.parse_args(arguments)
    engines = chosen.engine or (ENGINES[:1] if chosen.quick else ENGINES)
    if chosen.what == "load":
        return load.main(engines, size=STANDARD, is_quick=chosen.quick)
    is_whole = not (chosen.quick or chosen.standard or chosen.engine)
    sizes = SIZES if not (chosen.quick or chosen.standard) else (STANDARD,)
    began = time.monotonic()
    loading, triage = measure_loading()
    results = {
        engine: [*measure_engine(engine, sizes=sizes, rounds=QUICK_ROUNDS if chosen.quick else ROUNDS), triage]
        for engine in engines
    }
    faults = [
        f"{ENGINE_NAMES[engine]}: {fault}"
        for engine, rows in results.items()
        for fault in table.find_faults(rows, standard=_pair(STANDARD))
    ]
    text = "\n".join(draw(results, loading=loading, faults=faults, seconds=time.monotonic() - began)) + "\n"
    print(text)
    if chosen.to or is_whole:
        (chosen.to or PAGE).write_text(text, encoding="utf-8")
    print("".join(f"{fault}\n" for fault in faults), end="", file=sys.stderr)
    return 1 if faults else 0


def measure_loading() -> tuple[Mapping[str, float], Row]:
    """What has nothing to do with an engine: loading the project, and a triage."""
    variables = {name: os.environ[name] for name in ("CLINIC_MODE", "DATA_DIR", "DJANGO_SETTINGS_MODULE")}
    seconds = ask_inside("triage", variables=variables)
    row = Row(name=table.TRIAGE, therapists=STANDARD.therapists, days=STANDARD.days, seconds=seconds, statements=0)
    return ask_inside("importing", variables=variables), row


def measure_engine(engine: str, *, sizes: Sequence[Size], rounds: int) -> Iterator[Row]:
    with (
        tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder,
        Databases(engine=engine, folder=Path(folder)) as databases,
    ):
        collect_static_files(Path(folder))
        for size in sizes:
            began = time.monotonic()
            with databases.filled(size) as variables:
                filled = time.monotonic()
                with running(variables) as place:
                    yield from measure(place, size, rounds=rounds)
                found = ask_inside("mails", str(MAILS), variables=variables)
                yield Row(name=table.MAIL, therapists=size.therapists, days=size.days, **found)
            print(
                f"{ENGINE_NAMES[engine]}, {size}: filled in {filled - began:.0f} s, "
                f"measured in {time.monotonic() - filled:.0f} s",
                file=sys.stderr,
                flush=True,
            )


def draw(
    results: Mapping[str, Sequence[Row]], *, loading: Mapping[str, float], faults: Sequence[str], seconds: float
) -> Iterator[str]:
    """The page, line by line."""
    names = list(dict.fromkeys(row.name for rows in results.values() for row in rows))
    journey = [name for name in names if name.startswith("Journey")]
    floors = [name for name in names if name.startswith("Floor")]
    panel = [name for name in names if name.startswith(table.PANEL_PREFIX)]
    main_names = [name for name in table.AIMS if name in names]
    sizes = [
        _pair(size)
        for size in SIZES
        if any((row.therapists, row.days) == _pair(size) for row in results[next(iter(results))])
    ]
    yield from (
        "# What answers cost, and how that grows",
        "",
        (
            f"Written by `make bench` in {seconds / 60:.0f} minutes, on Python {platform.python_version()} with "
            f"{os.cpu_count()} cores. Each figure is processor time of the two web processes of a real `manage.py up` in "
            "production's settings, read from their clocks before and after each request; a database server's own is not in it. "
            "Requests take turns with `/healthz`, which answers “ok” through the same middleware, and × is how many times as "
            "long as that a request takes: this carries over to other machines, milliseconds do not. Medians of "
            f"{ROUNDS} rounds. The clinic of the first tables is that of `seed_scale`: {STANDARD} of history, about 70 % full."
        ),
        "",
        (
            "A missed aim is told here and nothing fails for it. The run fails where an answer takes more than in proportion "
            "to the therapists, or longer with more history, and where it asks the database more often than its aim or more "
            "often in a larger clinic."
        ),
        "",
        "## Aims",
        "",
        *table.draw_standard(results, names=main_names, standard=_pair(STANDARD)),
        "",
        f"Loading the project takes {loading['seconds']:.2f} s of the processor and {loading['megabytes']:.0f} MB.",
        "",
        "## Misses",
        "",
    )
    misses = table.find_misses(results, standard=_pair(STANDARD))
    yield from (f"- {miss}" for miss in misses) if misses else ("None.",)
    yield from ("", "## Faults", "")
    yield from (f"- {fault}" for fault in faults) if faults else ("None.",)
    for title, some in (("Floors", floors), ("The panel's pages", panel), ("A booking, request by request", journey)):
        yield from ("", f"## {title}", "", *table.draw_standard(results, names=some, standard=_pair(STANDARD)))
    if len(sizes) > 1:
        yield from ("", "## How it grows", "", "Therapists × days of history.")
        for engine, rows in results.items():
            yield from ("", f"### {ENGINE_NAMES[engine]}", "")
            yield from table.draw_growth(rows, sizes=sizes, names=[*main_names, *panel, "Journey: GET /book/when/"])


def _pair(size: Size) -> tuple[int, int]:
    return size.therapists, size.days


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
