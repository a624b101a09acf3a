"""What the pages of steps 4 and 5 show."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.web.details.forms import SOMEONE_ELSE, BookForm, DetailsForm
from booking.web.journey import Journey
from booking.web.plans_change import PlansChange
from booking.web.site import Site
from booking.web.so_far import StepPage, describe_check
from booking.web.summary import Row
from booking.wording.prices import format_price, format_treatment
from booking.wording.times import Wall, format_day, format_span, local_date, zone_name


@dataclass(frozen=True, kw_only=True)
class DetailsPage(StepPage):
    form: DetailsForm


@dataclass(frozen=True, kw_only=True)
class CheckPage(StepPage):
    """`waits_for_press`: the email has to be confirmed first. `will_be_requested`: staff confirm the visit."""

    form: BookForm
    visit_rows: tuple[Row, ...]
    you_rows: tuple[Row, ...]
    plans_change: PlansChange
    waits_for_press: bool
    will_be_requested: bool


def visit_rows(visit: Appointment, *, site: Site) -> tuple[Row, ...]:
    """What is about to be booked, and where each fact can be changed."""
    wall = Wall.of_visit(visit)
    day = format_day(local_date(visit.starts_at, wall.zone), with_year=True)
    span = format_span(visit.starts_at, visit.ends_at, wall)
    price = format_price(visit.price, visit.currency, country=visit.location.country)
    treatment, when = reverse("booking:treatment"), reverse("booking:when")
    address = ", ".join(visit.location.address.splitlines())
    return (
        Row(_("Treatment"), format_treatment(visit.treatment.name, visit.minutes), url=treatment),
        Row(_("When"), _("%(day)s, %(span)s") % {"day": day, "span": span}, more=zone_name(wall.zone), url=when),
        Row(_("With"), visit.therapist.name, url=when),
        Row(_("Where"), address, url=treatment if len(site.locations) > 1 else ""),
        Row(_("Price"), _("%(price)s, paid at the clinic") % {"price": price}),
    )


def you_rows(journey: Journey) -> tuple[Row, ...]:
    """Who is coming, as it was typed, and the field where each fact can be changed."""
    typed, details = journey.typed, reverse("booking:details")
    person = typed.get("person_name", "") if typed.get("for_whom") == SOMEONE_ELSE else _("Me")
    return (
        Row(_("Name"), typed.get("booker_name", ""), url=f"{details}#id_booker_name"),
        Row(_("Email"), typed.get("booker_email", ""), url=f"{details}#id_booker_email"),
        Row(_("Mobile"), typed.get("booker_phone") or _("Not given"), url=f"{details}#id_booker_phone"),
        Row(_("Visit is for"), person, url=f"{details}#id_for_whom_0"),
        Row(_("Access needs"), typed.get("access_needs") or _("None"), url=f"{details}#id_access_needs"),
        Row(_("Safety check"), describe_check(journey), url=reverse("booking:outcome")),
    )
