import json

import pytest

from booking.people.copying import collect_personal_data
from tests.booking.people.planting import MARKS, plant_person
from tests.cast import Clinic

pytestmark = pytest.mark.django_db


def test_the_copy_has_everything_also_what_was_said_while_nobody_knew_who_it_was(clinic: Clinic) -> None:
    visit = plant_person(clinic)
    assert visit.client is not None

    copy = collect_personal_data(client=visit.client)

    assert {mark for mark in MARKS if mark in json.dumps(copy)} == MARKS
    assert [len(copy[part]) for part in ("safety_checks", "cases", "letters")] == [4, 2, 1]
