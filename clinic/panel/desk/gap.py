"""A gap on the board as it travels to the form of a new visit: place, therapist, start or day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from booking.models import Client
from services import rota
from services.models import Location


def read_gap(sent: QueryDict) -> dict[str, str]:
    """Of what was sent, what can be part of a gap, or of the day whose board was open."""
    gap = {key: sent.get(key, "") for key in ("location", "therapist")}
    numbers = {key: text for key, text in gap.items() if text.isascii() and text.isdigit() and len(text) < 10}
    return numbers | _read_start(sent.get("start", "")) | _read_day(sent.get("day", ""))


def _read_start(text: str) -> dict[str, str]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return {}
    is_near = moment.utcoffset() is not None and 2000 <= moment.year < 2100
    return {"start": moment.isoformat()} if is_near else {}


def _read_day(text: str) -> dict[str, str]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return {}
    return {"day": day.isoformat()} if 2000 <= day.year < 2100 else {}


def begin_with(gap: dict[str, str], client: Client | None, locations: Sequence[Location]) -> dict[str, Any]:
    """What the form begins with: the gap by the clock of its place, and the person."""
    location = next((one for one in locations if str(one.pk) == gap.get("location")), locations[0])
    initial: dict[str, Any] = {"location": location.pk, "therapist": gap.get("therapist")}
    if "day" in gap:
        initial["day"] = date.fromisoformat(gap["day"])
    if "start" in gap:
        local = datetime.fromisoformat(gap["start"]).astimezone(rota.zone_of(location=location))
        initial |= {"day": local.date(), "time": local.strftime("%H:%M")}
    if client is not None:
        initial |= {"client_id": client.public_id, "name": client.name, "email": client.email, "phone": client.phone}
    return initial
