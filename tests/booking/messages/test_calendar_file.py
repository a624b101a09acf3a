"""Calendar files, read back by a reader that is not the library that wrote them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from booking.links import visit_url
from booking.messages.calendar_file import Method, make_calendar_file, make_uid
from booking.models import Appointment, Client, State
from clinic.running.mailbox import Mailbox
from services.models import ClinicPolicy, Location, Therapist, Treatment
from tests.booking.messages.calendar_reader import ReadEvent, read_calendar
from tests.booking.messages.factories import STARTS_AT
from tests.cast import NOW
from tests.services.clock_changes import Change, changes_of, zones_by_rules

HOUR = timedelta(hours=1)
# One zone for each set of rules in the world.
ZONES = [names[0] for names in zones_by_rules().values()]
# Those of the first year each time, all of them in `make prove`.
CHANGES = [
    pytest.param(key, change, marks=[pytest.mark.prove] if number > 1 else [])
    for key in ZONES
    for number, change in enumerate(changes_of(key))
]


def make_visit(*, zone: str = "Europe/Dublin", starts_at: datetime = STARTS_AT, **fields: Any) -> Appointment:
    """Not saved: the file is made from what is in hand."""
    location = Location(name="Alder Street", address="14 Alder Street\nDublin 8", phone="01 555 0142", time_zone=zone)
    values = {
        "public_id": "A" * 22,
        "reference": "7KM4XQ2",
        "state": State.BOOKED,
        "version": 3,
        "client": Client(name="Somebody Else"),
        "treatment": Treatment(key="swedish", name="Swedish"),
        "therapist": Therapist(name="Ana Ruiz"),
        "minutes": 60,
        "location": location,
        "starts_at": starts_at,
        "ends_at": starts_at + HOUR,
        "time_zone": zone,
        "booker_name": "Niamh Byrne",
        "booker_email": "niamh@example.com",
        "booker_phone": "087 000 0000",
        "access_needs": "marked need",
    }
    return Appointment(**(values | fields))


def make(visit: Appointment, method: Method = Method.REQUEST, **policy: Any) -> bytes:
    values = {"clinic_name": "Alder Street Massage", "contact_email": "desk@alder.example"} | policy
    return make_calendar_file(visit=visit, policy=ClinicPolicy(**values), method=method, now=NOW)


def read(visit: Appointment, method: Method = Method.REQUEST, **policy: Any) -> ReadEvent:
    return read_calendar(make(visit, method, **policy))


def test_all_that_a_calendar_is_told() -> None:
    event = read(make_visit())

    assert event == ReadEvent(
        method="REQUEST",
        properties={
            "UID": f"{'A' * 22}@127.0.0.1",
            "SEQUENCE": "3",
            "DTSTAMP": "20261123T080000Z",
            "STATUS": "CONFIRMED",
            "SUMMARY": "Visit at Alder Street Massage",
            "LOCATION": "Alder Street, 14 Alder Street, Dublin 8",
            "DESCRIPTION": "Reference 7KM4XQ2. To move or cancel, open the link or call 01 555 0142.",
            "URL": visit_url(make_visit()),
            "ORGANIZER": "mailto:desk@alder.example",
            "ATTENDEE": "mailto:niamh@example.com",
            "DTSTART": "20261126T143000Z",
            "DTEND": "20261126T153000Z",
        },
        parameters={
            "UID": {}, "SEQUENCE": {}, "DTSTAMP": {}, "STATUS": {}, "SUMMARY": {}, "LOCATION": {}, "DESCRIPTION": {},
            "URL": {}, "ORGANIZER": {"CN": "Alder Street Massage"},
            "ATTENDEE": {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}, "DTSTART": {}, "DTEND": {},
        },
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + HOUR,
    )  # fmt: skip


def test_nobody_who_shares_the_calendar_learns_more() -> None:
    text = make(make_visit()).decode()

    secrets = ("Swedish", "Ana", "Byrne", "Somebody", "087", "marked")
    assert [secret for secret in secrets if secret in text] == []


def test_a_move_keeps_the_uid_and_raises_the_sequence() -> None:
    first, second = read(make_visit(version=1)), read(make_visit(version=2, starts_at=STARTS_AT + HOUR))

    assert [one.properties["UID"] for one in (first, second)] == [make_uid(make_visit())] * 2
    assert [one.properties["SEQUENCE"] for one in (first, second)] == ["1", "2"]


@pytest.mark.parametrize(
    ("method", "state", "expected"),
    [
        (Method.REQUEST, State.BOOKED, "CONFIRMED"),
        (Method.CANCEL, State.CANCELLING, "CANCELLED"),
        (Method.CANCEL, State.CANCELLED, "CANCELLED"),
        (Method.PUBLISH, State.BOOKED, "CONFIRMED"),
        (Method.PUBLISH, State.REQUESTED, "TENTATIVE"),
        (Method.PUBLISH, State.CANCELLED, "CANCELLED"),
    ],
)
def test_methods_and_states(method: Method, state: State, expected: str) -> None:
    event = read(make_visit(state=state), method)

    assert (event.method, event.properties["STATUS"]) == (method.value, expected)
    assert ("ATTENDEE" in event.properties) == (method != Method.PUBLISH)


@pytest.mark.parametrize("zone", ["Europe/Dublin", "America/New_York", "Asia/Kathmandu"])
def test_the_same_instant_in_three_zones(zone: str) -> None:
    event = read(make_visit(zone=zone))

    assert (event.starts_at, event.ends_at) == (STARTS_AT, STARTS_AT + HOUR)
    assert (event.properties["DTSTART"], event.parameters["DTSTART"]) == ("20261126T143000Z", {})


@pytest.mark.parametrize(("key", "change"), CHANGES, ids=lambda value: value if isinstance(value, str) else "")
def test_around_every_clock_change_of_the_world(key: str, change: Change) -> None:
    """Every quarter of an hour around it, and the days before and after."""
    steps = [timedelta(minutes=15) * number for number in range(-16, 17)] + [timedelta(days=-1), timedelta(days=1)]
    starts = [change.instant.replace(second=0) + step for step in steps]

    found = [read(make_visit(zone=key, starts_at=start)) for start in starts]

    assert [(event.starts_at, event.ends_at) for event in found] == [(start, start + HOUR) for start in starts]


@given(
    key=st.sampled_from(ZONES),
    minute=st.integers(0, 3 * 365 * 24 * 12),
    length=st.integers(1, 36),
)
def test_at_any_time_of_three_years(key: str, minute: int, length: int) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=5) * minute
    end = start + timedelta(minutes=5) * length

    event = read(make_visit(zone=key, starts_at=start, ends_at=end))

    assert (event.starts_at, event.ends_at) == (start, end)


def test_the_organiser_is_who_the_mails_are_from(settings: Settings) -> None:
    settings.MAIL_FROM = Mailbox('The "Alder" Desk', "bookings@alder.example")

    event = read(make_visit())

    assert event.properties["ORGANIZER"] == "mailto:bookings@alder.example"
    assert event.parameters["ORGANIZER"] == {"CN": "The 'Alder' Desk"}


def test_without_a_sender_a_file_can_still_be_downloaded(settings: Settings) -> None:
    settings.MAIL_FROM, settings.IS_DEMO = Mailbox("", ""), False

    assert "ORGANIZER" not in read(make_visit(), Method.PUBLISH, contact_email="").properties


NASTY = [
    'Alder; Street, \\ "Massage"',
    "A\r\nBEGIN:VALARM\r\nX",
    "A\nATTENDEE:mailto:mallory@example.com",
    "A\\nB\\,C",
    "A\u2028ATTENDEE:x\u2029y\x85z",
    "\u202eegassaM\u202c",
    "a\x00b\x1fc\x7f",
    "😀" * 60,
    "ä" * 300,
    ":;=,",
    "",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_name_adds_a_line(text: str) -> None:
    """The reader refuses files with repeated or odd lines; here the properties are counted as well."""
    visit = make_visit()
    visit.location.name = visit.location.address = visit.location.phone = text
    visit.time_zone = "Europe/Dublin"

    event = read(visit, clinic_name=text)

    assert set(event.properties) == set(read(make_visit()).properties)
    assert event.method == "REQUEST"


@given(text=st.text(max_size=100))
def test_no_text_at_all_adds_a_line(text: str) -> None:
    visit = make_visit()
    visit.location.name = visit.location.address = text

    assert set(read(visit, clinic_name=text).properties) == set(read(make_visit()).properties)


def test_escaped_text_comes_back_as_it_was() -> None:
    event = read(make_visit(), clinic_name='Alder; Street, \\ "Massage"')

    assert event.properties["SUMMARY"] == 'Visit at Alder; Street, \\ "Massage"'


def test_an_address_cannot_add_a_property() -> None:
    visit = make_visit(booker_email="a@example.com\r\nSTATUS:CANCELLED")

    assert read(visit).properties["STATUS"] == "CONFIRMED"
