"""The broker is only a bell: with too many beats and workers nothing comes twice, without a broker nothing is lost."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from booking.messages.clock import read_database_clock
from booking.models import Appointment, Heartbeat, Message
from services.sealed import drop_seals, make_seals
from tests.booking.messages.factories import make_many
from tests.environment import ROOT
from tests.faults.booking_script import BOOKINGS
from tests.processes import url_of_test_database
from tests.programs import bare, demo, run_python, wait_until
from tests.servers import Server, start_redis
from tests.smtp_sink import Sink

IS_LONG = os.environ.get("PROVE") == "1"
Start = Callable[..., None]


@pytest.fixture
def redis() -> Iterator[Server]:
    """Without persistence: killed, it forgets everything."""
    server = start_redis()
    yield server
    server.stop()


@pytest.fixture
def start_celery(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, variables: dict[str, str]) -> None:
        command = [sys.executable, "-m", "celery", "-A", "clinic", *arguments]
        with (tmp_path / f"celery-{len(started)}.log").open("wb") as log:
            started.append(subprocess.Popen(command, cwd=ROOT, env=bare(variables), stdout=log, stderr=log))

    yield start
    for process in started:
        process.kill()
        process.wait()


def variables_for(*, folder: Path, redis: Server, sink: Sink) -> dict[str, str]:
    return demo(folder=folder, DATABASE_URL=url_of_test_database(), REDIS_URL=redis.url, EMAIL_URL=sink.url) | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.quick_beat",
    }


def make_due(count: int, *, first: int = 0) -> None:
    now = read_database_clock()
    starts_at = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    make_many(count, due_at=now, starts_at=starts_at, first=first)


def copies(sink: Sink) -> Counter[str]:
    return Counter(mail.message_id for mail in sink.mails())


def beats() -> int:
    return Heartbeat.objects.filter(name="send_due_messages").count()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_two_beats_three_workers_and_a_broker_that_is_killed_and_forgets(
    redis: Server, sink: Sink, start_celery: Start, tmp_path: Path
) -> None:
    """Redis dies in the middle of one heap of mails, and another falls due meanwhile. 0 doubles, 0 lost, no restart."""
    heap = 500 if IS_LONG else 50
    variables = variables_for(folder=tmp_path, redis=redis, sink=sink)
    make_seals()
    try:
        make_due(heap)
        sink.behave("slow")
        for number in range(2):
            start_celery("beat", "--schedule", str(tmp_path / f"beat-{number}"), variables=variables)
        for number in range(3):
            start_celery("worker", "-P", "threads", "-c", "2", "-n", f"w{number}@test", variables=variables)
        wait_until(lambda: len(sink.mails()) >= heap // 2, seconds=120)
        redis.kill()
        make_due(heap, first=heap)
        redis.start()
        sink.behave("well")
        wait_until(lambda: len(sink.mails()) >= 2 * heap, seconds=180)
    finally:
        drop_seals()

    print(f"{2 * heap} mails, {sum(copies(sink).values()) - 2 * heap} doubles, 0 lost, {beats()} heartbeat")
    assert copies(sink) == Counter(Message.objects.values_list("message_id", flat=True))
    assert beats() == 1


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["refused", "frozen"])
def test_booking_does_not_notice_a_broker_that_is_away(redis: Server, sink: Sink, tmp_path: Path, state: str) -> None:
    """Clients book page by page, mail and all, in a process whose settings name a Redis that refuses or hangs."""
    variables = variables_for(folder=tmp_path, redis=redis, sink=sink) | {"BOOKINGS": str(BOOKINGS)}
    if state == "refused":
        redis.kill()
    else:
        redis.freeze()

    try:
        done = run_python("from tests.faults.booking_script import main; main()", variables=variables, seconds=900)
    finally:
        redis.thaw()

    print(f"Redis {state}: {done.out.strip()}")
    assert (done.status, done.err) == (0, "")
    assert Appointment.objects.filter(state="booked").count() == BOOKINGS
    assert Message.objects.filter(kind="booked").count() == BOOKINGS
