"""All treatments with their lengths: one press sets both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.pages.layout import Choices, make_helper
from booking.web.choice import Choice, read_treatment, url_of_treatment, value_of
from booking.web.outcome.advice import Advice
from booking.wording.prices import format_minutes, format_price, format_treatment
from services import catalogue
from services.catalogue import Offer
from services.models import Location, Treatment

NOT_SURE = "not_sure"
DRAWINGS = frozenset({"deep_tissue", "trigger_point", "myofascial_release", "swedish"})


@dataclass(frozen=True)
class Length:
    """One press: to the times of this length, or to choose it, if `url` is empty. `words` say it all."""

    value: str
    words: str
    short: str
    price: str
    url: str


@dataclass(frozen=True)
class Card:
    """A treatment as the page shows it. `why_not` says why it is not offered to this client."""

    key: str
    name: str
    summary: str
    firmness: str
    drawing: str
    lengths: tuple[Length, ...] = ()
    why_not: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    is_suggested: bool = False


class TreatmentForm(forms.Form):
    """`offers` are the treatments to choose from, `places` where; with one place it is not asked.

    Before the safety check a length leads to its times (`may_be_unsure`); after it, a press chooses it.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        offers: Sequence[Offer],
        places: Sequence[Location],
        currency: str,
        country: str,
        advice: Advice,
        may_be_unsure: bool,
        location_id: int | None = None,
    ) -> None:
        super().__init__(data)
        self.currency, self.country, self.advice, self.may_be_unsure = currency, country, advice, may_be_unsure
        self.offers, self.places = offers, places
        self.fields["treatment"] = forms.Field(
            required=False,
            widget=forms.RadioSelect(choices=self._choices()),
            label=_("Treatment and length"),
        )
        parts: list[Any] = []
        if len(places) > 1:
            self.fields["location"] = forms.Field(
                required=False,
                initial=str(location_id) if location_id else None,
                widget=forms.RadioSelect(choices=[(str(place.pk), place.name) for place in places]),
                label=_("Where would you like to come?"),
            )
            parts.append(Choices("location"))
        self.helper = make_helper(*parts, Cards(), css_class="prices")

    def clean_treatment(self) -> Choice:
        value = str(self.cleaned_data.get("treatment") or "")
        if value == NOT_SURE and self.may_be_unsure:
            return Choice(None, None, None)
        if found := read_treatment(value, offers=self._offered()):
            return Choice(*found, None)
        if value:
            raise ValidationError(_("That is not on offer. Choose a treatment and a length from the list."))
        raise ValidationError(_("Choose a treatment and a length."))

    def clean_location(self) -> Location:
        value = str(self.cleaned_data.get("location") or "")
        place = next((place for place in self.places if str(place.pk) == value), None)
        if place is None:
            raise ValidationError(_("Choose where you would like to come."))
        return place

    @property
    def choice(self) -> Choice:
        """Of a valid form."""
        made: Choice = self.cleaned_data["treatment"]
        place = self.cleaned_data.get("location") or (self.places[0] if self.places else None)
        return Choice(made.treatment, made.minutes, place)

    def cards(self) -> list[Card]:
        cards = [self._card(offer) for offer in self.offers]
        return sorted(cards, key=lambda card: (not card.is_suggested, bool(card.why_not)))

    def _card(self, offer: Offer) -> Card:
        key = offer.treatment.key
        is_suggested = key == self.advice.suggested
        why_not = (self.advice.why_not or {}).get(key, ())
        return Card(
            key=key,
            name=offer.treatment.name,
            summary=offer.treatment.summary,
            firmness=offer.treatment.get_firmness_display(),
            drawing=drawing_of(key),
            lengths=() if why_not else tuple(self._length(offer.treatment, length) for length in offer.lengths),
            why_not=why_not,
            why=self.advice.why if is_suggested else (),
            is_suggested=is_suggested,
        )

    def _length(self, treatment: Treatment, length: catalogue.Length) -> Length:
        price = format_price(length.price, self.currency, country=self.country)
        return Length(
            value=value_of(treatment, length.minutes),
            words=_("%(treatment)s, %(price)s")
            % {"treatment": format_treatment(treatment.name, length.minutes), "price": price},
            short=short_minutes(length.minutes),
            price=price,
            url=url_of_treatment(treatment, minutes=length.minutes) if self.may_be_unsure else "",
        )

    def _offered(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.treatment.key not in (self.advice.why_not or {})]

    def _choices(self) -> list[tuple[str, str]]:
        choices = [
            (value_of(offer.treatment, length.minutes), format_minutes(length.minutes))
            for offer in self._offered()
            for length in offer.lengths
        ]
        return [*choices, (NOT_SURE, _("Suggest one for me"))] if self.may_be_unsure else choices


class Cards(LayoutObject):
    """The field `treatment` as one card a treatment, with its lengths as radios."""

    def __init__(self) -> None:
        self.fields: list[str] = []

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        assert isinstance(form, TreatmentForm)
        # What crispy keeps for every form, so that no field is drawn twice.
        form.__dict__.setdefault("rendered_fields", set()).add("treatment")
        known = {"field": form["treatment"], "cards": form.cards(), "may_be_unsure": form.may_be_unsure}
        return render_to_string("forms/treatments.html", known)


def drawing_of(key: str) -> str:
    """The include that draws a treatment; level lines for those that a clinic adds."""
    return f"drawings/{key if key in DRAWINGS else 'level'}.svg"


def short_minutes(minutes: int) -> str:
    return _("%(minutes)s min") % {"minutes": minutes}
