"""What makes a few people of the demo worth looking at: lines of staff, a household, a second record, an earlier check."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from booking.intake.decisions import current_decision
from booking.models import Appointment, Client, Intake
from booking.people.desk_lines import write_line
from booking.people.households import add_to_household
from booking.rules.levels import Level
from booking.rules.questionnaire import IN_FORCE
from clinic.models import StaffProfile
from clinic.seeding import INVENTED

LINES = ("Speaks softly, hears better on the right.", "Prefers the ground floor.")
PHONE = "+353875550101"


def touch_up_people(*, answers: Mapping[str, Any], now: datetime) -> None:
    """In the caller's transaction. The person is whoever comes first from now on with a safety check that is careful."""
    coming = Appointment.objects.filter(starts_at__gt=now).exclude(client=None).exclude(intake=None)
    careful = coming.filter(intake__decisions__level=Level.CAUTION).order_by("starts_at")
    visit = careful.select_related("client").first()
    writer = User.objects.filter(staff_profile__role=StaffProfile.Role.RECEPTION).first()
    if visit is None or visit.client is None or writer is None:
        return
    person = visit.client
    Client.objects.filter(pk=person.pk).update(
        phone=PHONE, birth_date="1982-05-17", created_at=now - timedelta(days=700)
    )
    Appointment.objects.filter(pk=visit.pk).update(booker_phone=PHONE)
    for text in LINES:
        write_line(client=person, text=text, by=writer, now=now - timedelta(days=20))
    first, *rest = person.name.split()
    child = Client.objects.create(
        name=f"Sami {' '.join(rest)}", email=f"child{INVENTED}", birth_date=f"{now.year - 9}-02-01", created_at=now
    )
    add_to_household(client=person, other=child)
    Client.objects.create(
        name=f"{first} {' '.join(rest)[:-1]}",
        email=f"second{INVENTED}",
        phone=PHONE,
        created_at=now - timedelta(days=900),
    )
    earlier = Intake.objects.create(
        client=person,
        answers=dict(answers),
        schema_version=IN_FORCE,
        consent_text_version="2",
        consented_at=now - timedelta(days=80),
        created_at=now - timedelta(days=80),
    )
    current_decision(intake=earlier, now=earlier.created_at)
