import pytest

from booking.web.hours import describe_hours
from services.models import Therapist, WorkingHours
from tests.cast import TODAY, Clinic

pytestmark = pytest.mark.django_db


def test_days_with_the_same_hours_stand_together_and_days_apart_do_not(clinic: Clinic) -> None:
    WorkingHours.objects.filter(weekday__in=(3, 7)).delete()
    WorkingHours.objects.filter(weekday=6).update(opens="10:00")

    assert describe_hours(clinic.location, today=TODAY) == [
        "Monday to Tuesday, 09:00 to 17:00",
        "Thursday to Friday, 09:00 to 17:00",
        "Saturday, 10:00 to 17:00",
    ]


def test_of_one_therapist_only_theirs(clinic: Clinic) -> None:
    WorkingHours.objects.filter(therapist=clinic.therapists[0]).exclude(weekday=1).delete()

    assert describe_hours(clinic.location, today=TODAY, therapist=clinic.therapists[0]) == ["Monday, 09:00 to 17:00"]
    assert describe_hours(clinic.location, today=TODAY, therapist=Therapist.objects.create(name="New")) == []
