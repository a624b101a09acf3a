import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.models import Client, Decision, Intake
from booking.reports.outcomes import OUTCOMES, Month, months_of, read_outcomes, tell, total
from booking.reports.periods import Period
from tests.cast import NOW

DUBLIN = ZoneInfo("Europe/Dublin")
TODAY = date(2026, 11, 23)


def make_check(level: str, *, client: Client | None = None, days_ago: int = 40, at: datetime | None = None) -> None:
    moment = at or NOW - timedelta(days=days_ago)
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


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Europe/Dublin", "America/New_York", "Australia/Sydney"])
def test_outcomes_are_what_a_plain_count_gives_over_clock_changes_and_a_years_end(zone: str) -> None:
    """Every check at a moment of its own, some of them minutes from the end of a month; months by the clinic's clocks."""
    chance, clocks = random.Random(len(zone)), ZoneInfo(zone)
    people = [Client.objects.create(name=f"Client {number}", created_at=NOW) for number in range(40)]
    told: list[tuple[date, int, str]] = []
    for number in range(260):
        first = chance.choice([date(2026, 9, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)])
        midnight = datetime.combine(first, time(), tzinfo=clocks).astimezone(UTC)
        moment = midnight + timedelta(minutes=chance.choice((-1, 0, 1, chance.randrange(-40_000, 40_000))))
        client, level = (
            chance.choice([*people, None]),
            chance.choice(["CLEAR"] * 6 + ["CAUTION", "CAUTION", "EMERGENCY", ""]),
        )
        make_check(level, client=client, at=moment)
        told.append((moment.astimezone(clocks).date().replace(day=1), client.pk if client else -number - 1, level))

    found = read_outcomes(Period(date(2026, 8, 15), date(2027, 1, 20)), zone=clocks, today=date(2027, 2, 1))

    months = [
        date(2026, 8, 1),
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    plain = []
    for month in months:
        counts = {level: len({who for then, who, said in told if (then, said) == (month, level)}) for level in OUTCOMES}
        plain.append(Month(month, {level: count if count > 4 else None for level, count in counts.items()}))
    assert found == plain
    assert {None} < {count for month in found for count in month.people.values()}
