import pytest

from services.cells import cell_at
from services.models import TimeOff
from services.statements import read_rows
from tests.cast import NOW, Clinic, at

pytestmark = pytest.mark.django_db

STATEMENT = "SELECT id, cell(starts_at) FROM services_timeoff WHERE starts_at >= %(since)s AND id IN (%(ids)s)"


def test_cells_instants_and_lists_are_the_same_on_both_engines(clinic: Clinic, engine: str) -> None:
    made = [
        TimeOff.objects.create(location=clinic.location, starts_at=at(start), ends_at=at("17:00")).pk
        for start in ("09:00", "09:05", "12:00")
    ]

    rows = read_rows(STATEMENT, {"since": at("09:05"), "ids": made[:2]})

    assert rows == [(made[1], cell_at(at("09:05")))]
    assert read_rows(STATEMENT, {"since": NOW, "ids": []}) == []
