"""What the start of the set-up says of each step: what is there now."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.rules.rulebook import load_rulebook
from booking.wording.lists import join_words
from booking.wording.prices import format_price
from booking.wording.times import local_date, zone_name
from clinic.panel.set_up.mail.page import say_leaving
from clinic.panel.set_up.people.load import hours_in_words, week_of
from clinic.panel.set_up.steps import Facts, Step
from services import catalogue
from services.facts import current
from services.models import ClinicPolicy, Room, Therapist

# So many are named one by one.
MOST_NAMED = 6


def say_what_is_there(step: Step, facts: Facts, policy: ClinicPolicy, *, now: datetime) -> str:
    if step is Step.PRICES:
        return _say_prices(facts, policy, now=now)
    return _say_people(now=now) if step is Step.PEOPLE else SAYS[step](facts, policy)


def _say_place(facts: Facts, policy: ClinicPolicy) -> str:
    places = catalogue.locations_open()
    if not places:
        return _("Name, address, phone, country, and the number to call in an emergency.")
    lines = [", ".join([place.name, *place.address.splitlines(), place.phone]) for place in places]
    zones = dict.fromkeys(zone_name(place.zone) for place in places)
    return f"{'; '.join(lines)}. {', '.join(zones)}, {policy.currency}."


def _say_rooms(facts: Facts, policy: ClinicPolicy) -> str:
    names = [room.name for room in current().all_of(Room, is_active=True)]
    return f"{join_words(names)}." if names else _("No rooms: each therapist has a place of their own.")


def _say_prices(facts: Facts, policy: ClinicPolicy, *, now: datetime) -> str:
    offers = catalogue.treatments_on_offer(on=local_date(now, catalogue.home_zone()))
    if not offers:
        return _("Nothing is on offer.")
    least = min(length.price for offer in offers for length in offer.lengths)
    price = format_price(least, policy.currency, country=catalogue.home_country())
    said = ngettext("%(count)s treatment, from %(price)s.", "%(count)s treatments, from %(price)s.", len(offers))
    said %= {"count": len(offers), "price": price}
    return said if Step.PRICES in facts.seen else _("%(said)s These came with the program.") % {"said": said}


def _say_people(*, now: datetime) -> str:
    known = current()
    team = known.all_of(Therapist, is_active=True)
    if not team:
        return _("Who works here, what they give, and when.")
    working = {pk for ids in known.able.values() for pk in ids}
    busy = [one for one in team if one.pk in working]
    idle = [one.name for one in team if one.pk not in working]
    today = catalogue.home_day(now)
    hours = hours_in_words(day for one in busy for day in week_of(one.pk, on=today))
    said = _("%(names)s: %(hours)s hours a week.") % {"names": _name([one.name for one in busy]), "hours": hours}
    without = _("Without hours or treatments: %(names)s.") % {"names": _name(idle)}
    return " ".join([*([said] if busy else []), *([without] if idle else [])])


def _name(people: Sequence[str]) -> str:
    if len(people) <= MOST_NAMED:
        return join_words(people)
    return ngettext("%(count)s person", "%(count)s people", len(people)) % {"count": len(people)}


def _say_policy(facts: Facts, policy: ClinicPolicy) -> str:
    return ngettext(
        "Free to move or cancel until %(count)s hour before.",
        "Free to move or cancel until %(count)s hours before.",
        policy.free_cancelling_hours,
    ) % {"count": policy.free_cancelling_hours}


def _say_mail(facts: Facts, policy: ClinicPolicy) -> str:
    tested = _("A test went out.") if facts.has_tested_mail else _("No test has gone out yet.")
    return f"{say_leaving()} {tested}"


def _say_rulebook(facts: Facts, policy: ClinicPolicy) -> str:
    if facts.is_signed:
        return _("A clinician has signed it.")
    count = len(load_rulebook().rules)
    return _("A clinician reads the %(count)s rules and signs them. Until then a line says so to staff.") % {
        "count": count
    }


def _say_live(facts: Facts, policy: ClinicPolicy) -> str:
    if facts.is_open:
        return _("Clients can book online.")
    if policy.opened_at is not None:
        return _("Online booking is stopped. Clients are asked to call.")
    return _("The booking page says “Opening soon” and shows your phone number.")


# But for what depends on the day.
SAYS: Mapping[Step, Callable[[Facts, ClinicPolicy], str]] = {
    Step.PLACE: _say_place,
    Step.ROOMS: _say_rooms,
    Step.POLICY: _say_policy,
    Step.MAIL: _say_mail,
    Step.RULEBOOK: _say_rulebook,
    Step.LIVE: _say_live,
}
