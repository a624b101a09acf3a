"""Every page of the panel in the states that staff meet: the table, and a walk to each row of it.

A row names the page as clinic/panel/urls.py does, and its state in words; see states.py for the public pages.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from booking.intake.decisions import current_decision
from booking.links import invitation_url
from booking.models import Appointment, Case, Client, Intake, Invitation, Message, Note, State
from booking.notes.content import Content, Mark
from booking.notes.regions import KINDS, REGIONS
from booking.notes.writing import save_note, sign_note
from booking.people.desk_lines import write_line
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from clinic.panel.urls import urlpatterns
from services.models import TimeOff
from tests.browser.staff import book_tomorrow, sign_in, tomorrow
from tests.browser.states import LONG, Rows
from tests.browser.walk import clear_person, press
from tests.cast import PASSWORD, RELAXING, Clinic, make_member
from tests.services.places import make_treatment

# In clinic/panel/urls.py and no page.
NO_PAGE = {
    "board_csv": "a file",
    "report_csv": "a file",
    "person_copy": "a file",
    "confirm_step": "a button",
    "see_open": "the start page of the website, see states.py",
    "close_place": "a button; what it strands is asked as before saving time off",
    "reopen_place": "a button",
    "sign_out": "a button",
    "step": "a button",
    "undo": "a button",
    "undo_move": "a button",
    "undo_treatment": "a button",
    "book_again": "a button; with a time that is gone it shows the visit again",
    "add_to_note": "a button; without words it shows the note again",
    "move_targets": "what a drag reads",
    "keep_time": "a button",
    "settle": "a button",
    "send_form": "a button",
    "choose_again": "a button",
    "clear": "a button; with an error it shows the case again",
    "void_letter": "a button",
    "person_erase": "a button",
    "person_line": "a button; without words it shows the record again",
    "person_notes_file": "a file; without a tick it shows the page again",
    "person_grant": "a button; without a reason it shows the page again",
    "person_grant_end": "a button",
    "person_strike": "a button",
    "person_leave": "a button",
    "person_unmerge": "a button",
    "person_apart": "a button",
    "remove_time_off": "a button",
    "set_up_move_room": "a button",
    "set_up_leave": "a button",
    "set_up_return": "a button",
    "remove_block": "a button",
    "ask_stranded": "a button",
    "close_holidays": "a button",
    "release_messages": "a button",
    "send_again": "a button",
    "leave_unsent": "a button",
    "take_up": "a button",
    "give_back": "a button",
    "staff_invite_again": "a button",
    "staff_withdraw": "a button",
    "set_up_take": "a file",
    "set_up_bring": "a button",
    "set_up_take_back": "a button",
    "staff_password": "a button",
    "staff_enable": "a button",
}
ALL_PAGES = {str(pattern.name) for pattern in urlpatterns} - NO_PAGE.keys()

PanelWalk = Callable[[Page, Clinic], Iterator[tuple[str, str]]]


def ways_in(page: Page, clinic: Clinic) -> Iterator[tuple[str, str]]:
    page.goto("/panel/")
    yield "first_owner", ""
    typed = {"code": "wrong", "username": LONG[:30], "email": "owner@example.com"}
    for name, value in (typed | {"password1": PASSWORD, "password2": PASSWORD}).items():
        page.fill(f"[name={name}]", value)
    send(page)
    yield "first_owner", "error"
    user = User.objects.create_superuser("reception", email="owner@example.com", password=PASSWORD)
    make_member("owner", name=LONG[:30])
    page.goto("/panel/")
    yield "sign_in", ""
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", "wrong")
    send(page)
    yield "sign_in", "error"
    page.goto("/panel/forgotten/")
    yield "forgotten", ""
    page.fill("[name=email]", "owner@example.com")
    send(page)
    yield "forgotten", "sent"
    token, number = default_token_generator.make_token(user), urlsafe_base64_encode(force_bytes(user.pk))
    page.goto(reverse("panel:new_password", args=[number, token]))
    yield "new_password", ""
    page.goto(reverse("panel:new_password", args=[number, "nonsense"]))
    yield "new_password", "wrong link"
    page.goto(urlsplit(invitation_url(make_invitation())).path)
    yield "invited", ""
    page.goto("/panel/invited/nonsense/")
    yield "invited", "wrong link"
    page.goto("/panel/sign-in/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", PASSWORD)
    send(page)
    yield "own_role", ""
    page.goto("/panel/second-factor/")
    yield "second_factor", "first time"
    page.fill("[name=code]", f"{totp(TOTPDevice.objects.get().bin_key):06}")
    send(page)
    yield "second_factor", "recovery codes"
    page.context.clear_cookies()
    page.goto("/panel/sign-in/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.goto("/panel/second-factor/")
    yield "second_factor", ""


def a_day(page: Page, clinic: Clinic) -> Iterator[tuple[str, str]]:
    sign_in(page)
    yield "board", "nothing booked"
    visit = book_tomorrow(clinic, name=LONG[:60], medications=["anticoagulants"])
    other = book_tomorrow(clinic, therapist=1, doctor_review="cleared")
    without_form = book_tomorrow(clinic, number=1, with_form=False)
    states = (State.ARRIVED, State.IN_TREATMENT, State.COMPLETED, State.NO_SHOW)
    for state, one in zip(states, [book_tomorrow(clinic, therapist=1) for _state in states], strict=True):
        Appointment.objects.filter(pk=one.pk).update(state=state)
    TimeOff.objects.create(
        therapist=clinic.therapists[0],
        starts_at=other.starts_at.replace(hour=17),
        ends_at=other.starts_at.replace(hour=19),
        reason="A course in lymphatic drainage",
    )
    day = f"/panel/?date={tomorrow().date()}"
    page.goto(day)
    yield "board", ""
    page.goto(f"{day}&view=board")
    yield "board", "in columns"
    page.goto(f"{day}&view=table")
    yield "board", "as a table"
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{day}&view=board")
    page.click(f"[data-reference='{visit.reference}']")
    page.wait_for_selector("#side .side-name")
    yield "board", "a visit beside it"
    page.goto(f"/panel/month/?date={tomorrow().date()}")
    yield "month", ""
    about = f"/panel/visit/{visit.reference}/"
    page.goto(about)
    yield "visit", "careful"
    page.goto(f"/panel/visit/{without_form.reference}/")
    yield "visit", "form missing"
    page.goto(f"{about}questions/")
    yield "read_out", ""
    page.goto(f"{about}ask-again/")
    yield "ask_again", ""
    page.goto(f"{about}treatment/")
    yield "change_treatment", ""
    page.goto(f"{about}move/")
    yield "move", ""
    page.locator("[data-start]").first.click()
    yield "move", "asked once"
    page.goto(f"{about}links/")
    yield "revoke_links", ""
    page.goto(f"{about}cancel/")
    yield "cancel", ""
    appointments.move(
        appointment=visit,
        starts_at=visit.starts_at + timedelta(hours=6),
        therapist_id=None,
        by=By("staff"),
        now=timezone.now(),
    )
    page.fill("[name=reason]", "The client called.")
    press(page.locator("[name=cancel]"))
    yield "cancel", "refused"
    appointments.read_out(
        appointment=without_form,
        answers=RELAXING | {"medications": ["anticoagulants"]},
        said_by="Oran Walsh",
        by=By("staff", User.objects.get(username="reception")),
        now=timezone.now(),
    )
    page.goto(f"/panel/visit/{without_form.reference}/result/")
    yield "read_out_result", ""
    appointments.cancel(appointment=other, by=By("staff"), now=timezone.now())
    page.goto(f"/panel/visit/{other.reference}/")
    yield "visit", "cancelling"


def at_the_desk(page: Page, clinic: Clinic) -> Iterator[tuple[str, str]]:
    sign_in(page)
    person = Client.objects.create(name=LONG, email=f"{LONG[:60]}@example.com", created_at=timezone.now())
    page.goto("/panel/people/")
    yield "people", ""
    page.locator("[data-search]").evaluate("(form, words) => { form.words.value = words; form.submit() }", LONG[:20])
    page.wait_for_selector(".search-page .search-list")
    yield "people", "somebody found"
    page.goto("/panel/book/")
    yield "book", ""
    page.fill("#search-person", LONG[:20])
    page.wait_for_selector("[role=option]")
    yield "book", "somebody found"
    page.goto("/panel/find/")
    yield "find_time", ""
    page.locator("[data-start]").first.click()
    page.wait_for_selector("#find-words")
    page.fill("#find-words", LONG[:20])
    page.press("#find-words", "Enter")
    page.wait_for_selector("[name=book]")
    yield "find_time", "for whom"
    page.goto("/panel/block/")
    yield "block", ""
    page.goto(f"/panel/book/?client={person.public_id}")
    yield "book", "a known person"
    page.locator("[name=book]").evaluate("button => { button.form.noValidate = true }")
    press(page.locator("[name=book]"))
    yield "book", "error"
    page.goto(f"/panel/people/{person.public_id}/")
    yield "person", ""
    for name in ("edit", "birth-date", "household", "same", "data", "notes"):
        page.goto(f"/panel/people/{person.public_id}/{name}/")
        yield f"person_{name.replace('-', '_')}", ""
    second = book_tomorrow(clinic, name=LONG, medications=["anticoagulants"]).client
    assert second is not None
    write_line(client=second, text=LONG, by=User.objects.latest("pk"), now=timezone.now())
    page.goto(f"/panel/people/{second.public_id}/")
    yield "person", "with everything"
    page.goto(f"/panel/people/{second.public_id}/merge/{person.public_id}/")
    yield "person_merge", ""


def behind_the_desk(page: Page, clinic: Clinic) -> Iterator[tuple[str, str]]:
    sign_in(page)
    for name, path in (("to_do", "to-do/"), ("cases", "cases/"), ("time_off", "time-off/"), ("messages", "messages/")):
        page.goto(f"/panel/{path}")
        yield name, "nothing there"
    page.goto("/panel/overrides/")
    yield "overrides", "nothing there"
    visit = book_tomorrow(clinic, name=LONG)
    case = make_case(visit)
    page.goto("/panel/cases/")
    yield "cases", ""
    page.goto(f"/panel/cases/{case.pk}/")
    yield "case", ""
    cleared = clear_person(Client.objects.create(name=LONG, created_at=timezone.now())).case
    page.goto(f"/panel/cases/{cleared.pk}/")
    yield "case", "with a letter"
    page.goto("/panel/time-off/")
    page.select_option("[name=therapist]", label=clinic.therapists[0].name)
    for name, value in (("day", tomorrow().date().isoformat()), ("time", "08:00")):
        page.fill(f"[name=first_{name}]", value)
        page.fill(f"[name=last_{name}]", value.replace("08:00", "20:00"))
    press(page.locator("main").get_by_role("button", name="Save", exact=True))
    yield "time_off", "before it is saved"
    TimeOff.objects.create(
        therapist=clinic.therapists[0],
        starts_at=visit.starts_at,
        ends_at=visit.starts_at + timedelta(hours=5),
        reason=LONG[:100],
    )
    page.goto("/panel/time-off/")
    yield "time_off", ""
    Message.objects.update(recipient=f"{LONG[:60]}@example.com")
    Message.objects.filter(pk__in=Message.objects.values("pk")[:1]).update(state="failed", reason="recipient refused")
    page.goto("/panel/messages/")
    yield "messages", ""
    appointments.settle_condition(
        appointment=book_tomorrow(clinic, name=LONG, therapist=1, with_form=False),
        kind="form_missing",
        by=By("staff"),
        now=timezone.now(),
        remark=LONG,
    )
    page.goto("/panel/to-do/")
    yield "to_do", ""
    page.goto("/panel/overrides/")
    yield "overrides", ""
    page.goto("/panel/trail/")
    yield "trail", ""
    page.goto("/panel/trail/?member=nonsense")
    yield "trail", "error"
    make_invitation()
    make_member("therapist", clinic, name=LONG[:120], is_active=False)
    ben = make_member("reception", name="ben", email=f"{LONG[:60]}@example.com").pk
    for name, path in (
        ("signature", "rulebook/"),
        ("rulebook", "rulebook/read/"),
        ("spasms_signature", "rulebook/spasms/"),
        ("emergency_number", "set-up/emergency-number/"),
        ("set_up_carry", "set-up/import/"),
        ("set_up_carry_visits", "set-up/import/visits/"),
        ("set_up_staff", "set-up/staff/"),
        ("staff_invite", "set-up/staff/invite/"),
        ("staff_account", f"set-up/staff/{ben}/"),
        ("staff_factor", f"set-up/staff/{ben}/second-factor/"),
        ("staff_disable", f"set-up/staff/{ben}/disable/"),
        ("set_up", "set-up/"),
        ("set_up_place", "set-up/place/"),
        ("set_up_new_place", "set-up/place/new/"),
        ("set_up_one_place", f"set-up/place/{clinic.location.pk}/"),
        ("set_up_mail", "set-up/mail/"),
        ("go_live", "set-up/go-live/"),
        ("stop_booking", "set-up/stop/"),
        ("set_up_policy", "set-up/policy/"),
        ("set_up_website", "set-up/website/"),
        ("set_up_prices", "set-up/prices/"),
        ("set_up_new_treatment", "set-up/prices/new/"),
        ("set_up_treatment", f"set-up/prices/{clinic.treatment.pk}/"),
        ("set_up_reminders", "set-up/reminders/"),
        ("my_mails", "my-emails/"),
        ("reports", "reports/"),
        ("keeping", "set-up/personal-data/"),
        ("set_up_phrases", "set-up/notes/?treatment=swedish"),
    ):
        page.goto(f"/panel/{path}")
        yield name, ""


def set_up(page: Page, clinic: Clinic) -> Iterator[tuple[str, str]]:
    sign_in(page)
    person, room = clinic.therapists[0].pk, clinic.rooms[0].pk
    book_tomorrow(clinic, name=LONG)
    for name, path in (
        ("set_up_rooms", "rooms/"),
        ("set_up_room", f"rooms/{room}/"),
        ("set_up_people", "people/"),
        ("set_up_new_person", "people/new/"),
        ("set_up_person", f"people/{person}/"),
        ("set_up_profile", f"people/{person}/about/"),
    ):
        page.goto(f"/panel/set-up/{path}")
        yield name, ""
    page.goto(f"/panel/set-up/people/{person}/?from={tomorrow().date()}")
    page.fill("[name=from_1_0]", "nine")
    page.get_by_role("button", name="Save").last.click()
    yield "set_up_person", "error"
    page.goto(f"/panel/set-up/people/{person}/?from={tomorrow().date()}")
    for part in ("from", "to", "break"):
        page.fill(f"[name={part}_{tomorrow().isoweekday()}_0]", "")
    page.get_by_role("button", name="Save").last.click()
    yield "set_up_person", "before it is saved"
    make_treatment(name=LONG[:60], is_active=False)
    page.goto("/panel/set-up/prices/")
    page.fill(f"[name=price-{clinic.treatment.pk}-60]", "66")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".prices-before")
    yield "set_up_prices", "a new treatment, and a question"


def a_note(page: Page, clinic: Clinic) -> Iterator[tuple[str, str]]:
    """As who treats: what was treated before, what to leave alone, every kind of mark and all parts of the note."""
    make_member("owner")
    make_member("therapist", clinic, name="therapist", password=PASSWORD)
    page.goto("/panel/")
    page.fill("[name=username]", "therapist")
    page.fill("[name=password]", PASSWORD)
    send(page)
    before = book_tomorrow(clinic, name=LONG[:60])
    visit = book_tomorrow(clinic, number=1, name=LONG[:60], medications=["anticoagulants"])
    Appointment.objects.update(state=State.COMPLETED, client=before.client)
    content = Content(found=LONG, did=LONG, next=LONG, marks=(Mark(next(iter(REGIONS)), "tight"),), pain_before=7)
    by, now = User.objects.get(username="therapist"), timezone.now()
    sign_note(appointment=before, content=content, seen=0, by_id=by.pk, now=now)
    about = f"/panel/visit/{visit.reference}/note/"
    page.goto(about)
    yield "note", ""
    marks = tuple(Mark(region, kind) for region, kind in zip(REGIONS, cycle(KINDS), strict=False))
    content = replace(content, marks=marks[:12], said=LONG)
    save_note(appointment=visit, content=content, seen=0, by_id=by.pk, now=now)
    page.goto(about)
    yield "note", "with everything"
    page.fill("#next", "")
    press(page.locator("[value=sign]"))
    yield "note", "error"
    seen = Note.objects.get(appointment=visit).version
    sign_note(appointment=visit, content=content, seen=seen, by_id=by.pk, now=now)
    page.goto(about)
    page.fill("#text", LONG)
    send(page)
    yield "note", "signed"


def send(page: Page) -> None:
    press(page.locator("main [type=submit]").last)


def make_invitation() -> Invitation:
    """Of somebody with a long name."""
    by, email = User.objects.filter(staff_profile__role="owner")[0], f"{LONG[:60]}@example.com"
    return Invitation.objects.create(name=LONG[:120], email=email, role="owner", invited_by=by, sent_at=timezone.now())


def make_case(visit: Appointment) -> Case:
    """Answers that need a physician, of somebody with a long name."""
    intake = Intake.objects.create(
        answers=RELAXING | {"signs_now": ["unexplained_weight_loss"]},
        schema_version="1.0.0",
        consent_text_version="1",
        consented_at=timezone.now(),
        created_at=timezone.now(),
        client=visit.client,
    )
    current_decision(intake=intake, now=timezone.now())
    Case.objects.update(contact_name=LONG)
    return Case.objects.latest("id")


TABLE: dict[PanelWalk, Rows] = {
    ways_in: (
        ("first_owner", ""),
        ("first_owner", "error"),
        ("sign_in", ""),
        ("sign_in", "error"),
        ("forgotten", ""),
        ("forgotten", "sent"),
        ("new_password", ""),
        ("new_password", "wrong link"),
        ("invited", ""),
        ("invited", "wrong link"),
        ("own_role", ""),
        ("second_factor", "first time"),
        ("second_factor", "recovery codes"),
        ("second_factor", ""),
    ),
    a_day: (
        ("board", "nothing booked"),
        ("board", ""),
        ("board", "in columns"),
        ("board", "as a table"),
        ("board", "a visit beside it"),
        ("month", ""),
        ("visit", "careful"),
        ("visit", "form missing"),
        ("read_out", ""),
        ("ask_again", ""),
        ("change_treatment", ""),
        ("move", ""),
        ("move", "asked once"),
        ("revoke_links", ""),
        ("cancel", ""),
        ("cancel", "refused"),
        ("read_out_result", ""),
        ("visit", "cancelling"),
    ),
    at_the_desk: (
        ("people", ""),
        ("people", "somebody found"),
        ("book", ""),
        ("book", "somebody found"),
        ("find_time", ""),
        ("find_time", "for whom"),
        ("block", ""),
        ("book", "a known person"),
        ("book", "error"),
        ("person", ""),
        ("person_edit", ""),
        ("person_birth_date", ""),
        ("person_household", ""),
        ("person_same", ""),
        ("person_data", ""),
        ("person_notes", ""),
        ("person", "with everything"),
        ("person_merge", ""),
    ),
    behind_the_desk: (
        ("to_do", "nothing there"),
        ("cases", "nothing there"),
        ("time_off", "nothing there"),
        ("messages", "nothing there"),
        ("overrides", "nothing there"),
        ("cases", ""),
        ("case", ""),
        ("case", "with a letter"),
        ("time_off", "before it is saved"),
        ("time_off", ""),
        ("messages", ""),
        ("to_do", ""),
        ("overrides", ""),
        ("trail", ""),
        ("trail", "error"),
        ("signature", ""),
        ("rulebook", ""),
        ("spasms_signature", ""),
        ("emergency_number", ""),
        ("set_up_carry", ""),
        ("set_up_carry_visits", ""),
        ("set_up_staff", ""),
        ("staff_invite", ""),
        ("staff_account", ""),
        ("staff_factor", ""),
        ("staff_disable", ""),
        ("set_up", ""),
        ("set_up_place", ""),
        ("set_up_new_place", ""),
        ("set_up_one_place", ""),
        ("set_up_mail", ""),
        ("go_live", ""),
        ("stop_booking", ""),
        ("set_up_policy", ""),
        ("set_up_website", ""),
        ("set_up_prices", ""),
        ("set_up_new_treatment", ""),
        ("set_up_treatment", ""),
        ("set_up_reminders", ""),
        ("my_mails", ""),
        ("reports", ""),
        ("keeping", ""),
        ("set_up_phrases", ""),
    ),
    set_up: (
        ("set_up_rooms", ""),
        ("set_up_room", ""),
        ("set_up_people", ""),
        ("set_up_new_person", ""),
        ("set_up_person", ""),
        ("set_up_profile", ""),
        ("set_up_person", "error"),
        ("set_up_person", "before it is saved"),
        ("set_up_prices", "a new treatment, and a question"),
    ),
    a_note: (
        ("note", ""),
        ("note", "with everything"),
        ("note", "error"),
        ("note", "signed"),
    ),
}
