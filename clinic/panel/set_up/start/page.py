"""What the start of the set-up, and going live, show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.pages.layout import PressForm
from booking.rules.rulebook import load_rulebook
from booking.web.site import Site
from booking.web.start.opening import make_opening_page
from booking.wording.lists import join_words
from booking.wording.prices import format_price
from booking.wording.times import local_date
from clinic.panel.set_up.mail.page import say_leaving
from clinic.panel.set_up.steps import BETTER, CONFIRMABLE, MUSTS, Facts, Gap, State, Step, find_gaps, find_musts, states
from services import catalogue
from services.facts import current
from services.models import ClinicPolicy, Room, Therapist

NAMES: Mapping[Step, Any] = {
    Step.PLACE: gettext_lazy("The place"),
    Step.ROOMS: gettext_lazy("Rooms"),
    Step.PRICES: gettext_lazy("Treatments and prices"),
    Step.PEOPLE: gettext_lazy("People and hours"),
    Step.POLICY: gettext_lazy("Policy"),
    Step.MAIL: gettext_lazy("Mail"),
    Step.RULEBOOK: gettext_lazy("Safety rulebook"),
    Step.LIVE: gettext_lazy("Go live"),
}
ADDRESSES: Mapping[Step, str] = {
    Step.PLACE: "set_up_place",
    Step.ROOMS: "set_up_rooms",
    Step.PRICES: "set_up_prices",
    Step.PEOPLE: "set_up_people",
    Step.POLICY: "set_up_policy",
    Step.MAIL: "set_up_mail",
    Step.RULEBOOK: "signature",
    Step.LIVE: "go_live",
}
BUTTONS: Mapping[Step, Any] = {
    Step.PLACE: gettext_lazy("Write down the place"),
    Step.ROOMS: gettext_lazy("Add rooms"),
    Step.PRICES: gettext_lazy("Set prices"),
    Step.PEOPLE: gettext_lazy("Add people"),
    Step.POLICY: gettext_lazy("Look at it"),
    Step.MAIL: gettext_lazy("Test mail"),
    Step.RULEBOOK: gettext_lazy("Read and sign"),
    Step.LIVE: gettext_lazy("See what is left"),
}
RIGHT: Mapping[Step, Any] = {
    Step.ROOMS: gettext_lazy("We need no rooms"),
    Step.PRICES: gettext_lazy("These are right"),
    Step.POLICY: gettext_lazy("This is right"),
}
STATES: Mapping[State, Any] = {
    State.DONE: gettext_lazy("done"),
    State.NEXT: gettext_lazy("next"),
    State.OPEN: gettext_lazy("open"),
}
GAPS: Mapping[Gap, Any] = {
    Gap.NO_PLACE: gettext_lazy("Where the clinic is"),
    Gap.NO_PHONE: gettext_lazy("A phone number"),
    Gap.NUMBER_UNCONFIRMED: gettext_lazy("Emergency number checked"),
    Gap.NO_PRICE: gettext_lazy("A treatment with a price"),
    Gap.PRICES_UNSEEN: gettext_lazy("Your own prices"),
    Gap.NOBODY: gettext_lazy("Somebody with treatments and hours"),
    Gap.NO_SUITABLE_ROOM: gettext_lazy("A room that suits what is given"),
    Gap.NO_TEST_MAIL: gettext_lazy("Mail test"),
    Gap.UNSIGNED: gettext_lazy("Rulebook signed"),
    Gap.ROOMS_UNSEEN: gettext_lazy("Rooms, if you have some"),
    Gap.IDLE_PEOPLE: gettext_lazy("Hours and treatments for everybody"),
    Gap.POLICY_UNSEEN: gettext_lazy("A look at the policy"),
    Gap.NO_EMAIL: gettext_lazy("The clinic’s email address"),
}


@dataclass(frozen=True)
class GapLine:
    words: str
    url: str


@dataclass(frozen=True)
class StepLine:
    """`confirm`: the press that says it is right as it is; `opens`: the press of the last step, once nothing is missing."""

    number: int
    name: str
    state: str
    is_done: bool
    is_next: bool
    says: str
    button: str
    url: str
    confirm: PressForm | None
    opens: PressForm | None


@dataclass(frozen=True)
class StartPage:
    """`progress` is empty once the clinic has been opened. `public_*`: what clients see before that.

    `back_office`: its address, for who may go there."""

    title: str
    progress: str
    dashes: tuple[bool, ...]
    steps: tuple[StepLine, ...]
    clinic: str
    phone: str
    public_title: str
    public_sentence: str
    public_foot: str
    musts: tuple[GapLine, ...]
    better: tuple[GapLine, ...]
    is_open: bool
    back_office: str = ""


@dataclass(frozen=True)
class GoLivePage:
    musts: tuple[GapLine, ...]
    better: tuple[GapLine, ...]
    press: PressForm | None
    is_open: bool


@dataclass(frozen=True)
class StopPage:
    press: PressForm


def describe_start(facts: Facts, *, site: Site, may_go_back: bool, now: datetime) -> StartPage:
    found, policy = states(facts), site.policy
    done = sum(state is State.DONE for state in found.values())
    has_begun = policy.opened_at is not None
    public = make_opening_page(site, now=now)
    hours = [line for place in public.places for line in place.hours]
    return StartPage(
        title=_("Set-up") if has_begun else _("Get ready to take bookings"),
        progress="" if has_begun else _("%(done)s of %(all)s done") % {"done": done, "all": len(found)},
        dashes=tuple(state is State.DONE for state in found.values()),
        steps=tuple(_line(step, state, facts, policy, now=now) for step, state in found.items()),
        clinic=site.name,
        phone=site.phone,
        public_title=public.heading,
        public_sentence=public.sentence,
        public_foot=". ".join([*site.addresses, *hours]),
        musts=_gap_lines(find_musts(facts)),
        better=_gap_lines([gap for gap in BETTER if gap in find_gaps(facts)]),
        is_open=policy.is_open,
        back_office=reverse("admin:index") if may_go_back else "",
    )


def describe_go_live(facts: Facts) -> GoLivePage:
    musts = find_musts(facts)
    return GoLivePage(
        musts=_gap_lines(musts),
        better=_gap_lines([gap for gap in BETTER if gap in find_gaps(facts)]),
        press=None if facts.is_open or musts else open_press(),
        is_open=facts.is_open,
    )


def open_press() -> PressForm:
    return PressForm(label=_("Open online booking"), action=reverse("panel:go_live"), style="primary")


def stop_press() -> PressForm:
    return PressForm(label=_("Stop online booking"), action=reverse("panel:stop_booking"), style="primary")


def _line(step: Step, state: State, facts: Facts, policy: ClinicPolicy, *, now: datetime) -> StepLine:
    is_confirmable = step in CONFIRMABLE and CONFIRMABLE[step] in find_gaps(facts) and state is not State.DONE
    is_ready = step is Step.LIVE and not facts.is_open and not find_musts(facts)
    is_live = step is Step.LIVE and facts.is_open
    return StepLine(
        number=list(Step).index(step) + 1,
        name=str(NAMES[step]),
        state=str(STATES[state]),
        is_done=state is State.DONE,
        is_next=state is State.NEXT,
        says=_say_prices(facts, policy, now=now) if step is Step.PRICES else SAYS[step](facts, policy),
        button=_("Stop online booking") if is_live else _("Change") if state is State.DONE else str(BUTTONS[step]),
        url=reverse("panel:stop_booking" if is_live else f"panel:{ADDRESSES[step]}"),
        confirm=PressForm(label=str(RIGHT[step]), action=reverse("panel:confirm_step", args=[step.value]))
        if is_confirmable
        else None,
        opens=open_press() if is_ready else None,
    )


def _say_place(facts: Facts, policy: ClinicPolicy) -> str:
    places = catalogue.locations_open()
    if not places:
        return _("Name, address, phone, country, and the number to call in an emergency.")
    lines = [", ".join([place.name, *place.address.splitlines(), place.phone]) for place in places]
    return f"{'; '.join(lines)}. {policy.currency}."


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


def _say_people(facts: Facts, policy: ClinicPolicy) -> str:
    known = current()
    team = known.all_of(Therapist, is_active=True)
    if not team:
        return _("Who works here, what they give, and when.")
    working = {pk for ids in known.able.values() for pk in ids}
    idle = [one.name for one in team if one.pk not in working]
    said = f"{join_words([one.name for one in team if one.pk in working])}." if len(idle) < len(team) else ""
    without = _("Without hours or treatments: %(names)s.") % {"names": join_words(idle)} if idle else ""
    return f"{said} {without}".strip()


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


def _gap_lines(gaps: Sequence[Gap]) -> tuple[GapLine, ...]:
    steps = {**MUSTS, **BETTER}
    return tuple(GapLine(str(GAPS[gap]), reverse(f"panel:{ADDRESSES[steps[gap]]}")) for gap in gaps)


# What stands there now, but for prices, which have a day.
SAYS: Mapping[Step, Callable[[Facts, ClinicPolicy], str]] = {
    Step.PLACE: _say_place,
    Step.ROOMS: _say_rooms,
    Step.PEOPLE: _say_people,
    Step.POLICY: _say_policy,
    Step.MAIL: _say_mail,
    Step.RULEBOOK: _say_rulebook,
    Step.LIVE: _say_live,
}
