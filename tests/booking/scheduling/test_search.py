from dataclasses import replace
from datetime import timedelta

import pytest

from booking.models import Appointment
from booking.scheduling.availability import Limits
from booking.scheduling.search import STAFF_HORIZON, Search, Wish
from services.models import ClinicPolicy, Location, Treatment
from tests.cast import NOW

POLICY = ClinicPolicy(notice_minutes=120, horizon_days=60, grid_minutes=15, opened_at=NOW)
WISH = Wish(Treatment(turnover_minutes=20), 60, Location(time_zone="Europe/Lisbon"), therapist_id=7)
SEARCH = Search(WISH, NOW)
OF_A_CLIENT = Limits(
    length=timedelta(minutes=60),
    turnover=timedelta(minutes=20),
    grid=timedelta(minutes=15),
    earliest=NOW + timedelta(hours=2),
    latest=NOW + timedelta(days=60),
)


@pytest.mark.parametrize(
    ("search", "limits"),
    [
        (SEARCH, OF_A_CLIENT),
        (
            replace(SEARCH, notice_from=NOW - timedelta(minutes=10)),
            replace(OF_A_CLIENT, earliest=NOW + timedelta(minutes=110)),
        ),
        (replace(SEARCH, notice_from=NOW - timedelta(days=1)), replace(OF_A_CLIENT, earliest=NOW)),
        (replace(SEARCH, by_staff=True), replace(OF_A_CLIENT, earliest=NOW, latest=NOW + STAFF_HORIZON)),
    ],
    ids=["a client", "kept in time", "kept long ago", "staff"],
)
def test_who_asks_decides_between_when_a_visit_may_start(search: Search, limits: Limits) -> None:
    assert search.limits(POLICY) == limits


@pytest.mark.parametrize(
    "policy",
    [ClinicPolicy(), ClinicPolicy(opened_at=NOW, stopped_at=NOW)],
    ids=["not open yet", "online booking is stopped"],
)
def test_only_staff_and_who_has_a_visit_ask_where_clients_cannot_book(policy: ClinicPolicy) -> None:
    asking = (SEARCH, replace(SEARCH, by_staff=True), replace(SEARCH, moving=Appointment()))

    assert [search.limits(policy).is_open for search in asking] == [False, True, True]


@pytest.mark.parametrize("therapist_id", [None, 8])
def test_another_therapist_changes_nothing_else_of_the_search(therapist_id: int | None) -> None:
    search = replace(SEARCH, by_staff=True, notice_from=NOW)

    found = search.with_therapist(therapist_id)

    assert found == replace(search, wish=Wish(WISH.treatment, 60, WISH.location, therapist_id))
