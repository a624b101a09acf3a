"""What has to be done or measured within the clinic: `python -m tests.bench.inside NAME`, in its own settings.

Prints what it found as JSON. What it measures is processor time of this process.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

TRIAGES = 200
IMPORTS = 5
IMPORT = """
import os, resource, time
os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
get_wsgi_application()
get_resolver().url_patterns
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def make_staff() -> dict[str, Any]:
    """Who is signed in, by role, and who and what there is to look at."""
    from django.conf import settings

    from booking.models import Appointment
    from services.models import Therapist

    day = full_day()
    visit = Appointment.objects.filter(starts_at__date=day).order_by("starts_at", "id")[0]
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": {role: sign_in(role) for role in ("owner", "reception")},
        "day": day.isoformat(),
        "year": f"first={day - timedelta(days=366)}&last={day - timedelta(days=2)}",
        "therapist": Therapist.objects.order_by("id")[0].pk,
        "visit": visit.reference,
        "person": visit.client.public_id if visit.client else "",
    }


def sign_in(role: str) -> str:
    """The key of a session of a new account, second factor and all."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from clinic.models import StaffProfile

    user = User.objects.create_user(f"bench-{role}", password="a-password-for-the-bench")
    StaffProfile.objects.create(user=user, role=role)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.create(user=user, name="app", confirmed=True).persistent_id
    session.save()
    return str(session.session_key)


def full_day() -> date:
    """A Tuesday within the week that begins in two days: full of visits, and past the notice."""
    from django.utils import timezone

    ahead = timezone.now().date() + timedelta(days=2)
    return ahead + timedelta(days=(1 - ahead.weekday()) % 7)


def tidy() -> None:
    """What a database in use has done by itself, and would else do while we measure."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def mails(count: str) -> dict[str, float]:
    """Seconds and statements of each of so many confirmations, to a mail server that is only a list."""
    from django.core import mail
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings

    statements = 0

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, params, many, context)

    def send(many: int) -> float:
        queue_mails(many)
        mail.outbox = []
        began = time.process_time()
        with connection.execute_wrapper(watch):
            call_command("send_due_messages", stdout=io.StringIO())
        seconds = time.process_time() - began
        assert len(mail.outbox) == many, f"{len(mail.outbox)} of {many} mails were sent"
        return seconds

    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        send(10)
        statements = 0
        return {"seconds": send(int(count)) / int(count), "statements": round(statements / int(count), 1)}


def queue_mails(count: int) -> None:
    """A confirmation each for so many visits ahead, each to an address of its own."""
    from django.utils import timezone

    from booking.messages import outbox
    from booking.models import Appointment, Message, State

    now = timezone.now()
    Message.objects.all().delete()
    for visit in Appointment.objects.filter(state=State.BOOKED, starts_at__gt=now).order_by("-pk")[:count]:
        visit.booker_email = f"visit{visit.pk}@clients.example"
        visit.save(update_fields=["booker_email"])
        outbox.announce(appointment=visit, kind=Message.Kind.BOOKED, now=now)
    Message.objects.filter(kind=Message.Kind.REMINDER).delete()


def triage() -> float:
    """Seconds of one; of answers that lead to each outcome, in turn."""
    from booking.rules.rulebook import load_rulebook
    from booking.rules.triage import triage as judge
    from tests.booking.rules.answers import complete
    from tests.cast import CAREFUL, DOCTOR_FIRST, EMERGENCY, RELAXING, WITH_A_NOTE

    forms = [complete(RELAXING | changes) for changes in ({}, CAREFUL, DOCTOR_FIRST, EMERGENCY, WITH_A_NOTE)]
    rulebook = load_rulebook()
    for form in forms:
        judge(form, rulebook)
    began = time.process_time()
    for number in range(TRIAGES):
        judge(forms[number % len(forms)], rulebook)
    return (time.process_time() - began) / TRIAGES


def importing() -> dict[str, float]:
    """Processor seconds and MB of a process that has loaded the project with all its addresses; medians."""
    found = [
        subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, check=True, text=True).stdout.split()
        for _ in range(IMPORTS)
    ]
    return {
        "seconds": statistics.median(float(seconds) for seconds, _ in found),
        "megabytes": statistics.median(int(kilobytes) / 1024 for _, kilobytes in found),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    import django

    django.setup()
    known: dict[str, Callable[..., Any]] = {one.__name__: one for one in (make_staff, tidy, mails, triage, importing)}
    print(json.dumps(known[sys.argv[1]](*sys.argv[2:])))
