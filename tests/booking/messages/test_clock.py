from datetime import timedelta

import pytest
from django.utils import timezone

from booking.messages.clock import read_database_clock

pytestmark = pytest.mark.django_db


def test_the_clock_of_the_database_is_an_instant_in_utc() -> None:
    moment = read_database_clock()

    assert moment.utcoffset() == timedelta(0)
    assert abs(moment - timezone.now()) < timedelta(minutes=1)
