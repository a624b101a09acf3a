"""Every public page in every state that a client can meet: the table, and a walk to each row of it.

A row names the page as booking/web/urls.py does, and its state in words. A walk yields at each row while the page is
open. A page that is in no row fails a test, so a new one has to be put in.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from booking import links
from booking.models import Appointment, Clearance, Client, Decision, Draft, State
from booking.rules.pages import pages
from booking.scheduling.appointments import bounds
from booking.web.urls import urlpatterns
from services.models import ClinicPolicy, Location, Picture, Therapist, TimeOff, Treatment, WorkingHours
from services.pictures import DOOR, LOGO, PORTRAIT, Shape, encode, keep
from tests.browser.walk import (
    DETAILS,
    NOTHING,
    PAIN,
    answer,
    book_all,
    choose,
    clear_person,
    give_details,
    go_on,
    keep_start,
    press,
    press_start,
    take_seat,
    wish,
)

LONG = ("Wolfeschlegelsteinhausenbergerdorff" * 4)[:120]  # a name without a space
TINGLING = NOTHING | {"signs_now": "numb_tingling", "nerve_course": "stable", "doctor_review": "not_seen"}
# In booking/web/urls.py and no page.
NO_PAGE = {
    "safety": "leads on to the first open page",
    "answer_anew": "a button",
    "clear": "a button",
    "forget_me": "a button",
    "advice": "a button; what is wrong is said on the page of the visit",
    "call_me": "a button; with an error it shows the result again",
    "begin_again": "a button",
    "wish_for": "a button",
    "keep": "a button",
    "keep_longer": "a button",
    "visit_undo": "a button",
    "visit_undo_move": "a button",
    "visit_undo_booking": "a button",
    "visit_correct_email": "a button; with an error it shows the visit again",
    "visit_again": "a button",
    "visit_health_form": "a button",
    "visit_calendar": "a file",
    "picture": "a file",
    "colour": "a file",
}
ALL_PAGES = {str(pattern.name) for pattern in urlpatterns} - NO_PAGE.keys()

Walk = Callable[[Page], Iterator[tuple[str, str]]]
Rows = tuple[tuple[str, str], ...]


def about(page: Page) -> Iterator[tuple[str, str]]:
    for name, path in (
        ("start", "/"),
        ("move_or_cancel", "/move-or-cancel/"),
        ("spasms", "/spasms/"),
        ("therapists", "/therapists/"),
        ("find_us", "/find-us/"),
        ("privacy", "/privacy/"),
        ("accessibility", "/accessibility/"),
    ):
        page.goto(path)
        yield name, ""
    page.goto("/move-or-cancel/")
    page.get_by_role("button", name="Send my link again").click()
    yield "move_or_cancel", "no address"
    page.get_by_label("Your email").fill("niamh@example.ie")
    page.get_by_role("button", name="Send my link again").click()
    yield "move_or_cancel", "asked"
    therapist = Therapist.objects.earliest("pk")
    page.goto(f"/therapists/{therapist.pk}/")
    yield "therapist", ""
    fill_in_everything(therapist)
    for name, path in (
        ("therapists", "/therapists/"),
        ("therapist", f"/therapists/{therapist.pk}/"),
        ("find_us", "/find-us/"),
        ("terms", "/terms/"),
        ("privacy", "/privacy/"),
    ):
        page.goto(path)
        yield name, "with everything that a clinic can say"
    ClinicPolicy.objects.update(accent="", logo=None)
    TimeOff.objects.create(
        location=Location.objects.get(),
        starts_at=midnight() - timedelta(days=1),
        ends_at=midnight() + timedelta(days=400),
    )
    page.goto("/")
    yield "start", "nothing free"
    ClinicPolicy.objects.update(clinic_name=LONG[:100])
    Treatment.objects.update(name=LONG[:60], summary=LONG)
    Location.objects.update(name=LONG[:100], address=f"{LONG}\n{LONG}")
    page.goto("/")
    yield "start", "long names"
    page.goto("/book/")
    yield "treatment", "long names"
    Treatment.objects.update(is_active=False)
    page.goto("/")
    yield "start", "no treatments"
    page.goto("/book/")
    yield "treatment", "no treatments"


def fill_in_everything(therapist: Therapist) -> None:
    """What a clinic can say of itself and its people, with the longest words, and its own colour."""
    photo = Image.new("RGB", (1600, 1200), "teal")
    file = BytesIO()
    photo.save(file, "PNG")

    def picture(shape: Shape) -> Picture:
        file.seek(0)
        return keep(encode(file, shape=shape))

    Therapist.objects.filter(pk=therapist.pk).update(
        about=LONG, training=f"{LONG}\n{LONG}", languages=LONG[:100], gender="woman", portrait=picture(PORTRAIT)
    )
    said = dict.fromkeys(
        ("at_the_door", "step_free_words", "directions", "parking", "bicycle", "quiet", "running_late"), LONG
    )
    Location.objects.update(step_free="yes", map_link="https://maps.example/here", door_photo=picture(DOOR), **said)
    legal = dict.fromkeys(
        ("controller", "legal_basis", "data_recipients", "complaints_to", "terms", "imprint"), f"{LONG}\n\n{LONG}"
    )
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"accent": "#1c456b", "logo": picture(LOGO), **legal})


def mishaps(page: Page) -> Iterator[tuple[str, str]]:
    page.goto("/no/such/page")
    yield "an error", "404"
    for fault, state in (
        (SuspiciousOperation, "400"),
        (PermissionDenied, "403"),
        (ValueError, "500"),
        (OperationalError, "503"),
    ):
        with patch("booking.web.start.views.load_site", side_effect=fault):
            page.goto("/")
        yield "an error", state
    page.goto("/book/")
    page.context.clear_cookies()
    press(page.locator("button[value=not_sure]"))
    yield "an error", "no cookie"
    page.goto("/book/when/")
    yield "treatment", "nothing known of this device"
    page.goto("/visit/nonsense/")
    yield "visit", "wrong link"


def safety(page: Page) -> Iterator[tuple[str, str]]:
    page.goto("/book/")
    yield "treatment", ""
    page.goto("/book/treatment/deep_tissue/")
    yield "one_treatment", ""
    page.goto("/book/treatment/deep_tissue/?part=evening&day=2&from=1999-12-31")
    yield "one_treatment", "narrowed, error"
    taken = (timezone.now() + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    page.goto(f"/book/treatment/deep_tissue/?taken={taken}")
    yield "one_treatment", "taken meanwhile"
    wish(page, "deep_tissue")
    while "/book/safety/" in page.url:
        name = page.url.rstrip("/").rpartition("/")[2]
        yield "safety_page", name
        go_on(page)
        yield "safety_page", f"{name}, error"
        answer(page, PAIN)
        yield "safety_page", f"{name}, answered"
        go_on(page)
    yield "outcome", "clear, the wish is free"
    page.goto("/")
    yield "start", "something unfinished"
    Draft.objects.update(wished_start=timezone.now() + timedelta(minutes=1))
    page.goto("/book/result/")
    yield "outcome", "clear, the wish is gone"
    Draft.objects.update(wished_start=None)
    page.goto("/book/result/")
    yield "outcome", "clear"
    page.context.clear_cookies()
    choose(page, "not_sure")
    while not page.url.endswith("/later/"):
        answer(page, PAIN)
        go_on(page)
    yield "safety_page", "later"


def outcomes(page: Page) -> Iterator[tuple[str, str]]:
    check(page, {"medications": ["anticoagulants"]})
    yield "outcome", "careful"
    page.goto("/book/")
    yield "treatment", "with a suggestion"
    Treatment.objects.filter(key="swedish").update(is_active=False)
    Treatment.objects.filter(key="myofascial_release").update(is_active=False)
    page.goto("/book/result/")
    yield "outcome", "careful, nothing left"
    page.goto("/book/")
    yield "treatment", "nothing left"
    Treatment.objects.update(is_active=True)

    check(page, {"age_years": 17, "guardian_consent": True})
    yield "outcome", "something to settle first"
    check(page, {"emergency_symptoms": ["chest_pain_pressure"]})
    yield "outcome", "emergency"
    page.context.clear_cookies()
    choose(page, "not_sure")
    answer(page, {name: value for name, value in NOTHING.items() if not name.startswith("consent")})
    go_on(page)
    yield "safety_page", "without consent"

    check(page, {"signs_now": ["numb_tingling"], "nerve_course": "stable", "doctor_review": "not_seen"})
    yield "outcome", "physician"
    page.check("[name=may_call][value=yes]")
    press(page.locator("text=Save my choice"))
    yield "call_me", "error"
    page.goto("/book/letter/")
    yield "letter", "choose"
    go_on(page)
    yield "letter", "choose, error"
    page.fill("[name=name]", LONG)
    page.locator("[name=shared]").first.check()
    go_on(page)
    yield "letter", "made"
    Decision.objects.update(level="")
    page.goto("/book/result/")
    yield "outcome", "not clear"


def starts(page: Page) -> Iterator[tuple[str, str]]:
    take_seat(page)
    yield "when", ""
    Therapist.objects.filter(pk=Therapist.objects.order_by("pk").values("pk")[:1]).update(gender="woman")
    Therapist.objects.filter(gender="").update(gender="man")
    page.goto("/book/when/?therapist=woman&part=evening&day=1&day=3")
    yield "when", "narrowed"
    page.goto("/book/when/?therapist=man&part=morning&day=1&from=" + f"{timezone.now().date() + timedelta(days=1)}")
    yield "when", "narrowed to another week"
    page.goto("/book/when/?therapist=nobody&from=1999-12-31")
    yield "when", "error"
    taken = (timezone.now() + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    page.goto(f"/book/when/?taken={taken}")
    yield "when", "taken meanwhile"
    keep_start(page)
    yield "details", ""
    go_on(page)
    yield "details", "error"
    page.check("[name=for_whom][value=someone_else]")
    yield "details", "for somebody else"
    Appointment.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))
    page.goto("/book/details/")
    yield "when", "the kept start has run out"
    keep_start(page)
    page.goto("/book/when/")
    yield "when", "one is kept"
    page.goto("/book/details/")
    page.locator(".folded summary").click()
    for name, value in (DETAILS | {"booker_name": LONG, "access_needs": LONG}).items():
        page.fill(f"[name={name}]", value)
    page.check("[name=for_whom][value=someone_else]")
    page.fill("[name=person_name]", LONG)
    page.fill("[name=booker_email]", "niamh.kelly@gmail.con")
    go_on(page)
    yield "details", "did you mean, long names"
    page.fill("[name=remark]", LONG * 3)
    page.check("[name=remember]")
    go_on(page)
    yield "details", "a note that is too long"
    Therapist.objects.update(name=LONG[:60])
    page.goto("/book/when/")
    yield "when", "long names"
    Decision.objects.update(conditions=["staff_call"])
    page.goto("/book/details/")
    yield "details", "will be requested"
    WorkingHours.objects.update(first_date=timezone.now().date() + timedelta(days=300))
    take_seat(page)
    yield "when", "nothing free"


def a_visit(page: Page) -> Iterator[tuple[str, str]]:
    address = book_all(page)
    yield "visit", "booked"
    for name in ("move", "cancel", "confirm", "your-data"):
        page.goto(f"{address}{name}/")
        yield f"visit_{name.replace('-', '_')}", ""
    visit = Appointment.objects.get()
    page.goto(f"/visit/{links.make_token(visit, purpose=links.REMINDERS)}/reminders/")
    yield "reminders", ""
    go_on(page)
    yield "reminders", "off"
    taken = (timezone.now() + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    page.goto(f"{address}move/?taken={taken}")
    yield "visit_move", "taken meanwhile"
    page.goto(f"{address}move/?from=1999-12-31")
    yield "visit_move", "error"
    press_start(page, day=3)
    yield "visit_move_check", ""
    press(page.locator("text=/^Move to/"))
    yield "visit", "just moved"
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"changes_by_phone": True})
    page.goto(address)
    yield "visit", "the clinic wants a call"
    page.goto(f"{address}confirm/")
    yield "visit_confirm", "the clinic wants a call"
    ClinicPolicy.objects.update(changes_by_phone=False)
    Decision.objects.update(level="PHYSICIAN")
    page.goto(f"{address}move/")
    yield "visit_move", "stopped"
    Decision.objects.update(level="CLEAR")
    Therapist.objects.update(name=LONG[:60])
    Location.objects.update(address=f"{LONG}\n{LONG}")
    page.goto(address)
    yield "visit", "long names"
    for state in (State.REQUESTED, State.CANCELLING, State.CANCELLED, State.COMPLETED):
        deadline_at = timezone.now() + timedelta(hours=1)
        Appointment.objects.update(state=state, deadline_at=deadline_at, cancelled_from=State.BOOKED)
        page.goto(address)
        yield "visit", state
    Appointment.objects.update(state=State.BOOKED, deadline_at=None, intake=None)
    page.goto(address)
    yield "visit", "without a form"
    past = midnight() - timedelta(days=60)
    Appointment.objects.update(starts_at=past, ends_at=past + timedelta(hours=1))
    page.goto(address)
    yield "visit", "old link"
    Appointment.objects.update(link_generation=2)
    page.goto(address)
    yield "visit", "revoked link"


def once_more(page: Page) -> Iterator[tuple[str, str]]:
    """Somebody with so many visits that the next one waits for a press in an email."""
    take_seat(page)
    keep_start(page)
    with patch.object(bounds, "OPEN_WITHOUT_PRESS", 0):
        give_details(page)
    yield "visit", "waits for a press in the email"
    page.goto(links.email_url(Appointment.objects.get()).removeprefix(settings.SITE_URL))
    yield "visit_email", ""
    go_on(page)
    yield "visit", "booked by the press in the email"


def coming_back(page: Page) -> Iterator[tuple[str, str]]:
    address = book_all(page)
    press(page.locator("text=Book another visit"))
    yield "safety_page", "since"
    press(page.locator("text=Nothing else has changed"))
    yield "safety_page", "since, error"
    page.goto(address)
    press(page.locator("text=My health has changed"))
    answer(page, TINGLING)
    press(page.locator("text=Nothing else has changed"))
    yield "outcome", "physician, on earlier answers"
    page.goto(address)
    yield "visit", "with a notice"
    page.goto(f"/book/cleared/{links.make_cleared_token(clear_person(Client.objects.get()))}/")
    yield "cleared", ""
    Clearance.objects.update(valid_until=timezone.now().date() - timedelta(days=1))
    page.reload()
    yield "cleared", "letter that has run out"
    page.goto("/book/cleared/nonsense/")
    yield "cleared", "wrong link"


def midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def check(page: Page, answers: dict[str, Any]) -> None:
    """The result for somebody who was not sure which treatment, with a device that knows nothing yet."""
    page.context.clear_cookies()
    Draft.objects.all().delete()
    take_seat(page, answers, then="/privacy/")
    Draft.objects.update(treatment=None, minutes=None)
    page.goto("/book/result/")


SAFETY_PAGES = tuple(page.id for page in pages() if page.id != "later")
TABLE: dict[Walk, Rows] = {
    about: (
        ("start", ""),
        ("move_or_cancel", ""),
        ("spasms", ""),
        ("therapists", ""),
        ("find_us", ""),
        ("privacy", ""),
        ("accessibility", ""),
        ("move_or_cancel", "no address"),
        ("move_or_cancel", "asked"),
        ("therapist", ""),
        *(
            (name, "with everything that a clinic can say")
            for name in ("therapists", "therapist", "find_us", "terms", "privacy")
        ),
        ("start", "nothing free"),
        ("start", "long names"),
        ("treatment", "long names"),
        ("start", "no treatments"),
        ("treatment", "no treatments"),
    ),
    mishaps: (
        ("an error", "404"),
        ("an error", "400"),
        ("an error", "403"),
        ("an error", "500"),
        ("an error", "503"),
        ("an error", "no cookie"),
        ("treatment", "nothing known of this device"),
        ("visit", "wrong link"),
    ),
    safety: (
        ("treatment", ""),
        ("one_treatment", ""),
        ("one_treatment", "narrowed, error"),
        ("one_treatment", "taken meanwhile"),
        *(("safety_page", f"{name}{state}") for name in SAFETY_PAGES for state in ("", ", error", ", answered")),
        ("outcome", "clear, the wish is free"),
        ("start", "something unfinished"),
        ("outcome", "clear, the wish is gone"),
        ("outcome", "clear"),
        ("safety_page", "later"),
    ),
    outcomes: (
        ("outcome", "careful"),
        ("treatment", "with a suggestion"),
        ("outcome", "careful, nothing left"),
        ("treatment", "nothing left"),
        ("outcome", "something to settle first"),
        ("outcome", "emergency"),
        ("safety_page", "without consent"),
        ("outcome", "physician"),
        ("call_me", "error"),
        ("letter", "choose"),
        ("letter", "choose, error"),
        ("letter", "made"),
        ("outcome", "not clear"),
    ),
    starts: (
        ("when", ""),
        ("when", "narrowed"),
        ("when", "narrowed to another week"),
        ("when", "error"),
        ("when", "taken meanwhile"),
        ("details", ""),
        ("details", "error"),
        ("details", "for somebody else"),
        ("when", "the kept start has run out"),
        ("when", "one is kept"),
        ("details", "did you mean, long names"),
        ("details", "a note that is too long"),
        ("when", "long names"),
        ("details", "will be requested"),
        ("when", "nothing free"),
    ),
    a_visit: (
        ("visit", "booked"),
        ("visit_move", ""),
        ("visit_cancel", ""),
        ("visit_confirm", ""),
        ("visit_your_data", ""),
        ("reminders", ""),
        ("reminders", "off"),
        ("visit_move", "taken meanwhile"),
        ("visit_move", "error"),
        ("visit_move_check", ""),
        ("visit", "just moved"),
        ("visit", "the clinic wants a call"),
        ("visit_confirm", "the clinic wants a call"),
        ("visit_move", "stopped"),
        ("visit", "long names"),
        ("visit", "requested"),
        ("visit", "cancelling"),
        ("visit", "cancelled"),
        ("visit", "completed"),
        ("visit", "without a form"),
        ("visit", "old link"),
        ("visit", "revoked link"),
    ),
    once_more: (
        ("visit", "waits for a press in the email"),
        ("visit_email", ""),
        ("visit", "booked by the press in the email"),
    ),
    coming_back: (
        ("safety_page", "since"),
        ("safety_page", "since, error"),
        ("outcome", "physician, on earlier answers"),
        ("visit", "with a notice"),
        ("cleared", ""),
        ("cleared", "letter that has run out"),
        ("cleared", "wrong link"),
    ),
}
