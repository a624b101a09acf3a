from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from booking.models import Heartbeat, Message
from clinic.health import Health, read_health

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def add_message(*, state: str, minutes_late: float) -> None:
    due_at = NOW - timedelta(minutes=minutes_late)
    Message.objects.create(
        dedupe_key=f"{state}:{minutes_late}",
        kind=Message.Kind.REMINDER,
        state=state,
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


@pytest.mark.django_db
def test_readyz_without_a_heartbeat_is_degraded_but_up(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "problems": ["heartbeat"]})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "health"),
    [
        (0, Health(status="ok", problems=())),
        (180, Health(status="ok", problems=())),
        (181, Health(status="degraded", problems=("heartbeat",))),
    ],
)
def test_the_heartbeat_of_the_mails_counts_for_three_minutes_whatever_else_goes_on(
    seconds: int, health: Health
) -> None:
    Heartbeat.objects.create(name="sweep", beat_at=NOW)
    Heartbeat.objects.create(name="messages", beat_at=NOW - timedelta(seconds=seconds))

    assert read_health(now=NOW) == health


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "minutes_late", "health"),
    [
        ("queued", 10, Health(status="ok", problems=())),
        ("queued", 11, Health(status="degraded", problems=("messages",))),
        ("deferred", 11, Health(status="degraded", problems=("messages",))),
        ("queued", -60, Health(status="ok", problems=())),
        ("sent", 600, Health(status="ok", problems=())),
        ("failed", 600, Health(status="ok", problems=())),
        ("suppressed", 600, Health(status="ok", problems=())),
    ],
)
def test_a_due_message_may_wait_ten_minutes(state: str, minutes_late: float, health: Health) -> None:
    Heartbeat.objects.create(name="messages", beat_at=NOW)
    add_message(state=state, minutes_late=minutes_late)

    assert read_health(now=NOW) == health
