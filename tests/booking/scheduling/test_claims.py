from collections.abc import Callable
from datetime import timedelta

import pytest

from booking.models import Appointment, Claim, State
from booking.scheduling.claims import find_drift
from tests.booking.web.visitors import make_visit
from tests.cast import NOW, at, make_clinic

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)


@pytest.fixture
def visit() -> Appointment:
    return make_visit(make_clinic(), starts_at=at("14:00"))


def lose_one(visit: Appointment) -> None:
    visit.claims.filter(kind="room").first().delete()  # type: ignore[union-attr]


def claim_too_much(visit: Appointment) -> None:
    Claim.objects.create(appointment=visit, kind="room", resource_id=visit.room_id or 0, cell=1)


def release(visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(state=State.CANCELLED)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lose_one, "1 claims missing, 0 too many."),
        (claim_too_much, "0 claims missing, 1 too many."),
        (release, "released, but still claims time."),
    ],
)
def test_drift_is_told(visit: Appointment, spoil: Callable[[Appointment], None], found: str) -> None:
    assert list(find_drift(now=NOW)) == []

    spoil(visit)

    assert list(find_drift(now=NOW)) == [f"Visit {visit.reference}: {found}"]


def test_a_visit_long_over_may_have_its_claims_or_none_but_no_others(visit: Appointment) -> None:
    assert list(find_drift(now=LATER)) == []
    claim_too_much(visit)
    assert list(find_drift(now=LATER)) == [f"Visit {visit.reference}: 0 claims missing, 1 too many."]

    visit.claims.all().delete()

    assert list(find_drift(now=LATER)) == []
