"""Whatever changes a table of the facts, and however, moves the stamp; nothing else does."""

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest
from django.db import connection, models, transaction

from services import stamp
from services.models import (
    ClinicPolicy,
    Location,
    Picture,
    Price,
    Room,
    Stamp,
    Therapist,
    TimeOff,
    Treatment,
    TreatmentLength,
    WorkingHours,
)
from services.stamp import kept_models, make_triggers, missing_triggers, read_stamp, tables
from tests.cast import NOW
from tests.services.places import make_location, make_room, make_therapist, make_treatment

pytestmark = pytest.mark.django_db


def skill() -> models.Model:
    return Therapist.treatments.through(therapist=make_therapist(), treatment=make_treatment("learnt"))


def suited_room() -> models.Model:
    return Room.treatments.through(room=make_room(make_location(), "Suited"), treatment=make_treatment("suited"))


# The shortest valid row of each model, not saved yet.
EXAMPLES: dict[str, Callable[[], models.Model]] = {
    "services.ClinicPolicy": lambda: ClinicPolicy(pk=1),
    "services.Location": lambda: Location(name="Elm Row", address="1 Elm Row", phone="01 555 0100"),
    "services.Price": lambda: Price(
        length=make_treatment("dear", minutes=(60,)).lengths.get(), first_date=date(2027, 1, 1), amount=1
    ),
    "services.Room": lambda: Room(location=make_location(), name="Blue room"),
    "services.Room_treatments": suited_room,
    "services.Therapist": lambda: Therapist(name="Ana"),
    "services.Therapist_treatments": skill,
    "services.Treatment": lambda: Treatment(key="new", name="New", firmness=1),
    "services.TreatmentLength": lambda: TreatmentLength(
        treatment=make_treatment("long", minutes=()), minutes=90, price=1
    ),
    "services.WorkingHours": lambda: WorkingHours(
        therapist=make_therapist(), location=make_location(), weekday=1, opens=time(9), closes=time(17)
    ),
}


@pytest.fixture(autouse=True)
def _triggers(db: None) -> Iterator[None]:
    yield
    assert missing_triggers() == set()


def run(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert_by_hand(row: models.Model) -> None:
    fields = row._meta.local_concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    run(f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({marks})', values)


def writers(row: models.Model) -> dict[str, Callable[[], object]]:
    """Every way in which a row can be written, in an order in which each of them finds what it needs."""
    rows, name = type(row)._default_manager, row._meta.local_concrete_fields[-1].attname
    table = f'"{row._meta.db_table}"'
    return {
        "save": lambda: row.save(force_insert=True),
        "save again": row.save,
        "update": lambda: rows.filter(pk=row.pk).update(**{name: getattr(row, name)}),
        "update in bulk": lambda: rows.bulk_update([row], [name]),
        "update by hand": lambda: run(f"UPDATE {table} SET id = id WHERE id = %s", [row.pk]),
        "delete by hand": lambda: run(f"DELETE FROM {table} WHERE id = %s", [row.pk]),
        "insert by hand": lambda: insert_by_hand(row),
        "delete a query": lambda: rows.filter(pk=row.pk).delete(),
        "insert in bulk": lambda: rows.bulk_create([row]),
        "delete": lambda: type(row)._default_manager.get(pk=row.pk).delete(),
    }


def test_every_model_of_the_facts_has_an_example_here() -> None:
    assert set(EXAMPLES) == {model._meta.label for model in kept_models()}


@pytest.mark.parametrize("label", EXAMPLES)
@pytest.mark.both_engines
def test_each_way_of_writing_a_row_moves_the_stamp(label: str) -> None:
    ClinicPolicy.objects.all().delete()
    row = EXAMPLES[label]()
    stamps, before = {}, read_stamp()

    for way, write in writers(row).items():
        write()
        stamps[way] = read_stamp()

    assert before is not None
    assert len({before, None, *stamps.values()}) == len(stamps) + 2


def test_what_is_no_fact_leaves_the_stamp_alone() -> None:
    therapist, before = make_therapist(), read_stamp()

    TimeOff.objects.create(therapist=therapist, starts_at=NOW, ends_at=NOW.replace(hour=9))

    assert read_stamp() == before


def test_a_change_that_is_taken_back_takes_its_stamp_back() -> None:
    before = read_stamp()

    with transaction.atomic():
        Therapist.objects.create(name="Ana")
        during = read_stamp()
        transaction.set_rollback(True)

    assert (read_stamp(), during == before) == (before, False)


def test_a_trigger_that_is_gone_is_missed_and_made_again_with_another_stamp() -> None:
    before, wanted = read_stamp(), stamp.find_triggers()

    stamp.drop_triggers()
    Therapist.objects.create(name="Ana")
    gone = missing_triggers()
    make_triggers()
    make_triggers()

    assert (gone, stamp.find_triggers()) == (wanted, wanted)
    assert read_stamp() not in (before, None)


@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_was_switched_off_for_a_while_moves_the_stamp(engine: str) -> None:
    """Only PostgreSQL can: a restore of data alone does."""
    if engine == "sqlite":
        return
    Therapist.objects.create(name="Ana")
    before = read_stamp()

    run("ALTER TABLE services_therapist DISABLE TRIGGER USER")
    run("UPDATE services_therapist SET name = 'Bo'")
    run("ALTER TABLE services_therapist ENABLE TRIGGER USER")

    assert read_stamp() not in (before, None)


def test_where_nobody_has_stamped_nobody_knows() -> None:
    Stamp.objects.all().delete()
    unknown = read_stamp()

    make_triggers()

    assert (unknown, read_stamp() is None) == (None, False)


def test_a_table_that_is_left_out_is_named_with_the_reason() -> None:
    ours = {model._meta.db_table for model in (Location, Picture, TimeOff, Stamp)}

    assert ours - set(tables()) == set(stamp.LEFT_OUT)
    assert all(stamp.LEFT_OUT.values())
