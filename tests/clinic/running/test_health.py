from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from booking import changes
from booking.models import Heartbeat, Message
from clinic.running.health import Health, read_health
from clinic.running.ticks import TICKS
from services import stamp

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def add_message(*, state: str, minutes_late: float, attempts: int) -> None:
    due_at = NOW - timedelta(minutes=minutes_late)
    Message.objects.create(
        dedupe_key=f"{state}:{minutes_late}",
        kind=Message.Kind.REMINDER,
        state=state,
        attempts=attempts,
        recipient="niamh@example.ie",
        due_at=due_at,
        next_try_at=due_at,
        message_id=f"<{state}:{minutes_late}@clinic.test>",
        created_at=due_at,
        reason="why not" if state in ("failed", "suppressed") else "",
    )


def test_healthz_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def beat(*, seconds_ago: int = 0, without: str = "") -> None:
    """Every tick has run, `seconds_ago`."""
    names = [tick.name for tick in TICKS if tick.name != without]
    Heartbeat.objects.bulk_create(Heartbeat(name=name, beat_at=NOW - timedelta(seconds=seconds_ago)) for name in names)


def stopped(name: str) -> str:
    return f"The background work {name} has stopped."


@pytest.mark.django_db
def test_readyz_without_a_heartbeat_is_degraded_but_up(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "degraded",
            "problems": ["heartbeat"],
            "words": [stopped("sweep"), stopped("send_due_messages")],
        },
    )


@pytest.mark.django_db
def test_a_heartbeat_counts_for_two_minutes() -> None:
    beat(seconds_ago=120)
    fresh = read_health(now=NOW)

    stale = read_health(now=NOW + timedelta(seconds=1))

    assert fresh == Health(status="ok", problems=())
    assert (stale.status, stale.problems) == ("degraded", ("heartbeat",))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [tick.name for tick in TICKS])
def test_no_tick_hides_that_another_has_stopped(name: str) -> None:
    beat(without=name)

    assert read_health(now=NOW) == Health(status="degraded", problems=("heartbeat",), words=(stopped(name),))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "minutes_late", "attempts", "problems"),
    [
        ("queued", 2, 0, ()),
        ("queued", 2.1, 0, ("mail_late",)),
        ("queued", -60, 0, ()),
        ("queued", 0, 1, ("mail_waits",)),
        ("deferred", 0, 1, ("mail_waits",)),
        ("failed", 0, 1, ("mail_failed",)),
        ("unknown", 0, 1, ("mail_failed",)),
        ("failed", 15 * 24 * 60, 1, ()),
        ("sent", 600, 1, ()),
        ("suppressed", 600, 0, ()),
    ],
)
def test_mail_that_does_not_go_out_is_said(
    state: str, minutes_late: float, attempts: int, problems: tuple[str, ...]
) -> None:
    beat()
    add_message(state=state, minutes_late=minutes_late, attempts=attempts)

    health = read_health(now=NOW)

    assert (health.status, health.problems) == ("degraded" if problems else "ok", problems)
    assert len(health.words) == len(problems)


@pytest.mark.django_db
@pytest.mark.parametrize("watcher", [stamp, changes], ids=["facts", "day"])
def test_a_trigger_that_went_under_a_running_clinic_is_said(watcher: Any) -> None:
    beat()
    watcher.drop_triggers()

    gone = read_health(now=NOW)
    watcher.make_triggers()

    assert (gone.status, gone.problems, len(gone.words)) == ("degraded", ("triggers",), 1)
    assert read_health(now=NOW) == Health(status="ok", problems=())


@pytest.mark.django_db
def test_a_clinic_without_a_sender_is_degraded(settings: Settings) -> None:
    settings.IS_DEMO = False
    beat()

    assert read_health(now=NOW).problems == ("mail_sender",)
