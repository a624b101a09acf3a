"""A real worker takes a real tick from a real broker, and the mail is there; with a Redis, and with one of our own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from booking.models import Heartbeat, Message
from booking.scheduling import appointments
from booking.scheduling.appointments import Details
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from services.sealed import drop_seals, make_seals
from tests.cast import make_clinic, make_draft
from tests.environment import ROOT
from tests.processes import url_of_test_database
from tests.programs import bare, demo, run_python, wait_until

TICK = "from clinic.celery import app; app.send_task('booking.tasks.send_due_messages')"
DETAILS = Details(name="Niamh Byrne", booker_name="Niamh Byrne", booker_email="niamh@example.com")

Worker = Callable[[dict[str, str]], None]


@pytest.fixture
def start_worker() -> Iterator[Worker]:
    started: list[subprocess.Popen[bytes]] = []

    def start(variables: dict[str, str]) -> None:
        command = [sys.executable, "-m", "celery", "-A", "clinic", "worker", "-P", "threads", "-c", "2"]
        started.append(
            subprocess.Popen(
                command, cwd=ROOT, env=bare(variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def start_broker() -> Iterator[Callable[[Path], None]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(path: Path) -> None:
        code = (
            "import pathlib, sys; from clinic.running.broker import run_broker; from clinic.running.processes import Pulse\n"
            "run_broker(Pulse(handle=2), path=pathlib.Path(sys.argv[1]))"
        )
        started.append(
            subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, env=bare({}), stderr=subprocess.DEVNULL)
        )
        wait_until(path.exists)

    yield start
    for process in started:
        process.terminate()
        process.wait()


def book_now() -> Message:
    """A visit booked for tomorrow by the clock of today, with its mail due at once."""
    now = timezone.now()
    clinic = make_clinic()
    draft = make_draft(clinic=clinic, now=now)
    day = (now + timedelta(days=1)).date()
    start = list_starts(search=Search(clinic.wish(), now), first_date=day, days=2)[0]
    appointments.keep_start(
        draft=draft, starts_at=start.starts_at, therapist_id=start.therapist_id, address="a", now=now
    )
    visit = appointments.book(draft=draft, details=DETAILS, key=draft.pk, now=now)
    return visit.messages.get(kind=Message.Kind.BOOKED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["redis", "own"])
def test_a_tick_sends_the_mail_and_leaves_a_heartbeat(
    broker: str,
    request: pytest.FixtureRequest,
    start_worker: Worker,
    start_broker: Callable[[Path], None],
    tmp_path: Path,
) -> None:
    message = book_now()
    variables = demo(folder=tmp_path, DATABASE_URL=url_of_test_database(), EMAIL_URL=f"filemail://{tmp_path}/mail")
    # A worker that shares no key with the test could not read what the test has written.
    variables["HEALTH_DATA_KEYS"] = ",".join(settings.HEALTH_DATA_KEYS)
    if broker == "redis":
        variables["REDIS_URL"] = request.getfixturevalue("redis_url")
    make_seals()
    try:
        if broker == "own":
            start_broker(tmp_path / "broker.sock")
        start_worker(variables)
        ticked = run_python(TICK, variables=variables)
        assert (ticked.status, ticked.err) == (0, "")
        wait_until(lambda: Message.objects.get(pk=message.pk).state == Message.State.SENT, seconds=60)
        wait_until(lambda: Heartbeat.objects.filter(name="send_due_messages").exists(), seconds=60)
    finally:
        drop_seals()

    mails = list((tmp_path / "mail").iterdir())
    assert len(mails) == 1
    text = mails[0].read_text(encoding="utf-8")
    assert message.message_id in text
    assert "BEGIN:VCALENDAR" in text or "text/calendar" in text


def test_a_worker_whose_broker_has_gone_again_says_so_in_one_line(tmp_path: Path) -> None:
    ready = (
        "import clinic.celery, django; django.setup(); from celery.signals import worker_ready; worker_ready.send(None)"
    )

    said = run_python(ready, variables=demo(folder=tmp_path))

    assert (said.status, [line.partition(" WARNING ")[2] for line in (said.out + said.err).splitlines()]) == (
        0,
        ["clinic.celery: The broker is away: what fell due meanwhile waits for the next tick."],
    )
