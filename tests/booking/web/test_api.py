"""The public JSON contract, against the file that describes it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from booking.web.api import OPENAPI_FILE
from services.facts import current
from services.models import Location, Price, Treatment, TreatmentLength
from tests.cast import NOW, TODAY, Clinic, make_clinic, make_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

OPENAPI: dict[str, Any] = json.loads(OPENAPI_FILE.read_text(encoding="utf-8"))
ASKED = {"treatment": "swedish", "minutes": "60", "from": TODAY.isoformat(), "days": "1"}
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int}


@pytest.fixture
def afternoons(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    Treatment.objects.all().delete()
    return make_clinic(therapists=2, rooms=2, opens="14:00", closes="15:15")


def ask(path: str, **changes: str | None) -> tuple[int, Any]:
    """The status and the answer; a change to None leaves the parameter out."""
    query = {name: value for name, value in (ASKED | changes).items() if value is not None}
    answer = Browser().get(f"/api/v1/{path}", query)
    assert answer["Content-Type"] == "application/json"
    content = answer.json()
    check(content, schema_of(f"/api/v1/{path}", answer.status_code))
    return answer.status_code, content


def schema_of(path: str, status: int) -> dict[str, Any]:
    found = resolve(OPENAPI["paths"][path]["get"]["responses"][str(status)])
    schema: dict[str, Any] = found["content"]["application/json"]["schema"]
    return schema


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        name = part["$ref"].removeprefix("#/")
        part = OPENAPI
        for step in name.split("/"):
            part = part[step]
    return part


def check(value: Any, schema: dict[str, Any]) -> None:
    """As much of JSON Schema as the file uses."""
    schema = resolve(schema)
    assert type(value) is TYPES[schema["type"]], (value, schema)
    if schema["type"] == "array":
        for item in value:
            check(item, schema["items"])
    if schema["type"] == "object":
        optional = {name.strip("^$") for name in schema.get("patternProperties", {})}
        assert set(schema["required"]) == set(value) - optional == set(schema["properties"])
        for name, item in value.items():
            check(item, schema["properties"].get(name) or schema["patternProperties"][f"^{name}$"])


def test_prices_are_those_of_today_and_starts_those_of_days_with_a_price(afternoons: Clinic) -> None:
    length = afternoons.treatment.lengths.get()
    TreatmentLength.objects.filter(pk=length.pk).update(price=None)
    for days, amount in ((1, 66), (2, None), (3, 77)):
        Price.objects.create(length=length, first_date=TODAY + timedelta(days=days), amount=amount)

    _status, treatments = ask("treatments")
    _status, counted = ask("days", days="5", therapist="any")

    assert treatments[0]["lengths"] == [{"minutes": 60, "price": "66.00", "currency": "EUR"}]
    assert [one["date"][-2:] for one in counted["days"]] == ["24", "26", "27"]
    Price.objects.filter(amount=77).delete()
    status, content = ask("days", **{"from": "2026-11-25"})
    assert (status, list(content)) == (400, ["detail"])


def test_treatments_come_with_lengths_and_prices(afternoons: Clinic) -> None:
    make_treatment(key="deep_tissue", minutes=(45, 60))
    make_treatment(key="no_length", minutes=())

    status, content = ask("treatments")

    assert (status, content) == (
        200,
        [
            {"key": "swedish", "name": "Swedish", "lengths": [{"minutes": 60, "price": "60.00", "currency": "EUR"}]},
            {
                "key": "deep_tissue",
                "name": "Deep tissue",
                "lengths": [
                    {"minutes": 45, "price": "45.00", "currency": "EUR"},
                    {"minutes": 60, "price": "60.00", "currency": "EUR"},
                ],
            },
        ],
    )


def test_starts_without_a_therapist_are_one_row_for_each(afternoons: Clinic) -> None:
    first, second = (therapist.pk for therapist in afternoons.therapists)

    status, content = ask("starts")

    def row(start: str, end: str, therapist: int) -> dict[str, Any]:
        return {"start": f"2026-11-23T{start}:00+00:00", "end": f"2026-11-23T{end}:00+00:00", "therapist": therapist}

    assert (status, content) == (
        200,
        {
            "time_zone": "Europe/Dublin",
            "starts": [
                row("14:00", "15:00", first),
                row("14:00", "15:00", second),
                row("14:15", "15:15", first),
                row("14:15", "15:15", second),
            ],
        },
    )


def test_any_therapist_gives_one_row_a_start_and_an_id_only_that_one(afternoons: Clinic) -> None:
    first, second = (therapist.pk for therapist in afternoons.therapists)

    for_anyone = ask("starts", therapist="any")[1]["starts"]
    for_second = ask("starts", therapist=str(second))[1]["starts"]

    assert [row["therapist"] for row in for_anyone] == [first, first]
    assert [row["therapist"] for row in for_second] == [second, second]


def test_instants_carry_the_offset_of_the_place(afternoons: Clinic) -> None:
    Location.objects.update(time_zone="America/New_York")

    _status, content = ask("starts", therapist="any")

    assert content["time_zone"] == "America/New_York"
    assert [row["start"] for row in content["starts"]] == ["2026-11-23T14:00:00-05:00", "2026-11-23T14:15:00-05:00"]


def test_days_are_counted_and_those_without_a_start_left_out(afternoons: Clinic) -> None:
    afternoons.therapists[0].working_hours.exclude(weekday=3).delete()
    afternoons.therapists[1].working_hours.all().delete()

    assert ask("days", days="31", therapist="any") == (
        200,
        {
            "time_zone": "Europe/Dublin",
            "days": [{"date": (TODAY + timedelta(days=2 + 7 * week)).isoformat(), "count": 2} for week in range(5)],
        },
    )


def test_a_day_in_the_past_or_far_ahead_has_no_starts(afternoons: Clinic) -> None:
    assert ask("days", **{"from": "2026-01-01"})[1]["days"] == []
    assert ask("days", **{"from": "2030-01-01"})[1]["days"] == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"treatment": None}, "treatment is missing."),
        ({"treatment": "hot_stone"}, "We do not offer that treatment. Choose one from the list."),
        ({"treatment": "\x00"}, "We do not offer that treatment. Choose one from the list."),
        ({"treatment": "x" * 10_000}, "We do not offer that treatment. Choose one from the list."),
        ({"minutes": "75"}, "Swedish is not on offer at that length. Choose one from the list."),
        ({"minutes": "60.5"}, "minutes is a whole number."),
        ({"minutes": "-60"}, "minutes is a whole number."),
        ({"minutes": "9" * 10}, "minutes is a whole number."),
        ({"minutes": "٦٠"}, "minutes is a whole number."),
        ({"from": None}, "from is missing."),
        ({"from": "tomorrow"}, "from is a date like 2026-11-26."),
        ({"from": "2026-11-31"}, "from is a date like 2026-11-26."),
        ({"from": "2026-W48-1"}, "from is a date like 2026-11-26."),
        ({"from": "0001-01-01"}, "from is a date like 2026-11-26."),
        ({"from": "9999-12-31"}, "from is a date like 2026-11-26."),
        ({"days": "0"}, "days is a number from 1 to 31."),
        ({"days": "32"}, "days is a number from 1 to 31."),
        ({"days": "15"}, "Without a therapist, days is a number from 1 to 14."),
        ({"days": ""}, "days is missing."),
        ({"therapist": "0"}, "We do not know that therapist. Choose one from the list."),
        ({"therapist": "99999999999999999999"}, "therapist is a whole number."),
        ({"therapist": "ana"}, "therapist is a whole number."),
        ({"therapist": ""}, "therapist is missing."),
        ({"location": "999"}, "That location takes no bookings. Choose one from the list."),
        ({"location": "here"}, "location is a whole number."),
    ],
)
@pytest.mark.parametrize("path", ["starts", "days"])
def test_a_question_that_cannot_be_answered_gets_a_sentence(
    afternoons: Clinic, path: str, changes: dict[str, str | None], sentence: str
) -> None:
    assert ask(path, **changes) == (400, {"detail": sentence})


def test_a_parameter_twice_is_refused(afternoons: Clinic) -> None:
    answer = Browser().get("/api/v1/starts?treatment=swedish&minutes=60&from=2026-11-23&days=1&days=2")

    assert (answer.status_code, answer.json()) == (400, {"detail": "Give days once."})


def test_with_two_places_the_question_names_one(afternoons: Clinic) -> None:
    Location.objects.create(name="Quay", address="1 Quay", phone="01", time_zone="Europe/Dublin")

    assert ask("starts") == (400, {"detail": "Choose a location."})
    assert len(ask("starts", location=str(afternoons.location.pk), therapist="any")[1]["starts"]) == 2


@pytest.mark.parametrize("path", ["treatments", "starts", "days", "openapi.json"])
def test_only_reading_is_allowed(afternoons: Clinic, path: str) -> None:
    assert Browser().post(f"/api/v1/{path}").status_code == 405


def test_the_description_is_served_as_it_stands() -> None:
    assert Browser().get("/api/v1/openapi.json").json() == OPENAPI


def test_the_same_number_of_statements_for_one_day_and_for_thirty(afternoons: Clinic) -> None:
    current()
    with CaptureQueriesContext(connection) as one_day:
        ask("starts")
    with CaptureQueriesContext(connection) as thirty_days:
        ask("starts", days="30", therapist="any")

    assert (len(one_day), len(thirty_days)) == (3, 3)


def test_a_month_of_one_therapist_or_of_anyone_is_one_answer(afternoons: Clinic) -> None:
    found = [ask("starts", days="31", therapist=who)[0] for who in (str(afternoons.therapists[0].pk), "any")]

    assert found == [200, 200]


def test_a_long_answer_ends_with_a_whole_day_and_says_from_where_to_ask_on(
    afternoons: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    _status, whole = ask("starts", days="14")
    monkeypatch.setattr("booking.web.api.MOST_STARTS", 1)

    first_day = TODAY.isoformat()
    pages: list[tuple[int, list[Any]]] = []
    while first_day and len(pages) < 20:
        status, page = ask("starts", **{"from": first_day, "days": "14"})
        pages.append((status, page["starts"]))
        days_left = {start["start"][:10] for start in page["starts"]}
        first_day = page.get("next", "")
        assert status == 200
        assert len(days_left) <= 1

    joined = [start for _status, starts in pages for start in starts if start in whole["starts"]]
    assert "next" not in whole
    assert joined == whole["starts"]
    assert len(pages) > 2
