"""What the address of a report asks for: which period and which place. What is no choice is taken for none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from booking.reports.periods import Choice, Period, chosen, of_dates
from clinic.panel.fields import read_date
from services import rota
from services.catalogue import home_zone
from services.models import Location

USUAL = Choice.EIGHT_WEEKS


@dataclass(frozen=True)
class Asked:
    """`choice` is None where dates were typed, `location` for every place. `today` is that of the place."""

    period: Period
    choice: Choice | None
    location: Location | None
    today: date


def read_asked(query: Mapping[str, str], *, locations: Sequence[Location], now: datetime) -> Asked:
    location = next((one for one in locations if str(one.pk) == query.get("location")), None)
    zone = rota.zone_of(location=location) if location else home_zone()
    today = now.astimezone(zone).date()
    first, last = read_date(query.get("first", "")), read_date(query.get("last", ""))
    wanted = query.get("period", "")
    if first and last and wanted not in set(Choice):
        return Asked(of_dates(first, last), None, location, today)
    choice = Choice(wanted) if wanted in set(Choice) else USUAL
    return Asked(chosen(choice, today=today), choice, location, today)
