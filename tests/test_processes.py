import os
from datetime import UTC, datetime

import pytest
from django.db import connection

from booking.models import Heartbeat
from tests.processes import Crew

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def add_heartbeat(*, name: str) -> str:
    Heartbeat.objects.create(name=name, beat_at=NOON)
    return name


def tell_process() -> tuple[int, str]:
    return os.getpid(), str(connection.settings_dict["NAME"])


def end_abruptly() -> None:
    os._exit(9)


def test_crew_lets_only_one_insert_the_same_key(crew: Crew) -> None:
    outcomes = crew.run(add_heartbeat, [{"name": "same"}] * 8)

    assert sorted((outcome.value, outcome.error) for outcome in outcomes if outcome.value) == [("same", None)]
    assert [outcome.error for outcome in outcomes if outcome.error] == ["IntegrityError"] * 7
    assert list(Heartbeat.objects.values_list("name", "beat_at")) == [("same", NOON)]


def test_crew_runs_each_call_in_a_process_of_its_own_on_the_test_database(crew: Crew) -> None:
    first = [outcome.value for outcome in crew.run(tell_process, [{}] * 4)]
    second = [outcome.value for outcome in crew.run(tell_process, [{}] * 4)]

    assert first == second
    assert len({pid for pid, _ in first} - {os.getpid()}) == 4
    assert {name for _, name in first} == {str(connection.settings_dict["NAME"])}


def test_crew_reports_a_process_that_died(crew: Crew) -> None:
    outcomes = crew.run(end_abruptly, [{}] * 2)

    assert [outcome.error for outcome in outcomes] == ["Died", "Died"]
