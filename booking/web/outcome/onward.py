"""What a result that leads to a booking offers: one thing to press, and perhaps a quiet one beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.pages.layout import PressForm
from booking.scheduling import appointments
from booking.scheduling.reasons import say
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import find_start
from booking.web.asking import Asking, why_not_wished
from booking.web.choice import start_value, value_of
from booking.web.journey import Journey
from booking.web.outcome.advice import suggest
from booking.web.when.taken import to_nearest
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_near
from services.catalogue import Length, Offer
from services.models import ClinicPolicy, Treatment


@dataclass(frozen=True)
class Onward:
    """`sentence` says what the press is about. The press is a button (`press`) or a link; `beside` follows it.

    `is_of_wish`: it keeps the start that was wished for, so that another may be chosen instead.
    """

    sentence: str = ""
    press: PressForm | None = None
    label: str = ""
    url: str = ""
    beside: str = ""
    is_of_wish: bool = False


@dataclass(frozen=True)
class Instead:
    """A treatment that may suit better than the one chosen, with its reasons."""

    name: str
    why: Sequence[str]
    same: str
    press: PressForm


@dataclass(frozen=True)
class Ways:
    """`instead` is None where nothing differs from what was chosen."""

    onward: Onward = field(default_factory=Onward)
    instead: Instead | None = None


def ways_on(journey: Journey, *, policy: ClinicPolicy) -> Ways:
    """For CLEAR and CAUTION. Reads only."""
    chosen = journey.draft.treatment if journey.has_treatment else None
    suggested, why = suggest(journey)
    if chosen is None:
        return Ways(_take(journey, suggested, policy) if suggested else _choose())
    if journey.excludes(chosen):
        offer = suggested or next((one for one in journey.offers if one.treatment.key not in journey.excluded), None)
        return Ways(_not_offered(journey, chosen, offer, policy) if offer else Onward())
    onward = _keep(journey, policy)
    if suggested is None or not why or suggested.treatment == chosen or journey.kept:
        return Ways(onward)
    return Ways(onward, _instead(journey, suggested, why, policy))


def _keep(journey: Journey, policy: ClinicPolicy) -> Onward:
    """On with the start that is kept, that is wished for, or that is still to be chosen."""
    draft = journey.draft
    if journey.kept is not None:
        near = format_near(journey.kept.starts_at, Wall.of_visit(journey.kept), now=journey.now)
        return Onward(label=_("Go on with %(moment)s") % {"moment": near}, url=reverse("booking:details"))
    asking = Asking.of(draft, policy=policy, now=journey.now)
    if asking is None or draft.wished is None:
        return Onward(label=_("Choose a time"), url=reverse("booking:when"))
    starts_at, therapist_id = draft.wished
    wish = appointments.wish_of_draft(draft, therapist_id=therapist_id)
    if reason := why_not_wished(journey):
        return Onward(
            sentence=say(reason, starts_at=starts_at, wish=wish, near=journey.now).for_client,
            label=_("See the nearest times"),
            url=to_nearest(starts_at, therapist_id=therapist_id),
        )
    words = {"moment": asking.moment, "what": asking.what, "who": asking.who, "price": asking.price}
    kept_for = policy.hold_minutes
    return Onward(
        sentence=_("%(moment)s is still free: %(what)s, with %(who)s, %(price)s.") % words,
        press=_press(
            _("Keep %(moment)s") % {"moment": asking.near},
            value_of(wish.treatment, wish.minutes),
            draft.wished,
            style="primary",
        ),
        beside=ngettext(
            "We keep it for %(count)s minute while you write your name.",
            "We keep it for %(count)s minutes while you write your name.",
            kept_for,
        )
        % {"count": kept_for},
        is_of_wish=True,
    )


def _choose() -> Onward:
    return Onward(label=_("Choose a treatment"), url=reverse("booking:treatment"))


def _take(journey: Journey, offer: Offer, policy: ClinicPolicy) -> Onward:
    """The suggestion, with its price. Where the place is still to be chosen, that comes first."""
    length = _length(journey, offer)
    words = {"what": format_treatment(offer.treatment.name, length.minutes), "price": _price(journey, length, policy)}
    label = _("Take %(what)s, %(price)s") % words
    return Onward(press=_press(label, value_of(offer.treatment, length.minutes), None, style="primary"))


def _not_offered(journey: Journey, chosen: Treatment, offer: Offer, policy: ClinicPolicy) -> Onward:
    """What was chosen can't be had; another can, perhaps at the same time."""
    length = _length(journey, offer)
    words = {
        "chosen": chosen.name,
        "other": offer.treatment.name,
        "what": format_treatment(offer.treatment.name, length.minutes),
        "price": _price(journey, length, policy),
    }
    start = _same_time(journey, offer, length)
    if start is None:
        return Onward(
            sentence=_("%(chosen)s is not offered with your answers. %(other)s is.") % words,
            press=_press(
                _("Take %(what)s, %(price)s") % words, value_of(offer.treatment, length.minutes), None, style="primary"
            ),
        )
    assert journey.draft.location is not None
    words["moment"] = format_near(start[0], Wall.of_place(journey.draft.location), now=journey.now)
    return Onward(
        sentence=_("%(chosen)s is not offered with your answers. %(other)s is, at the same time.") % words,
        press=_press(
            _("Keep %(moment)s for %(what)s, %(price)s") % words,
            value_of(offer.treatment, length.minutes),
            start,
            style="primary",
        ),
    )


def _instead(journey: Journey, offer: Offer, why: Sequence[str], policy: ClinicPolicy) -> Instead:
    length = _length(journey, offer)
    start = _same_time(journey, offer, length)
    price = _price(journey, length, policy)
    what = format_treatment(offer.treatment.name, length.minutes)
    same = _("At the same time: %(what)s, %(price)s.") if start else _("%(what)s, %(price)s.")
    return Instead(
        name=offer.treatment.name,
        why=why,
        same=same % {"what": what, "price": price},
        press=_press(
            _("Take %(name)s instead") % {"name": offer.treatment.name},
            value_of(offer.treatment, length.minutes),
            start or journey.draft.wished,
            style="quiet",
        ),
    )


def _press(label: str, value: str, start: tuple[datetime, int] | None, *, style: str) -> PressForm:
    sends = {"treatment": value} | ({"start": start_value(*start)} if start else {})
    return PressForm(label=label, action=reverse("booking:keep"), style=style, sends=sends)


def _length(journey: Journey, offer: Offer) -> Length:
    """As long as what was chosen, else the usual."""
    return offer.length_of(journey.draft.minutes) or offer.usual


def _price(journey: Journey, length: Length, policy: ClinicPolicy) -> str:
    return format_price(length.price, policy.currency, country=journey.country)


def _same_time(journey: Journey, offer: Offer, length: Length) -> tuple[datetime, int] | None:
    """The start that was wished for, with the same therapist or else anyone; None where nobody can give it then."""
    wished, place = journey.draft.wished, journey.draft.location
    if wished is None or place is None:
        return None
    for therapist_id in (wished[1], None):
        wish = Wish(offer.treatment, length.minutes, place, therapist_id)
        search = Search(wish, journey.now, draft=journey.draft, client=journey.draft.client)
        if start := find_start(search=search, starts_at=wished[0]):
            return start.starts_at, start.therapist_id
    return None
