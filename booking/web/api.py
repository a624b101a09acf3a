"""The public JSON contract: what is on offer, on which days, at which times. Reads only, and never says why not.

Plain views beside a hand-kept openapi.json: three addresses do not need a framework, and a test compares every answer
with the file.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from booking.scheduling.availability import by_time
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import Listing, count_starts, look_up
from services import catalogue
from services.cells import CELL_SECONDS, begins_at
from services.models import ClinicPolicy

OPENAPI_FILE = Path(__file__).parent / "openapi.json"
LONGEST = 31  # days in one answer
LONGEST_FOR_ALL = 14  # where each therapist has rows of their own
MOST_STARTS = 20_000  # in one answer, about 2.5 MB; the day with which it ends is whole
FURTHEST = timedelta(days=3660)  # either way; keeps the calendar's arithmetic in range
ANY = "any"
LARGEST_ID = 2**31 - 1


class BadQuestion(Exception):
    """The question can't be answered; `str()` is the sentence that says why."""


@dataclass(frozen=True)
class Question:
    search: Search
    first_date: date
    days: int
    each_therapist: bool

    @property
    def zone(self) -> ZoneInfo:
        return self.search.wish.zone


@csrf_exempt  # so that a POST is told that it is the wrong method, and not that a token is missing
@require_safe
def treatments(request: HttpRequest) -> HttpResponse:
    policy = ClinicPolicy.current()
    today = catalogue.home_day(timezone.now())
    found = [
        {
            "key": offer.treatment.key,
            "name": offer.treatment.name,
            "lengths": [
                {"minutes": length.minutes, "price": f"{length.price:.2f}", "currency": policy.currency}
                for length in offer.lengths
            ],
        }
        for offer in (catalogue.treatments_on_offer(on=today) if policy.is_open else ())
    ]
    return JsonResponse(found, safe=False)


@never_cache
@csrf_exempt
@require_safe
def starts(request: HttpRequest) -> HttpResponse:
    return _answer(request, _show_starts)


@never_cache
@csrf_exempt
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    return _answer(request, _show_days)


@csrf_exempt
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(json.loads(OPENAPI_FILE.read_text(encoding="utf-8")))


def _answer(request: HttpRequest, make: Callable[[Question], str]) -> HttpResponse:
    try:
        question = _read(request.GET, now=timezone.now())
    except BadQuestion as fault:
        return JsonResponse({"detail": str(fault)}, status=400)
    return HttpResponse(make(question), content_type="application/json")


def _show_starts(question: Question) -> str:
    """Put together as text: thousands of rows with three fields that need no quoting."""
    listing = look_up(
        search=question.search,
        first_date=question.first_date,
        days=question.days,
        each_therapist=question.each_therapist,
    )
    kept, following = cut_at_a_day(listing, most=MOST_STARTS)
    zone, origin = question.zone, listing.question.origin
    head = {"time_zone": zone.key} | ({"next": following.isoformat()} if following else {})
    length = question.search.wish.minutes * 60 // CELL_SECONDS

    @cache
    def text(cell: int) -> str:
        return begins_at(origin + cell).astimezone(zone).isoformat()

    rows = []
    for cell, therapist_ids in by_time(listing.offered):
        start = f'{{"start": "{text(cell)}", "end": "{text(cell + length)}", "therapist": '
        rows += [f"{start}{pk}}}" for pk in therapist_ids]
    return f'{json.dumps(head)[:-1]}, "starts": [{", ".join(rows[:kept])}]}}'


def cut_at_a_day(listing: Listing, *, most: int) -> tuple[int, date | None]:
    """How many starts whole local dates have, one date at least, with at most `most`; and from which date to ask on."""
    kept = 0
    for day, count in listing.count_by_day().items():
        if kept and kept + count > most:
            return kept, day
        kept += count
    return kept, None


def _show_days(question: Question) -> str:
    counts = count_starts(
        search=question.search,
        first_date=question.first_date,
        days=question.days,
        each_therapist=question.each_therapist,
    )
    days = [{"date": day.isoformat(), "count": count} for day, count in counts.items()]
    return json.dumps({"time_zone": question.zone.key, "days": days})


def _read(query: QueryDict, *, now: datetime) -> Question:
    for name, values in query.lists():
        if len(values) > 1:
            raise BadQuestion(_("Give %(name)s once.") % {"name": name[:40]})
    key, minutes = _text(query, "treatment"), _number(query, "minutes")
    first_date = _date(query, now=now)
    try:
        length = catalogue.find_length(treatment_key=key, minutes=minutes, on=first_date, or_later=True)
        location = catalogue.find_location(location_id=_number(query, "location") if "location" in query else None)
    except (catalogue.UnknownTreatment, catalogue.UnknownLength, catalogue.UnknownLocation) as fault:
        raise BadQuestion(str(fault)) from fault
    therapist = query.get("therapist")
    return Question(
        search=Search(Wish(length.treatment, length.minutes, location, _therapist_id(query)), now),
        first_date=first_date,
        days=_days(query),
        each_therapist=therapist is None,
    )


def _text(query: QueryDict, name: str) -> str:
    value = query.get(name)
    if not value:
        raise BadQuestion(_("%(name)s is missing.") % {"name": name})
    return value


def _number(query: QueryDict, name: str) -> int:
    text = _text(query, name)
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > LARGEST_ID:
        raise BadQuestion(_("%(name)s is a whole number.") % {"name": name})
    return int(text)


def _date(query: QueryDict, *, now: datetime) -> date:
    text = _text(query, "from")
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None or abs(day - now.date()) > FURTHEST:
        raise BadQuestion(_("from is a date like 2026-11-26."))
    return day


def _days(query: QueryDict) -> int:
    days = _number(query, "days")
    if not 1 <= days <= LONGEST:
        raise BadQuestion(_("days is a number from 1 to %(most)s.") % {"most": LONGEST})
    if "therapist" not in query and days > LONGEST_FOR_ALL:
        raise BadQuestion(_("Without a therapist, days is a number from 1 to %(most)s.") % {"most": LONGEST_FOR_ALL})
    return days


def _therapist_id(query: QueryDict) -> int | None:
    if query.get("therapist") in (None, ANY):
        return None
    try:
        return catalogue.find_therapist(therapist_id=_number(query, "therapist")).pk
    except catalogue.UnknownTherapist as fault:
        raise BadQuestion(str(fault)) from fault
