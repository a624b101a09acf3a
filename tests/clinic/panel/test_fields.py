"""Days, times and instants as the forms of the panel read them. No database."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clinic.panel.fields import Clock, InstantField, in_this_century

# In 2026 the clocks of Dublin go forward on 29 March at one, and back on 25 October at two.
DUBLIN = ZoneInfo("Europe/Dublin")


class WhenForm(forms.Form):
    day = forms.DateField(required=False)
    time = forms.TimeField(required=False)


def read(day: str, time: str, *, fold: int = 0) -> tuple[datetime | None, dict[str, list[str]]]:
    form = WhenForm({"day": day, "time": time})
    assert form.is_valid()
    return Clock(form, DUBLIN).read("day", "time", fold=fold), {
        name: [str(one) for one in said] for name, said in form.errors.items()
    }


@pytest.mark.parametrize(
    ("day", "time", "fold", "moment"),
    [
        ("2026-07-01", "14:30", 0, datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
        ("2026-10-25", "01:30", 0, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25", "01:30", 1, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("", "14:30", 0, None),
        ("2026-07-01", "", 0, None),
    ],
)
def test_a_time_is_read_by_the_clock_of_the_place(day: str, time: str, fold: int, moment: datetime | None) -> None:
    assert read(day, time, fold=fold) == (moment, {})


def test_a_time_that_the_clocks_skip_is_an_error_beside_it() -> None:
    moment, errors = read("2026-03-29", "01:30")

    assert moment is None
    assert errors == {
        "time": ["The clocks are put forward over 01:30 on that day. Choose another time."],
    }


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-26T14:30+01:00", datetime(2026, 11, 26, 13, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_an_instant_is_read_with_its_offset(text: str, moment: datetime | None) -> None:
    assert InstantField(required=False).clean(text) == moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "not a time that can be booked"),
        ("2026-11-26T14:30", "offset from UTC"),
        ("0001-01-01T00:00+00:00", "between 2000 and 2100"),
    ],
)
def test_what_is_no_instant_of_this_century_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        InstantField().clean(text)


@pytest.mark.parametrize(("year", "is_refused"), [(1999, True), (2000, False), (2099, False), (2100, True)])
def test_a_century_has_both_its_edges(year: int, is_refused: bool) -> None:
    try:
        in_this_century(date(year, 6, 1))
    except ValidationError:
        refused = True
    else:
        refused = False

    assert refused is is_refused
