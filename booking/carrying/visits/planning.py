"""What a list of visits comes to: each looked up, and asked for at the diary as staff would. Reads only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from booking.carrying.columns import Column
from booking.carrying.files import Sheet
from booking.carrying.said import say_left
from booking.carrying.visits.knowing import Names, Unknown, find_clients
from booking.carrying.visits.plan import Ask, Visit, VisitPlan
from booking.carrying.visits.reading import Rough, read_visits
from booking.carrying.visits.stopped import find_stopped, say_stopped
from booking.models import OCCUPYING, Appointment
from booking.scheduling import reasons
from booking.scheduling.availability import Reason
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import find_start, why_not_offered
from booking.wording.times import zone_name
from services import catalogue, facts
from services.catalogue import turnover
from services.hours import is_repeated, is_skipped
from services.models import Location, Therapist, Treatment

MOST_VISITS = 500  # at a time: all of them are one transaction
TREATMENT, THERAPIST = "treatment", "therapist"

Spans = defaultdict[int, list[tuple[datetime, datetime, int]]]


@dataclass
class _Looking:
    """What is looked up on the way, and what was found."""

    choices: Mapping[str, str]
    now: datetime
    places: Sequence[Location]
    treatments: Names[Treatment]
    therapists: Names[Therapist]
    everybody: Sequence[Therapist]
    by_place: Names[Location]
    asks: dict[tuple[str, str], Ask] = field(default_factory=dict)
    over: int = 0
    off_grid: int = 0
    already: int = 0
    busy: Spans = field(default_factory=lambda: defaultdict(list))
    treated: Spans = field(default_factory=lambda: defaultdict(list))


class _Wrong(Exception):
    """Why this line is left out, in sentences."""

    @property
    def sentences(self) -> tuple[str, ...]:
        return self.args


class _Over(Exception):
    """The visit has begun or is over."""


def make_plan(sheet: Sheet, columns: Sequence[Column], *, choices: Mapping[str, str], now: datetime) -> VisitPlan:
    """What the list says, compared with who and what is known, and with the diary. `choices`: by the key of an `Ask`."""
    with facts.reading_once():
        return _make_plan(sheet, columns, choices, now)


def _make_plan(sheet: Sheet, columns: Sequence[Column], choices: Mapping[str, str], now: datetime) -> VisitPlan:
    country = catalogue.home_country()
    today = now.astimezone(catalogue.home_zone()).date()
    read = read_visits(sheet, columns, country=country, today=today)
    looking = _begin(choices, today, now)
    wrong = list(read.wrong)
    placed: list[tuple[Rough, Wish, datetime]] = []
    for one in read.visits:
        try:
            placed.append((one, *_place(one, looking)))
        except _Wrong as why:
            wrong += [(one.line, sentence) for sentence in why.sentences]
        except _Over:
            looking.over += 1
    clients = find_clients([one for one, _wish, _start in placed], country=country)
    here = _here_already(clients)
    visits: list[Visit] = []
    for (one, wish, starts_at), client in sorted(zip(placed, clients, strict=True), key=lambda pair: pair[0][0].line):
        if not isinstance(client, Unknown) and (client, starts_at) in here:
            looking.already += 1
            continue
        try:
            visits.append(_fit(one, wish, starts_at, client, looking))
        except _Wrong as why:
            wrong.append((one.line, str(why)))
    first, too_many = visits[:MOST_VISITS], max(len(visits) - MOST_VISITS, 0)
    stopped = find_stopped(first, now=now)
    wrong += [(one.line, say_stopped()) for one in first if one.line in stopped]
    called_off = len(read.called_off)
    left = say_left(looking.over, called_off, looking.already, looking.off_grid, too_many, most=MOST_VISITS)
    return VisitPlan(
        visits=tuple(one for one in first if one.line not in stopped),
        asks=tuple(looking.asks.values()),
        wrong=tuple(sorted(wrong)),
        said=(*_say_zone(looking.places), *read.said, *left),
        left=looking.over + looking.already + called_off + too_many,
    )


def _begin(choices: Mapping[str, str], today: date, now: datetime) -> _Looking:
    places = catalogue.locations_open()
    offers = [offer.treatment for offer in catalogue.treatments_on_offer(on=today)]
    everybody = facts.current().all_of(Therapist, is_active=True)
    return _Looking(
        choices=choices,
        now=now,
        places=places,
        treatments=Names.of([(name, one) for one in offers for name in {one.name, one.key.replace("_", " ")}]),
        therapists=Names.of((one.name, one) for one in everybody),
        everybody=everybody,
        by_place=Names.of((one.name, one) for one in places),
    )


def _place(one: Rough, looking: _Looking) -> tuple[Wish, datetime]:
    """What is wished for, and when it begins (UTC). Of what is long past nobody asks with whom it was."""
    if one.day is not None and one.day < (looking.now - timedelta(days=1)).date():
        raise _Over
    treatment, therapist = _find_treatment(one, looking), _find_therapist(one, looking)
    if isinstance(treatment, str) or isinstance(therapist, str):
        raise _Wrong(*(found for found in (treatment, therapist) if isinstance(found, str)))
    location = _find_place(one, treatment, therapist, looking)
    starts_at = _instant(one, location)
    if starts_at <= looking.now:
        raise _Over
    minutes = one.minutes or _only_length(treatment, starts_at.astimezone(location.zone))
    if not minutes:
        raise _Wrong(_("It does not say how long it is."))
    return Wish(treatment, minutes, location, therapist.pk), starts_at


def _find_treatment(one: Rough, looking: _Looking) -> Treatment | str:
    """Or what is wrong."""
    found = looking.treatments.find(one.treatment)
    if found is None:
        found = facts.current().find(Treatment, _chosen(TREATMENT, one.treatment, one.line, looking))
    return found or _("You have no treatment called “%(name)s”.") % {"name": one.treatment}


def _find_therapist(one: Rough, looking: _Looking) -> Therapist | str:
    """Or what is wrong."""
    if not one.therapist:
        return looking.everybody[0] if len(looking.everybody) == 1 else _("It does not say with whom.")
    found = looking.therapists.find_person(one.therapist)
    if found is None:
        found = facts.current().find(Therapist, _chosen(THERAPIST, one.therapist, one.line, looking))
    return found or _("Nobody called “%(name)s” works here.") % {"name": one.therapist}


def _chosen(kind: str, text: str, line: int, looking: _Looking) -> int | None:
    """What was said that it means. The key has the line of the first one in it, and nothing of the text."""
    before = looking.asks.get((kind, text.casefold()))
    ask = replace(before, lines=before.lines + 1) if before else Ask(f"{kind}-{line}", text, 1)
    looking.asks[kind, text.casefold()] = ask
    chosen = looking.choices.get(ask.key, "")
    return int(chosen) if chosen.isdecimal() else None


def _find_place(one: Rough, treatment: Treatment, therapist: Therapist, looking: _Looking) -> Location:
    if one.place and (found := looking.by_place.find_person(one.place)):
        return found
    if len(looking.places) == 1:
        return looking.places[0]
    if one.place:
        raise _Wrong(_("No place of yours is called “%(name)s”.") % {"name": one.place})
    able = [
        place for place in looking.places if therapist in catalogue.therapists_for(treatment=treatment, location=place)
    ]
    if len(able) != 1:
        raise _Wrong(_("It does not say at which of your places."))
    return able[0]


def _instant(one: Rough, location: Location) -> datetime:
    if one.instant is not None:
        return one.instant
    assert one.day is not None
    assert one.clock is not None
    wall = datetime.combine(one.day, one.clock)
    words = {"time": f"{one.clock:%H:%M}"}
    if is_skipped(wall, location.zone):
        raise _Wrong(_("The clocks are put forward over %(time)s on that day: there is no such time.") % words)
    starts_at = wall.replace(tzinfo=location.zone).astimezone(UTC)
    if is_repeated(starts_at, location.zone):
        raise _Wrong(_("The clocks are put back over %(time)s on that day: it comes twice.") % words)
    return starts_at


def _only_length(treatment: Treatment, local: datetime) -> int:
    offers = catalogue.treatments_on_offer(on=local.date())
    lengths = next((offer.lengths for offer in offers if offer.treatment.pk == treatment.pk), ())
    return lengths[0].minutes if len(lengths) == 1 else 0


def _here_already(clients: Sequence["int | Unknown"]) -> set[tuple[int, datetime]]:
    """Who is treated when, of those in the list: from a list that was brought in before, or by hand."""
    known = sorted({one for one in clients if not isinstance(one, Unknown)})
    rows: set[tuple[int, datetime]] = set()
    for at in range(0, len(known), 500):
        visits = Appointment.objects.filter(client__in=known[at : at + 500], state__in=OCCUPYING)
        rows |= {(pk, starts_at) for pk, starts_at in visits.order_by().values_list("client", "starts_at") if pk}
    return rows


def _fit(one: Rough, wish: Wish, starts_at: datetime, client: "int | Unknown", looking: _Looking) -> Visit:
    """The visit, where the diary and the lines before have room for it."""
    if isinstance(client, Unknown):
        raise _Wrong(client.why)
    search = Search(wish, looking.now, by_staff=True)
    is_off_grid = False
    day = starts_at.astimezone(wish.zone).date()
    if not catalogue.is_on_offer(treatment=wish.treatment, minutes=wish.minutes, on=day):
        raise _Wrong(reasons.say(Reason.NOT_OFFERED, starts_at=starts_at, wish=wish).for_staff)
    if find_start(search=search, starts_at=starts_at) is None:
        why = why_not_offered(search=search, starts_at=starts_at) or Reason.TAKEN
        is_off_grid = why is Reason.OFF_GRID and bool(
            find_start(search=replace(search, off_rota=True), starts_at=starts_at)
        )
        if not is_off_grid:
            raise _Wrong(reasons.say(why, starts_at=starts_at, wish=wish, near=looking.now).for_staff)
    ends_at = starts_at + timedelta(minutes=wish.minutes)
    free_again = ends_at + turnover(wish.treatment, minutes=wish.minutes)
    assert wish.therapist_id is not None
    treated, busy = looking.treated[client], looking.busy[wish.therapist_id]
    _check_free(treated, starts_at, ends_at, _("Line %(line)s is the same person at that time."))
    _check_free(busy, starts_at, free_again, _("Line %(line)s takes that time."))
    treated.append((starts_at, ends_at, one.line))
    busy.append((starts_at, free_again, one.line))
    looking.off_grid += is_off_grid
    return Visit(
        line=one.line,
        client_id=client,
        treatment_id=wish.treatment.pk,
        minutes=wish.minutes,
        location_id=wish.location.pk,
        therapist_id=wish.therapist_id,
        starts_at=starts_at.isoformat(),
        email=one.email,
        phone=one.phone,
        is_off_grid=is_off_grid,
    )


def _check_free(taken: Sequence[tuple[datetime, datetime, int]], start: datetime, end: datetime, said: str) -> None:
    for begins, ends, other in taken:
        if begins < end and start < ends:
            raise _Wrong(said % {"line": other})


def _say_zone(places: Sequence[Location]) -> list[str]:
    zones = {zone_name(place.zone): None for place in places}
    if len(zones) == 1:
        return [_("Days and times are read as %(zone)s.") % {"zone": next(iter(zones))}]
    return [_("Days and times are read by the clock of each visit’s place.")] if zones else []
