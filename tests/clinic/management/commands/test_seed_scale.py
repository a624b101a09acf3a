"""The large clinic: what others rely on to find there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F, Q

from booking.models import Appointment, Claim, Client
from booking.scheduling.claims import KEPT_AFTER, find_drift
from services.models import Location, Room, Therapist
from tests.clinic.test_seeding import MONDAY, seed

pytestmark = pytest.mark.django_db


def test_a_large_clinic_has_nobody_in_two_places_and_no_claims_in_the_past() -> None:
    said = seed("seed_scale", therapists=4, history_days=20, seed=3)

    visits = Appointment.objects.all()
    assert said == f"4 therapists, 48 clients, {visits.count()} visits.\n"
    for who in ("therapist", "room", "client"):
        met = Appointment.objects.filter(
            **{who: F(f"{who}__appointments__{who}")},
            **{f"{who}__appointments__starts_at__lt": F("busy_until")},
            **{f"{who}__appointments__busy_until__gt": F("starts_at")},
        ).filter(~Q(**{f"{who}__appointments__pk": F("pk")}))
        assert met.count() == 0, who
    oldest = Claim.objects.order_by("cell").values_list("cell", flat=True)[0] * 300
    assert oldest > (datetime.now(UTC) - KEPT_AFTER - timedelta(hours=2)).timestamp()
    assert list(find_drift(now=datetime.now(UTC))) == []


def test_the_same_seed_is_the_same_clinic(time_machine: Any) -> None:
    time_machine.move_to(MONDAY, tick=False)
    seed("seed_scale", therapists=2, history_days=5, seed=3)
    facts = ("starts_at", "therapist__name", "client__name", "treatment__key", "state")
    first = list(Appointment.objects.order_by("id").values_list(*facts))
    for model in (Claim, Appointment, Client):
        model.objects.all().delete()
    Therapist.objects.all().delete()
    Room.objects.all().delete()
    Location.objects.all().delete()

    seed("seed_scale", therapists=2, history_days=5, seed=3)

    assert list(Appointment.objects.order_by("id").values_list(*facts)) == first
