"""A new journey that begins with what is known from a visit."""

from datetime import datetime

from django.http import HttpRequest

from booking.intake import drafts
from booking.models import Appointment, Intake
from booking.web.details.forms import ME, SOMEONE_ELSE
from booking.web.journey import UPDATES, UPDATES_BY_LINK, Journey, begin_journey


def begin_again(request: HttpRequest, visit: Appointment, *, now: datetime) -> None:
    """A journey for the same person: treatment, length and contacts are filled in, the signs are asked again."""
    journey = _begin_for(request, visit, now=now)
    drafts.save_typed(draft=journey.draft, typed=_typed_from(visit))


def begin_health_form(request: HttpRequest, visit: Appointment, *, now: datetime) -> None:
    """A safety check whose outcome this visit will rest on."""
    journey = _begin_for(request, visit, now=now)
    drafts.save_typed(
        draft=journey.draft, typed={UPDATES: visit.public_id, UPDATES_BY_LINK: str(visit.link_generation)}
    )


def _begin_for(request: HttpRequest, visit: Appointment, *, now: datetime) -> Journey:
    journey = begin_journey(request, now=now, client=visit.client, last_intake=_last_intake(visit))
    drafts.choose_treatment(
        draft=journey.draft, treatment=visit.treatment, minutes=visit.minutes, location=visit.location
    )
    return journey


def _last_intake(visit: Appointment) -> Intake | None:
    """The person's newest intake, so that what was said last is what is asked about."""
    if visit.client is None:
        return visit.intake
    return visit.client.intakes.order_by("-created_at", "-id").first() or visit.intake


def _typed_from(visit: Appointment) -> dict[str, str]:
    client_name = visit.client.name if visit.client else visit.booker_name
    is_self = client_name == visit.booker_name
    return {
        "booker_name": visit.booker_name,
        "booker_email": visit.booker_email,
        "booker_phone": visit.booker_phone,
        "for_whom": ME if is_self else SOMEONE_ELSE,
        "person_name": "" if is_self else client_name,
        "access_needs": visit.access_needs,
    }
