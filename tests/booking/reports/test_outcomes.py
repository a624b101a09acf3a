from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.models import Client, Decision, Intake
from booking.reports.outcomes import Month, months_of, read_outcomes, tell, total
from booking.reports.periods import Period
from tests.cast import NOW

DUBLIN = ZoneInfo("Europe/Dublin")
TODAY = date(2026, 11, 23)


def make_check(level: str, *, client: Client | None = None, days_ago: int = 40) -> None:
    moment = NOW - timedelta(days=days_ago)
    intake = Intake.objects.create(
        client=client,
        answers={},
        schema_version="2.0.0",
        consent_text_version="2",
        consented_at=moment,
        created_at=moment,
    )
    for number, said in enumerate((level, "EMERGENCY")):
        Decision.objects.create(
            intake=intake,
            rulebook_version=str(number),
            level=said,
            findings={},
            decided_at=moment,
            valid_until=moment.date(),
        )


def test_fewer_than_five_are_too_few_to_say_nobody_included() -> None:
    assert tell({"CLEAR": 6, "CAUTION": 5, "PHYSICIAN": 4}) == {
        "CLEAR": 6,
        "CAUTION": 5,
        "PHYSICIAN": None,
        "EMERGENCY": None,
        "": None,
    }


def test_several_months_are_told_as_the_sum_of_what_is_told_of_each() -> None:
    """Four in one month and six in the other are six: ten would say how many the four were."""
    months = [Month(date(2026, 9, 1), tell({"CLEAR": 4})), Month(date(2026, 10, 1), tell({"CLEAR": 6}))]

    assert total(months) == {"CLEAR": 6, "CAUTION": None, "PHYSICIAN": None, "EMERGENCY": None, "": None}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 2), TODAY, [date(2026, 10, 1)]),
        (date(2026, 10, 31), TODAY, [date(2026, 10, 1)]),
        (date(2026, 8, 5), date(2026, 9, 3), [date(2026, 8, 1), date(2026, 9, 1)]),
        (date(2027, 8, 5), date(2027, 9, 3), [date(2026, 10, 1)]),
    ],
)
def test_only_whole_months_that_are_over_are_counted(first: date, last: date, expected: list[date]) -> None:
    """Else two periods that differ by a day would say who was told what that day."""
    assert months_of(Period(first, last), TODAY) == expected


@pytest.mark.django_db
def test_people_are_counted_by_what_they_were_told_first() -> None:
    often = Client.objects.create(name="Niamh", created_at=NOW)
    for _ in range(5):
        make_check("CLEAR")
        make_check("CAUTION", client=often)
    make_check("CLEAR", days_ago=0)

    assert read_outcomes(Period(TODAY, TODAY), zone=DUBLIN, today=TODAY) == [
        Month(date(2026, 10, 1), {"CLEAR": 5, "CAUTION": None, "PHYSICIAN": None, "EMERGENCY": None, "": None})
    ]
