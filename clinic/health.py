"""`/healthz`: the process answers. `/readyz`: it can work.

A dead worker or a queue that grows is `degraded`, still with status 200: mails are late then, but people can book, and
a balancer that took the site away for it would turn a small fault into a large one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.checks import unapplied_migrations

OLDEST_HEARTBEAT = timedelta(minutes=3)
OLDEST_DUE_MESSAGE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Health:
    status: str
    problems: tuple[str, ...]

    @property
    def status_code(self) -> int:
        return 503 if self.status == "unavailable" else 200


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    health = read_health(now=timezone.now())
    return JsonResponse({"status": health.status, "problems": list(health.problems)}, status=health.status_code)


def read_health(*, now: datetime) -> Health:
    """`now` in UTC."""
    try:
        if unapplied_migrations():
            return Health(status="unavailable", problems=("migrations",))
        problems = _background_problems(now)
    except DatabaseError:
        return Health(status="unavailable", problems=("database",))
    return Health(status="degraded" if problems else "ok", problems=problems)


def _background_problems(now: datetime) -> tuple[str, ...]:
    from booking.messages.sweep import HEARTBEAT
    from booking.models import Heartbeat, Message

    # The mails' own tick: another one that goes on must not hide that mails stand still.
    last_beat = Heartbeat.objects.filter(name=HEARTBEAT).values_list("beat_at", flat=True).first()
    late = Message.objects.filter(
        state__in=[Message.State.QUEUED, Message.State.DEFERRED],
        next_try_at__lt=now - OLDEST_DUE_MESSAGE,
    )
    problems = []
    if last_beat is None or last_beat < now - OLDEST_HEARTBEAT:
        problems.append("heartbeat")
    if late.exists():
        problems.append("messages")
    return tuple(problems)
