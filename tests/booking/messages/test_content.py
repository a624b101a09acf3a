"""What mails say, word for word, and what they never say. The golden files are read by people, so look at each change:

WRITE_GOLDEN=1 pytest tests/booking/messages/test_content.py
"""

import os
import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from booking.links import make_token
from booking.messages import content
from booking.messages.delivery import as_bytes
from booking.messages.trial import Told
from booking.models import Appointment, Case, Client, Invitation, Message, State
from clinic.running.mailbox import Mailbox
from services.models import Therapist
from tests.booking.messages.calendar_reader import read_calendar
from tests.booking.messages.factories import STARTS_AT, make_location, make_message, make_policy, make_visit
from tests.cast import NOW, make_client

pytestmark = [pytest.mark.django_db, pytest.mark.once]

Kind = Message.Kind
GOLDEN = Path(__file__).parent / "golden"
HOUR = timedelta(hours=1)
CANCELLING = {"state": State.CANCELLING, "cancelled_from": State.BOOKED, "deadline_at": NOW + timedelta(minutes=10)}
REQUESTED = {"state": State.REQUESTED, "deadline_at": NOW + 48 * HOUR}
CANCELLED_REQUEST = {"state": State.CANCELLED}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "booked": (Kind.BOOKED, {}),
    "booked_too_late_to_cancel": (Kind.BOOKED, {"starts_at": NOW + 5 * HOUR}),
    "booked_second_time_in_the_night": (Kind.BOOKED, {"starts_at": (NOW - timedelta(days=29)).replace(hour=1)}),
    "requested": (Kind.REQUESTED, REQUESTED),
    "moved": (Kind.MOVED, {"version": 2}),
    "moved_request": (Kind.MOVED, {"version": 2, **REQUESTED}),
    "changed": (Kind.CHANGED, {"version": 2}),
    "changed_request": (Kind.CHANGED, {"version": 2, **REQUESTED}),
    "clocks_changed": (Kind.CLOCKS_CHANGED, {"version": 2}),
    "cancelled": (Kind.CANCELLED, {"version": 2, **CANCELLING}),
    "cancelled_for_good": (
        Kind.CANCELLED,
        {"version": 2, "state": State.CANCELLED, "cancelled_from": State.BOOKED},
    ),
    "cancelled_request": (Kind.CANCELLED, {"version": 2, **CANCELLING, "cancelled_from": State.REQUESTED}),
    "restored": (Kind.RESTORED, {"version": 3}),
    "reminder": (Kind.REMINDER, {}),
    "reminder_confirmed": (Kind.REMINDER, {"confirmed_at": NOW}),
    "confirmed": (Kind.CONFIRMED, {"version": 2}),
    "declined": (Kind.DECLINED, {"version": 2, **CANCELLED_REQUEST}),
    "ran_out": (Kind.RAN_OUT, {"version": 2, **CANCELLED_REQUEST}),
    "form_missing": (Kind.FORM_MISSING, REQUESTED),
    "choose_again": (Kind.CHOOSE_AGAIN, {}),
    "stopped": (Kind.STOPPED, {}),
    "new_link": (Kind.NEW_LINK, {}),
    "confirm_email": (Kind.CONFIRM_EMAIL, {"state": State.HELD, "deadline_at": NOW + HOUR / 2}),
}


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.SITE_URL = "https://alderstreet.example"
    settings.MAIL_FROM = Mailbox("", "clinic@alderstreet.example")
    settings.LINK_KEY = "the key that golden files were made with"


def make_fixed_visit(**fields: Any) -> Appointment:
    values = {"public_id": "FixedPublicIdOfAVisit0", "reference": "7KM4XQ2"} | fields
    if "starts_at" in values:
        values["ends_at"] = values["busy_until"] = values["starts_at"] + HOUR
    return make_visit(**values)


def write(kind: str, visit: Appointment) -> EmailMultiAlternatives:
    message = make_message(visit=visit, kind=kind)
    message.message_id = "<fixed@alderstreet.example>"
    return content.write_visit_mail(message=message, visit=visit, policy=make_policy(), now=NOW)


def parse(written: EmailMultiAlternatives) -> EmailMessage:
    parsed = message_from_bytes(as_bytes(written), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text_of(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def attachments(parsed: EmailMessage) -> list[bytes]:
    return [part.get_payload(decode=True) for part in parsed.iter_attachments()]  # type: ignore[misc]


def describe(parsed: EmailMessage) -> str:
    """Headers, text and calendar file, as a person would want to read them."""
    names = [name for name in parsed if name not in ("Content-Type", "MIME-Version", "Content-Transfer-Encoding")]
    headers = [f"{name}: {parsed[name]}" for name in names]
    files = []
    for part in parsed.iter_attachments():
        calendar = part.get_payload(decode=True)
        assert isinstance(calendar, bytes)
        files += [
            "",
            f"--- {part['Content-Type']}; {part['Content-Disposition']}",
            "",
            calendar.decode().replace("\r\n", "\n").rstrip("\n"),
        ]
    return "\n".join([*headers, "", text_of(parsed, "plain").rstrip("\n"), *files]) + "\n"


def check_golden(name: str, parsed: EmailMessage) -> None:
    found = {f"{name}.txt": describe(parsed), f"{name}.html": text_of(parsed, "html")}
    if os.environ.get("WRITE_GOLDEN") == "1":
        for file, text in found.items():
            (GOLDEN / file).write_text(text)
    assert found == {file: (GOLDEN / file).read_text() for file in found}


@pytest.mark.parametrize("name", CASES)
def test_mails_to_clients_word_for_word(name: str) -> None:
    kind, fields = CASES[name]

    check_golden(name, parse(write(kind, make_fixed_visit(**fields))))


def test_the_mail_about_a_case_word_for_word() -> None:
    case = Case.objects.create(
        kind=Case.Kind.EMERGENCY, contact_name="Marked Name", contact_email="marked@example.com", opened_at=NOW
    )
    message = make_message(
        visit=None, kind=Kind.CASE_OPENED, key="c", case=case, message_id="<fixed@alderstreet.example>"
    )

    parsed = parse(content.write_case_mail(message=message, policy=make_policy(), now=NOW))

    check_golden("case_opened", parsed)
    assert "arked" not in as_bytes(content.write_case_mail(message=message, policy=make_policy(), now=NOW)).decode()


def test_the_list_of_the_day_word_for_word() -> None:
    ana, ben = Therapist.objects.create(name="Ana Ruiz"), Therapist.objects.create(name="Ben Marked-Surname")
    starts_at = NOW + 2 * HOUR
    visits = [
        make_fixed_visit(
            starts_at=starts_at + number * HOUR, therapist=therapist,
            public_id=f"{number:022d}", reference=f"R{number}", booker_name="Marked Name",
        )
        for number, therapist in enumerate((ana, ben, ana))
    ]  # fmt: skip
    message = make_message(
        visit=None, kind=Kind.DAY_LIST, key="d", location=make_location(), on_date=NOW.date(),
        message_id="<fixed@alderstreet.example>",
    )  # fmt: skip

    parsed = parse(content.write_day_list(message=message, visits=visits, policy=make_policy(), now=NOW))

    check_golden("day_list", parsed)
    assert "Marked" not in describe(parsed)


def test_the_link_for_a_new_password_word_for_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_token_generator, "make_token", lambda account: "fixed-token")
    account = User.objects.create_user("ann", email="ann@example.com", pk=7)
    message = make_message(
        visit=None, kind=Kind.NEW_PASSWORD, key="p", account=account, recipient=account.email,
        message_id="<fixed@alderstreet.example>",
    )  # fmt: skip

    parsed = parse(
        content.write_password_mail(
            message=message, recipient=account.email, accounts=[account], policy=make_policy(), now=NOW
        )
    )

    check_golden("new_password", parsed)


def test_the_links_of_two_accounts_with_one_address_word_for_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_token_generator, "make_token", lambda account: f"token-of-{account.username}")
    accounts = [
        User.objects.create_user(name, email="ann@example.com", pk=pk) for name, pk in (("ann", 7), ("desk", 8))
    ]
    message = make_message(
        visit=None, kind=Kind.NEW_PASSWORD, key="p", recipient="ann@example.com",
        message_id="<fixed@alderstreet.example>",
    )  # fmt: skip

    parsed = parse(
        content.write_password_mail(
            message=message, recipient="ann@example.com", accounts=accounts, policy=make_policy(), now=NOW
        )
    )

    check_golden("new_password_two", parsed)


def test_an_invitation_to_work_here_word_for_word() -> None:
    invitation = Invitation(public_id="0" * 22, name="Ben Ó Súilleabháin", email="ben@example.com", sent_at=NOW)
    message = make_message(
        visit=None, kind=Kind.INVITATION, key="i", recipient="ben@example.com", message_id="<fixed@alderstreet.example>"
    )

    parsed = parse(content.write_invitation_mail(message=message, invitation=invitation, policy=make_policy(), now=NOW))

    check_golden("invitation", parsed)


def test_the_test_to_an_owner_word_for_word() -> None:
    message = make_message(
        visit=None, kind=Kind.TRIAL, key="t", recipient="maeve@example.com", message_id="<fixed@alderstreet.example>"
    )

    check_golden("trial", parse(content.write_trial_mail(message=message, policy=make_policy(), now=NOW)))


TRIALS = {
    "trial_booked": Told(Kind.BOOKED, STARTS_AT, NOW),
    "trial_reminder": Told(Kind.REMINDER, STARTS_AT, STARTS_AT - 27 * HOUR),
}


@pytest.mark.parametrize("name", TRIALS)
def test_the_tests_of_what_a_booker_gets_word_for_word(name: str) -> None:
    """Of a visit as `make_up_visit` makes one: see test_trial.py."""
    visit = make_fixed_visit(reference="EXAMPLE", booker_name="Niamh Example", booker_email="")
    message = make_message(
        visit=None, kind=Kind.TRIAL, key="t", recipient="maeve@example.com", message_id="<fixed@alderstreet.example>"
    )

    written = content.write_trial_of_visit(
        message=message, told=TRIALS[name], visit=visit, policy=make_policy(), now=NOW
    )

    check_golden(name, parse(written))


def test_the_links_to_the_coming_visits_word_for_word() -> None:
    visits = [
        make_fixed_visit(public_id=f"{number:022d}", reference=f"R{number}", starts_at=STARTS_AT + number * 24 * HOUR)
        for number in range(2)
    ]
    message = make_message(
        visit=None, kind=Kind.LINKS, key="l", recipient="niamh@example.com", message_id="<fixed@alderstreet.example>"
    )

    parsed = parse(
        content.write_links_mail(
            message=message, recipient="niamh@example.com", visits=visits, policy=make_policy(), now=NOW
        )
    )

    check_golden("links", parsed)
    assert "Swedish" not in describe(parsed)


TO_STAFF: dict[str, dict[str, Any]] = {Kind.REQUEST_ENDS: REQUESTED, Kind.REQUEST_ENDED: CANCELLED_REQUEST}


@pytest.mark.parametrize("kind", TO_STAFF)
def test_mails_to_staff_about_a_request_word_for_word_and_of_nobody(kind: str) -> None:
    visit = make_fixed_visit(**TO_STAFF[kind], booker_name="Marked Name", access_needs="Marked need")
    message = make_message(visit=visit, kind=kind, message_id="<fixed@alderstreet.example>")
    message.recipient = "desk@alder.example"

    parsed = parse(content.write_request_mail(message=message, visit=visit, policy=make_policy(), now=NOW))

    check_golden(kind, parsed)
    assert "Marked" not in describe(parsed)


LATE: dict[str, dict[str, Any]] = {"late_change": {}, "late_change_cancelled": {**CANCELLING, "version": 2}}


@pytest.mark.parametrize("name", LATE)
def test_mails_to_staff_about_a_late_change_word_for_word_and_of_nobody(name: str) -> None:
    visit = make_fixed_visit(**LATE[name], booker_name="Marked Name", remark="Marked", access_needs="Marked need")
    message = make_message(visit=visit, kind=Kind.LATE_CHANGE, message_id="<fixed@alderstreet.example>")
    message.recipient = "ann@alder.example"

    parsed = parse(content.write_late_mail(message=message, visit=visit, policy=make_policy(), now=NOW))

    check_golden(name, parsed)
    assert "Marked" not in describe(parsed)


def test_every_golden_file_is_looked_at() -> None:
    names = {*CASES, *TO_STAFF, *LATE, "case_opened", "day_list", "new_password", "invitation", "trial", "links"}
    names |= {*TRIALS, "new_password_two"}

    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{kind}" for name in names for kind in ("txt", "html")}


def test_every_kind_of_mail_has_its_golden_file() -> None:
    assert {kind for kind, _ in CASES.values()} | {
        *TO_STAFF,
        Kind.LATE_CHANGE,
        Kind.CASE_OPENED,
        Kind.DAY_LIST,
        Kind.NEW_PASSWORD,
        Kind.INVITATION,
        Kind.TRIAL,
        Kind.LINKS,
    } == set(Kind)


OTHER_ADDRESS = re.compile(r"https://(?:.*/reminders/|.*/spasms/|calendar\.google|outlook\.live|www\.google)")


class _Words(HTMLParser):
    """The text of a page, without its title."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_head = self._in_head or tag == "head"

    def handle_endtag(self, tag: str) -> None:
        self._in_head = self._in_head and tag != "head"

    def handle_data(self, data: str) -> None:
        if not self._in_head:
            self.found += data.replace("Or copy this address", "").replace(":", " ").split()


@pytest.mark.parametrize("name", CASES)
def test_text_and_html_say_the_same(name: str) -> None:
    kind, fields = CASES[name]
    parsed = parse(write(kind, make_fixed_visit(**fields)))
    words = _Words()

    words.feed(text_of(parsed, "html"))

    # What stands under a heading is a link there and an address here; so is the way out of reminders.
    lines = text_of(parsed, "plain").split("\n")
    said = [word for line in lines if not OTHER_ADDRESS.match(line) for word in line.replace(":", " ").split()]
    assert set(words.found) == set(said)


def make_marked_visit(**fields: Any) -> Appointment:
    """Everything that no mail may say carries the word "marked"."""
    other = Client.objects.create(name="Marked Person", email="marked@example.com", phone="marked", created_at=NOW)
    return make_fixed_visit(client=other, booker_phone="marked 087", access_needs="marked need", **fields)


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_said_that_is_not_the_bookers_own(name: str) -> None:
    kind, fields = CASES[name]

    written = write(kind, make_marked_visit(**fields))

    parsed = parse(written)
    everything = describe(parsed) + text_of(parsed, "html") + "".join(file.decode() for file in attachments(parsed))
    assert "marked" not in everything.lower()


@pytest.mark.parametrize("name", CASES)
def test_subjects_and_previews_are_neutral(name: str) -> None:
    """What a locked screen shows: the subject and the first lines."""
    kind, fields = CASES[name]

    parsed = parse(write(kind, make_fixed_visit(**fields)))

    preview = parsed["Subject"] + text_of(parsed, "plain")[:60]
    assert [word for word in ("Swedish", "Massage", "health", "Ana", "Niamh B", "€") if word in preview] == []


@pytest.mark.parametrize("name", CASES)
def test_the_one_button_leads_where_the_text_says(name: str) -> None:
    kind, fields = CASES[name]
    visit = make_fixed_visit(**fields)

    parsed = parse(write(kind, visit))

    links = re.findall(r'href="([^"]*)"', text_of(parsed, "html"))
    called_off = kind in (Kind.DECLINED, Kind.RAN_OUT)
    path = f"/visit/{make_token(visit)}/"
    if kind == Kind.CONFIRM_EMAIL:
        path = f"/visit/{make_token(visit, purpose='email')}/email/"
    if name == "reminder":
        path += "confirm/"
    expected = "https://alderstreet.example" + ("/book/" if called_off else path)
    assert links[0] == expected
    assert f"{expected}\n" in text_of(parsed, "plain")


def test_only_reminders_can_be_turned_off_and_in_one_click() -> None:
    visit = make_fixed_visit()
    url = f"https://alderstreet.example/visit/{make_token(visit, purpose='reminders')}/reminders/"

    booked, reminder = (parse(write(kind, visit)) for kind in (Kind.BOOKED, Kind.REMINDER))

    names = ("List-Unsubscribe", "List-Unsubscribe-Post")
    assert [booked[name] for name in names] == [None, None]
    assert [reminder[name].strip() for name in names] == [f"<{url}>", "List-Unsubscribe=One-Click"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("booked", "REQUEST"), ("moved", "REQUEST"), ("restored", "REQUEST"), ("confirmed", "REQUEST"),
        ("new_link", "REQUEST"),
        ("cancelled", "CANCEL"), ("cancelled_for_good", "CANCEL"),
        ("requested", None), ("moved_request", None), ("cancelled_request", None), ("reminder", None),
        ("declined", None), ("ran_out", None), ("form_missing", None), ("choose_again", None), ("stopped", None),
    ],
)  # fmt: skip
def test_calendar_files_go_with_what_is_booked(name: str, expected: str | None) -> None:
    kind, fields = CASES[name]
    visit = make_fixed_visit(**fields)

    files = [read_calendar(file) for file in attachments(parse(write(kind, visit)))]

    assert [(one.method, one.starts_at, one.properties["SEQUENCE"]) for one in files] == (
        [(expected, visit.starts_at, str(visit.version))] if expected else []
    )


NASTY = {
    "header": "Niamh\r\nBcc: everybody@example.com\r\n\r\nHello",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)',
    "template": "{{ letter }}{% debug %}",
    "calendar": "X\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "controls": "a\x00b\x1bc\x7f\u2028d",
    "direction": "\u202emoc.live\u202c",
    "emoji": "😀" * 60,
    "long": "x" * 120,
    "empty": "",
    "header word": "=?utf-8?q?Bcc:_x?=",
}


@pytest.mark.parametrize("name", NASTY)
def test_no_name_breaks_out_of_its_place(name: str) -> None:
    """As the booker's, the therapist's and the clinic's name, in every kind of mail."""
    visit = make_fixed_visit()
    # Not saved: PostgreSQL refuses some of these, SQLite none.
    visit.booker_name = NASTY[name]
    visit.therapist.name = visit.location.name = visit.location.address = NASTY[name] or "x"
    policy_ = make_policy()
    policy_.clinic_name = NASTY[name]
    message = make_message(visit=visit, kind=Kind.BOOKED, key="nasty", message_id="<nasty@alderstreet.example>")
    plain = parse(write(Kind.BOOKED, make_fixed_visit(public_id="other", reference="other")))

    parsed = parse(content.write_visit_mail(message=message, visit=visit, policy=policy_, now=NOW))

    assert parsed.keys() == plain.keys()
    assert parsed["To"] == "niamh@example.com"
    assert re.findall(r"<(script|img)|onmouseover=\"", text_of(parsed, "html")) == []
    assert re.findall(r"<(\w+)", text_of(parsed, "html")) == re.findall(r"<(\w+)", text_of(plain, "html"))
    read_calendar(attachments(parsed)[0])


@pytest.mark.parametrize(
    "words", ["https://evil.example/win", "www.evil.example", "evil.example", "Call-0900-123", "Win€1000"]
)
def test_what_a_stranger_typed_as_a_name_reaches_nobody_in_the_clinic_s_mails(words: str) -> None:
    visit = make_fixed_visit()
    visit.booker_name, visit.booker_phone, visit.access_needs = f"{words} now", words, words

    for kind in (Kind.BOOKED, Kind.CANCELLED, Kind.REMINDER):
        parsed = parse(write(kind, visit))
        everything = [*parsed.values(), text_of(parsed, "plain"), text_of(parsed, "html"), *attachments(parsed)]
        assert not [part for part in everything if words in str(part)]
        assert text_of(parsed, "plain").splitlines()[2] == "Hello,"


def test_a_mail_goes_out_through_djangos_own_backend_too(settings: Settings) -> None:
    """The rest of the world (anymail, console) gets an ordinary Django mail."""
    write(Kind.BOOKED, make_fixed_visit()).send()

    assert [(one.subject, one.to) for one in mail.outbox] == [
        ("Booked: Thursday 26 November, 14:30", ["niamh@example.com"])
    ]


def test_times_are_the_places_and_the_zone_is_named_once() -> None:
    visit = make_fixed_visit(starts_at=STARTS_AT, zone="America/New_York")

    text = text_of(parse(write(Kind.BOOKED, visit)), "plain")

    assert "Thursday 26 November 2026\n9:30 am to 10:30 am, New York time\n" in text
    assert text.count("New York time") == 1


def test_replies_go_to_the_clinic() -> None:
    make_client()
    parsed = parse(write(Kind.BOOKED, make_fixed_visit()))

    assert (parsed["From"], parsed["Reply-To"], parsed["Auto-Submitted"]) == (
        "Alder Street Massage <clinic@alderstreet.example>",
        "desk@alder.example",
        "auto-generated",
    )
    assert settings.SITE_URL == "https://alderstreet.example"
