"""`/metrics`: a few figures in the text format of Prometheus, for those who ask from inside. Counts only.

Inside is this machine itself, past the proxy, or whoever sends METRICS_TOKEN. Everybody else finds nothing here.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.models import Case, Heartbeat, Message

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A proxy adds one of these to whatever it passes on.
TRACES_OF_A_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not is_from_inside(request):
        raise Http404
    return HttpResponse("".join(f"{line}\n" for line in read_metrics(now=timezone.now())), content_type=CONTENT_TYPE)


def is_from_inside(request: HttpRequest) -> bool:
    """Whether the token is right, or the request comes from this machine and through no proxy."""
    sent = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and hmac.compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    if any(trace in request.META for trace in TRACES_OF_A_PROXY):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def read_metrics(*, now: datetime) -> Iterator[str]:
    """The lines, `now` in UTC. Ages are in seconds; a tick that never came has no line."""
    mails = Message.objects.order_by()
    yield from _gauge("clinic_mails_due", "Mails that should have gone out by now.")
    yield f"clinic_mails_due {mails.filter(state__in=Message.WAITING, next_try_at__lte=now).count()}"
    yield from _gauge("clinic_mails_in_trouble", "Mails that failed, or whose fate is unclear.")
    found = dict(mails.filter(state__in=Message.IN_TROUBLE).values_list("state").annotate(Count("pk")))
    for state in sorted(Message.IN_TROUBLE):
        yield f'clinic_mails_in_trouble{{state="{state}"}} {found.get(state, 0)}'
    yield from _gauge("clinic_tick_age_seconds", "Since a piece of background work last ran to its end.")
    for name, beat_at in Heartbeat.objects.order_by("name").values_list("name", "beat_at"):
        yield f'clinic_tick_age_seconds{{tick="{name}"}} {max((now - beat_at).total_seconds(), 0.0):.0f}'
    yield from _gauge("clinic_cases_waiting", "Cases that wait for a person.")
    yield f"clinic_cases_waiting {Case.objects.filter(state__in=Case.OPEN).count()}"


def _gauge(name: str, says: str) -> tuple[str, str]:
    return f"# HELP {name} {says}", f"# TYPE {name} gauge"
