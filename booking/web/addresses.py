"""The addresses of a visit's pages. Each has the visit's link in it."""

from django.urls import reverse

from booking import links
from booking.models import Appointment


def url_of(visit: Appointment, name: str = "visit") -> str:
    """The address of one page of the visit: `name` as in urls.py, without its "visit_"."""
    view = "booking:visit" if name == "visit" else f"booking:visit_{name}"
    return reverse(view, args=[links.make_token(visit)])


def urls_of(visit: Appointment) -> dict[str, str]:
    """Those that other pages of the visit lead to."""
    urls = {name: url_of(visit, name) for name in ("visit", "move", "cancel", "calendar", "confirm", "your_data")}
    token = links.make_token(visit, purpose=links.REMINDERS)
    return urls | {"reminders": reverse("booking:reminders", args=[token])}
