import re

import pytest

from clinic.running.rooms import source_files
from tests.cast import Clinic, book
from tests.environment import ROOT

MODELS = {"booking/models/appointment.py", "services/models.py"}
A_ZONE_OF_A_ROW = re.compile(r"ZoneInfo\([^)]*time_zone")


@pytest.mark.django_db
def test_a_visit_keeps_the_zone_that_was_promised_when_its_place_gets_another(clinic: Clinic) -> None:
    visit = book(clinic)
    before = visit.zone.key

    visit.location.time_zone = "Europe/Lisbon"
    visit.location.save()
    visit.refresh_from_db()

    assert (before, visit.zone.key, visit.location.zone.key) == ("Europe/Dublin", "Europe/Dublin", "Europe/Lisbon")


def test_nothing_but_the_models_makes_a_zone_of_what_a_row_says() -> None:
    found = {str(path.relative_to(ROOT)) for path in source_files() if A_ZONE_OF_A_ROW.search(path.read_text("utf-8"))}

    assert found == MODELS
