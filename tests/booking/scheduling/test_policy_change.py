"""A changed policy, and what somebody else has changed meanwhile."""

import pytest

from booking.late_changes import free_until
from booking.models import Appointment
from booking.scheduling.policy_change import PolicyChange, PolicyChangedMeanwhile, change_policy
from services.models import ClinicPolicy
from services.policy import fingerprints, values_of
from tests.cast import NOW, TODAY, Clinic, at, book

pytestmark = pytest.mark.django_db
NAMES = ("free_cancelling_hours", "notice_minutes")


def seen() -> dict[str, str]:
    return fingerprints(values_of(ClinicPolicy.current(), NAMES))


def test_a_change_is_stored_and_booked_visits_keep_what_was_told(clinic: Clinic) -> None:
    visit = book(clinic, "14:30", days=2)

    change = change_policy(wanted={"free_cancelling_hours": 2, "notice_minutes": 120}, seen=seen(), now=NOW)

    visit = Appointment.objects.get(pk=visit.pk)
    policy = ClinicPolicy.current()
    assert change == PolicyChange(("free_cancelling_hours",), keep_deadline=1)
    assert (policy.free_cancelling_hours, policy.notice_minutes) == (2, 120)
    assert free_until(visit, policy=policy) == at("14:30", day=TODAY.replace(day=24))


def test_what_does_not_change_touches_no_visit(clinic: Clinic) -> None:
    visit = book(clinic, "14:30", days=2)

    change = change_policy(wanted={"free_cancelling_hours": 24, "notice_minutes": 60}, seen=seen(), now=NOW)

    assert change == PolicyChange(("notice_minutes",))
    assert Appointment.objects.get(pk=visit.pk).first_free_until is None


def test_what_somebody_else_has_changed_meanwhile_is_named_and_nothing_is_stored(clinic: Clinic) -> None:
    opened = seen()
    change_policy(wanted={"free_cancelling_hours": 48, "notice_minutes": 120}, seen=opened, now=NOW)

    with pytest.raises(PolicyChangedMeanwhile) as refused:
        change_policy(wanted={"free_cancelling_hours": 24, "notice_minutes": 60}, seen=opened, now=NOW)

    policy = ClinicPolicy.current()
    assert refused.value.fields == ["free_cancelling_hours"]
    assert (policy.free_cancelling_hours, policy.notice_minutes) == (48, 120)


def test_a_policy_that_was_never_saved_is_made(clinic: Clinic) -> None:
    ClinicPolicy.objects.all().delete()

    change_policy(wanted={"free_cancelling_hours": 24, "notice_minutes": 60}, seen=seen(), now=NOW)

    assert list(ClinicPolicy.objects.values_list("pk", "notice_minutes")) == [(1, 60)]
