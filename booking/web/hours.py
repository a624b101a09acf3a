"""When somebody works at a place in an ordinary week, in lines: "Monday to Friday, 09:00 to 20:00"."""

from collections.abc import Sequence
from datetime import date, time

from django.db.models import Max, Min, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from services.countries import format_clock
from services.models import Location, Therapist, WorkingHours


def describe_hours(location: Location, *, today: date, therapist: Therapist | None = None) -> list[str]:
    """From the first who begins to the last who ends, or of one therapist. One statement."""
    in_force = (Q(first_date=None) | Q(first_date__lte=today)) & (Q(last_date=None) | Q(last_date__gte=today))
    whose = Q(therapist=therapist) if therapist else Q(therapist__is_active=True)
    rows = WorkingHours.objects.filter(in_force, whose, location=location).order_by("weekday")
    spans = rows.values_list("weekday").annotate(opens=Min("opens"), closes=Max("closes"))
    days = [
        (weekday, _("%(opens)s to %(closes)s") % {"opens": _clock(opens, location), "closes": _clock(closes, location)})
        for weekday, opens, closes in spans
    ]
    return [_line(group) for group in _runs(days)]


def _clock(moment: time, location: Location) -> str:
    return format_clock(moment, country=location.country)


def _runs(days: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Days that follow each other with the same hours."""
    runs: list[list[tuple[int, str]]] = []
    for weekday, hours in days:
        if runs and runs[-1][-1] == (weekday - 1, hours):
            runs[-1].append((weekday, hours))
        else:
            runs.append([(weekday, hours)])
    return runs


def _line(run: Sequence[tuple[int, str]]) -> str:
    first, last = str(WEEKDAYS[run[0][0] - 1]), str(WEEKDAYS[run[-1][0] - 1])
    days = first if len(run) == 1 else _("%(first)s to %(last)s") % {"first": first, "last": last}
    return _("%(days)s, %(hours)s") % {"days": days, "hours": run[0][1]}
