"""`/healthz`: the process answers. `/readyz`: it can work.

A tick that has stopped, or mail that does not go out, is `degraded`, still with status 200: people can book, and a
balancer that took the site away for it would turn a small fault into a large one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.running.checks import unapplied_migrations
from clinic.running.ticks import TICKS


@dataclass(frozen=True, kw_only=True)
class Health:
    """`problems` are names for a machine; `words` say the same to a person, without naming anybody."""

    status: str
    problems: tuple[str, ...]
    words: tuple[str, ...] = ()

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
    content = {"status": health.status, "problems": health.problems, "words": health.words}
    return JsonResponse(content, status=health.status_code)


def read_health(*, now: datetime) -> Health:
    """`now` in UTC."""
    try:
        if unapplied_migrations():
            return Health(status="unavailable", problems=("migrations",), words=("Migrations are not applied.",))
        problems = list(_background_problems(now))
    except DatabaseError:
        return Health(status="unavailable", problems=("database",), words=("The database does not answer.",))
    return Health(
        status="degraded" if problems else "ok",
        problems=tuple(dict.fromkeys(name for name, _ in problems)),
        words=tuple(words for _, words in problems),
    )


_MAIL_WORDS = {
    "mail_sender": "Emails have no sender: set MAIL_FROM, or the contact email.",
    "mail_parked": "No email goes out since the restore: somebody has to look at the queue, under Messages in the panel.",
    "mail_waits": "Emails were tried and did not go out. The reason is under Messages in the panel.",
    "mail_late": "Emails are due and were not tried.",
    "mail_failed": "Emails failed for good, or nobody knows whether they went out. See Messages in the panel.",
}


def _background_problems(now: datetime) -> Iterator[tuple[str, str]]:
    from booking import changes
    from booking.messages.backlog import read_backlog
    from booking.models import Heartbeat
    from services import stamp
    from services.models import ClinicPolicy

    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    # Each tick by itself: one that goes on must not hide that another has stopped.
    for tick in TICKS:
        if tick.name not in beats or beats[tick.name] < now - tick.oldest_beat:
            yield "heartbeat", f"The background work {tick.name} has stopped."
    if stamp.missing_triggers() or changes.missing_triggers():
        yield (
            "triggers",
            "What watches the tables for changes is missing, so every page is slow: run manage.py migrate.",
        )
    for name in read_backlog(policy=ClinicPolicy.current(), now=now).problems:
        yield name, _MAIL_WORDS[name]
