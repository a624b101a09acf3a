from datetime import time
from zoneinfo import available_timezones

import pytest
from phonenumbers import shortnumberinfo

from services import countries


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Dublin", "IE"),
        ("Europe/Berlin", "DE"),
        ("Europe/Vienna", "AT"),
        ("Europe/Stockholm", "SE"),
        ("America/New_York", "US"),
        ("America/Sao_Paulo", "BR"),
        ("Asia/Calcutta", "IN"),
        ("US/Eastern", "US"),
        ("Eire", "IE"),
        ("UTC", "IE"),
        ("nowhere", "IE"),
    ],
)
def test_a_zone_is_in_its_country_also_by_an_old_name(zone: str, country: str) -> None:
    assert countries.country_of_zone(zone) == country


def test_every_zone_that_can_be_chosen_is_in_a_known_country() -> None:
    known = {code for code, _name in countries.names()}

    assert {countries.country_of_zone(zone) for zone in available_timezones()} <= known


def test_countries_are_named_in_english_and_in_order() -> None:
    names = [name for _code, name in countries.names()]

    assert (names == sorted(names), dict(countries.names())["DE"]) == (True, "Germany")


@pytest.mark.parametrize(
    ("country", "clock"),
    [
        ("IE", "14:30"),
        ("DE", "14:30"),
        ("BR", "14:30"),
        ("GB", "14:30"),
        ("US", "2:30 pm"),
        ("AU", "2:30 pm"),
        ("??", "14:30"),
    ],
)
def test_half_past_two_is_told_as_people_there_do(country: str, clock: str) -> None:
    assert countries.format_clock(time(14, 30), country=country) == clock


def test_noon_and_midnight_on_a_clock_of_twelve_hours() -> None:
    told = [countries.format_clock(time(hour, 5), country="US") for hour in (0, 9, 12, 23)]

    assert told == ["12:05 am", "9:05 am", "12:05 pm", "11:05 pm"]


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("IE", "112"),
        ("DE", "112"),
        ("US", "911"),
        ("CA", "911"),
        ("GB", "999"),
        ("BR", "192"),
        ("AU", "000"),
        ("JP", "119"),
    ],
)
def test_an_ambulance_is_called_by_the_number_of_the_country(country: str, number: str) -> None:
    assert countries.emergency_number_of(country) == number


def test_every_emergency_number_is_one_in_the_numbering_plan_of_its_country() -> None:
    numbers = {code: countries.emergency_number_of(code) for code, _name in countries.names()}

    strange = {code for code, number in numbers.items() if not shortnumberinfo.is_emergency_number(number, code)}
    assert strange == {"AQ", "BV", "GN", "GQ", "GS", "HM", "IO", "PN", "TF", "TK", "UM"}, (
        "those whose plan says nothing"
    )


@pytest.mark.parametrize(
    ("country", "paper"), [("IE", "A4"), ("GB", "A4"), ("US", "Letter"), ("CA", "Letter"), ("", "A4")]
)
def test_paper_of_says_what_people_print_on(country: str, paper: str) -> None:
    assert countries.paper_of(country) == paper
