from datetime import timedelta

import pytest

from booking.scheduling.availability import StartOnOffer
from booking.web.next_times import NextTime, next_time
from services.catalogue import treatments_on_offer
from tests.cast import NOW, Clinic, at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "is_only", "where"),
    [("Ana", True, ""), ("", False, "{place}")],
)
def test_a_press_says_what_is_seen_and_then_all_of_it(clinic: Clinic, who: str, is_only: bool, where: str) -> None:
    starts_at = at("14:00") + timedelta(days=1)
    offer = next(one for one in treatments_on_offer(on=NOW.date()) if one.treatment == clinic.treatment)
    start = StartOnOffer(starts_at=starts_at, therapist_id=7, ends_at=starts_at + timedelta(hours=1), room_id=None)

    shown = next_time(start, clinic.location, offer=offer, name="Ana Ruiz", who=who, is_only=is_only, now=NOW)

    assert shown == NextTime(
        value=f"{starts_at.isoformat()} 7",
        instant=starts_at.astimezone(clinic.location.zone).isoformat(),
        therapist_id=7,
        location_id=clinic.location.pk,
        day="Tomorrow",
        time="14:00",
        who=who,
        where=where.format(place=clinic.location.name),
        more=": Ana Ruiz, Swedish, 60 minutes",
    )
