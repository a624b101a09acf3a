"""A visit in a calendar on the web: the address that opens one with the visit filled in.

What the file says, and no more: the clinic, the place and the time, neither the treatment nor a person, and not the link,
since these addresses are another company's.
"""

from datetime import UTC
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.messages.plain import joined_lines, one_line
from booking.models import Appointment
from services.models import ClinicPolicy


def title_of(policy: ClinicPolicy) -> str:
    """What a visit is called in a calendar."""
    return _("Visit at %(clinic)s") % {"clinic": one_line(policy.clinic_name)}


def google_url(visit: Appointment, policy: ClinicPolicy) -> str:
    span = "/".join(f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in (visit.starts_at, visit.ends_at))
    sent = {"action": "TEMPLATE", "text": title_of(policy), "dates": span, "location": _place(visit)}
    return f"https://calendar.google.com/calendar/render?{urlencode(sent)}"


def outlook_url(visit: Appointment, policy: ClinicPolicy) -> str:
    sent = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title_of(policy),
        "startdt": f"{visit.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{visit.ends_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "location": _place(visit),
    }
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(sent)}"


def map_url(visit: Appointment) -> str:
    """Where the place is, on a map: its address and nothing else."""
    return f"https://www.google.com/maps/search/?{urlencode({'api': '1', 'query': _place(visit)})}"


def _place(visit: Appointment) -> str:
    return joined_lines(f"{visit.location.name}\n{visit.location.address}")
