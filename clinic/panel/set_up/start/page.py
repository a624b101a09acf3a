"""What the start of the set-up, and going live, show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.pages.layout import PressForm
from booking.web.site import Site
from booking.web.start.opening import make_opening_page
from booking.wording.times import format_moment
from clinic.panel.home import home_wall
from clinic.panel.set_up.rail import say_progress
from clinic.panel.set_up.start.words import say_what_is_there
from clinic.panel.set_up.steps import (
    BETTER,
    CONFIRMABLE,
    MUSTS,
    Facts,
    Gap,
    State,
    Step,
    find_gaps,
    find_musts,
    minutes_left,
    states,
)
from services.models import ClinicPolicy

NAMES: Mapping[Step, Any] = {
    Step.PLACE: gettext_lazy("The place"),
    Step.ROOMS: gettext_lazy("Rooms"),
    Step.PRICES: gettext_lazy("Treatments and prices"),
    Step.PEOPLE: gettext_lazy("People and hours"),
    Step.POLICY: gettext_lazy("Policy"),
    Step.MAIL: gettext_lazy("Email"),
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
    Step.MAIL: gettext_lazy("Test email"),
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
    Gap.NO_TEST_MAIL: gettext_lazy("Email test"),
    Gap.UNSIGNED: gettext_lazy("Rulebook signed"),
    Gap.ROOMS_UNSEEN: gettext_lazy("Rooms, if you have some"),
    Gap.IDLE_PEOPLE: gettext_lazy("Hours and treatments for everybody"),
    Gap.POLICY_UNSEEN: gettext_lazy("A look at the policy"),
    Gap.NO_EMAIL: gettext_lazy("The clinic’s email address"),
}


# A copy that is older than this is not the one of last night.
FRESH_COPY = timedelta(hours=36)


@dataclass(frozen=True)
class GapLine:
    """`url` is empty where no page of the panel mends it."""

    words: str
    url: str = ""


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

    `checked`: what the program has found right by itself. `back_office`: its address, for who may go there."""

    title: str
    progress: str
    to_go: str
    dashes: tuple[bool, ...]
    steps: tuple[StepLine, ...]
    clinic: str
    phone: str
    public_title: str
    public_sentence: str
    public_foot: str
    musts: tuple[GapLine, ...]
    better: tuple[GapLine, ...]
    checked: tuple[str, ...]
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


def describe_start(
    facts: Facts, *, site: Site, copied_at: datetime | None, may_go_back: bool, now: datetime
) -> StartPage:
    found, policy = states(facts), site.policy
    has_begun = policy.opened_at is not None
    is_copied = copied_at is not None and copied_at > now - FRESH_COPY
    public = make_opening_page(site, now=now)
    hours = [line for place in public.places for line in place.hours]
    return StartPage(
        title=_("Set-up") if has_begun else _("Get ready to take bookings"),
        progress="" if has_begun else _("%(progress)s done") % {"progress": say_progress(found)},
        to_go=_say_to_go(found),
        dashes=tuple(state is State.DONE for state in found.values()),
        steps=tuple(_line(step, state, facts, policy, now=now) for step, state in found.items()),
        clinic=site.name,
        phone=site.phone,
        public_title=public.heading,
        public_sentence=public.sentence,
        public_foot=". ".join([*site.addresses, *hours]),
        musts=_gap_lines(find_musts(facts)),
        better=(*_better(facts), *(() if is_copied else (GapLine(_("A copy of the data every night")),))),
        checked=tuple(_checked(copied_at if is_copied else None)),
        is_open=policy.is_open,
        back_office=reverse("admin:index") if may_go_back else "",
    )


def describe_go_live(facts: Facts) -> GoLivePage:
    musts = find_musts(facts)
    return GoLivePage(
        musts=_gap_lines(musts),
        better=_better(facts),
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
        says=say_what_is_there(step, facts, policy, now=now),
        button=_("Stop online booking") if is_live else _("Change") if state is State.DONE else str(BUTTONS[step]),
        url=reverse("panel:stop_booking" if is_live else f"panel:{ADDRESSES[step]}"),
        confirm=PressForm(label=str(RIGHT[step]), action=reverse("panel:confirm_step", args=[step.value]))
        if is_confirmable
        else None,
        opens=open_press() if is_ready else None,
    )


def _better(facts: Facts) -> tuple[GapLine, ...]:
    return _gap_lines([gap for gap in BETTER if gap in find_gaps(facts)])


def _checked(copied_at: datetime | None) -> Iterator[str]:
    if copied_at is not None:
        yield _("A copy of the data was made on %(moment)s") % {"moment": format_moment(copied_at, home_wall())}
    if settings.SECOND_FACTOR_REQUIRED:
        yield _("Nobody signs in without a second factor")


def _say_to_go(found: Mapping[Step, State]) -> str:
    minutes = minutes_left(found)
    said = ngettext("about %(count)s minute to go", "about %(count)s minutes to go", minutes) % {"count": minutes}
    return said if found[Step.RULEBOOK] is State.DONE else _("%(said)s, once the rules are read") % {"said": said}


def _gap_lines(gaps: Sequence[Gap]) -> tuple[GapLine, ...]:
    steps = {**MUSTS, **BETTER}
    return tuple(GapLine(str(GAPS[gap]), reverse(f"panel:{ADDRESSES[steps[gap]]}")) for gap in gaps)
