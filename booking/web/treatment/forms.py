"""One set of radios over all treatments and lengths: one choice sets both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking.pages.drawing import Row
from booking.pages.layout import Actions, Choices, make_helper, rows_of
from booking.web.outcome.advice import Advice
from booking.wording.prices import format_minutes, format_price
from services.catalogue import Offer
from services.models import Location, Treatment

NOT_SURE = "not_sure"
DRAWINGS = frozenset({"deep_tissue", "trigger_point", "myofascial_release", "swedish"})


@dataclass(frozen=True)
class Choice:
    """What was chosen; no treatment where the client is not sure."""

    treatment: Treatment | None
    minutes: int | None
    location: Location | None


@dataclass(frozen=True)
class Card:
    """A treatment as the page shows it. `why_not` says why it is not offered to this client."""

    key: str
    name: str
    summary: str
    firmness: str
    drawing: str
    rows: tuple[tuple[Row, str, str], ...] = ()
    why_not: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    is_suggested: bool = False


class TreatmentForm(forms.Form):
    """`offers` are the treatments to choose from, `places` where; with one place it is not asked."""

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
        chosen: Choice | None = None,
    ) -> None:
        super().__init__(data)
        self.currency, self.country, self.advice, self.may_be_unsure = currency, country, advice, may_be_unsure
        self.offers, self.places = offers, places
        self.fields["treatment"] = forms.Field(
            required=False,
            initial=_value_of(chosen),
            widget=forms.RadioSelect(choices=self._choices()),
            label=_("Treatment and length"),
        )
        parts: list[Any] = [Cards()]
        if len(places) > 1:
            self.fields["location"] = forms.Field(
                required=False,
                initial=str(chosen.location.pk) if chosen and chosen.location else None,
                widget=forms.RadioSelect(choices=[(str(place.pk), place.name) for place in places]),
                label=_("Where would you like to come?"),
            )
            parts.append(Choices("location"))
        # With nothing to choose there is nothing to go on with; the page says whom to call.
        actions = [Actions(_("Continue"))] if self._choices() else []
        self.helper = make_helper(*parts, *actions)

    def clean_treatment(self) -> Choice:
        value = str(self.cleaned_data.get("treatment") or "")
        if value == NOT_SURE and self.may_be_unsure:
            return Choice(None, None, None)
        for offer in self._offered():
            for length in offer.lengths:
                if value == f"{offer.treatment.key}:{length.minutes}":
                    return Choice(offer.treatment, length.minutes, None)
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
        bound = self["treatment"]
        rows = {row.value: row for row in rows_of(bound, order=[value for value, _label in self._choices()])}
        cards = [self._card(offer, rows) for offer in self.offers]
        return sorted(cards, key=lambda card: (not card.is_suggested, bool(card.why_not)))

    def unsure_row(self) -> Row | None:
        rows = rows_of(self["treatment"], order=[value for value, _label in self._choices()])
        return next((row for row in rows if row.value == NOT_SURE), None)

    def _card(self, offer: Offer, rows: Mapping[str, Row]) -> Card:
        key = offer.treatment.key
        lengths = [(rows.get(f"{key}:{length.minutes}"), length) for length in offer.lengths]
        is_suggested = key == self.advice.suggested
        return Card(
            key=key,
            name=offer.treatment.name,
            summary=offer.treatment.summary,
            firmness=offer.treatment.get_firmness_display(),
            drawing=drawing_of(key),
            rows=tuple(
                (row, _short_minutes(length.minutes), format_price(length.price, self.currency, country=self.country))
                for row, length in lengths
                if row
            ),
            why_not=(self.advice.why_not or {}).get(key, ()),
            why=self.advice.why if is_suggested else (),
            is_suggested=is_suggested,
        )

    def _offered(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.treatment.key not in (self.advice.why_not or {})]

    def _choices(self) -> list[tuple[str, str]]:
        choices = [
            (f"{offer.treatment.key}:{length.minutes}", format_minutes(length.minutes))
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
        known = {"field": form["treatment"], "cards": form.cards(), "unsure": form.unsure_row()}
        return render_to_string("forms/treatments.html", known)


def drawing_of(key: str) -> str:
    """The include that draws a treatment; level lines for those that a clinic adds."""
    return f"drawings/{key if key in DRAWINGS else 'level'}.svg"


def _short_minutes(minutes: int) -> str:
    return _("%(minutes)s min") % {"minutes": minutes}


def _value_of(chosen: Choice | None) -> str | None:
    if chosen is None:
        return None
    return f"{chosen.treatment.key}:{chosen.minutes}" if chosen.treatment else NOT_SURE
