"""`/metrics`: what it says, and to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from booking.models import Case, Heartbeat, Message
from clinic.running.metrics import read_metrics
from tests.cast import NOW

pytestmark = pytest.mark.django_db
TOKEN = "t0ken-of-forty-random-characters-8f2k3l"


def add_message(state: str, *, minutes: int) -> None:
    due, number = NOW - timedelta(minutes=minutes), Message.objects.count()
    more = {"reason": "refused"} if state == "failed" else {}
    Message.objects.create(
        dedupe_key=f"{number}",
        message_id=f"<{number}@x>",
        kind="booked",
        state=state,
        recipient="n@example.com",
        due_at=due,
        next_try_at=due,
        created_at=due,
        **more,
    )


def test_the_figures() -> None:
    for state, minutes in (("queued", 1), ("deferred", 5), ("queued", -5), ("sent", 5), ("failed", 9), ("unknown", 9)):
        add_message(state, minutes=minutes)
    Heartbeat.objects.create(name="messages", beat_at=NOW - timedelta(seconds=42))
    for state in ("open", "called", "closed"):
        Case.objects.create(kind="physician", state=state, opened_at=NOW)

    lines = [line for line in read_metrics(now=NOW) if not line.startswith("#")]

    assert lines == [
        "clinic_mails_due 2",
        'clinic_mails_in_trouble{state="failed"} 1',
        'clinic_mails_in_trouble{state="unknown"} 1',
        'clinic_tick_age_seconds{tick="messages"} 42',
        "clinic_cases_waiting 2",
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "10.0.0.5:8000"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer é"}, 404),
    ],
)
def test_only_who_asks_from_inside_is_told(asked: dict[str, Any], status: int, client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", **asked).status_code == status


def test_without_a_token_nobody_comes_in_from_elsewhere(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""

    answers = [client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION=said) for said in ("Bearer ", "")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 405
