"""The note of a usual visit in a browser: by touch on a phone, by keyboard, by name, and with session and line gone."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from booking.models import Appointment, Note, NotePhrase, NoteTemplate, State
from booking.notes.content import Content, Mark
from booking.notes.writing import save_note
from tests.browser.conftest import Desk, book_begun
from tests.browser.counting import Counter, Taken, job
from tests.browser.test_keyboard import tab_to
from tests.cast import PASSWORD, Clinic, browser_of, make_member

pytestmark = pytest.mark.browser

PHONE = (390, 844)
WRITTEN = Content(
    found="Guarded.",
    did="Back 30 min, legs 20 min. Medium pressure.",
    next="Same again.",
    marks=(Mark("left_low_back", "tight"),),
    pain_before=6,
    pain_after=3,
)
KEPT_ON_THE_DEVICE = """async () => [
    {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys(),
]"""


def treated(clinic: Clinic) -> Appointment:
    visit = book_begun(clinic, "Oran Walsh")
    Appointment.objects.filter(pk=visit.pk).update(state=State.COMPLETED)
    NotePhrase.objects.all().delete()
    for part, words in (("found", "Guarded"), ("did", "Medium pressure"), ("next", "Same again")):
        NotePhrase.objects.create(part=part, words=words)
    NoteTemplate.objects.create(treatment=visit.treatment, did="Back 30 min, legs 20 min.")
    return visit


def let_in(context: BrowserContext, desk: Desk, browser: Browser) -> None:
    value = browser.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": desk.address}])


def sit_as_therapist(desk: Desk, clinic: Clinic) -> Page:
    page = desk.sit(PHONE, has_touch=True)
    let_in(page.context, desk, browser_of(make_member("therapist", clinic, name="ana", password=PASSWORD)))
    return page


def stored(visit: Appointment) -> tuple[Content, bool]:
    note = Note.objects.get(appointment=visit)
    return Content.from_json(note.content), note.signed_at is not None


def test_a_usual_note_by_touch_is_eight_presses_and_no_typing(desk: Desk, clinic_of_today: Clinic) -> None:
    visit, page, found = treated(clinic_of_today), sit_as_therapist(desk, clinic_of_today), dict[str, Taken]()
    counter, told = Counter(page), page.locator("#note-told[role=status]")
    page.goto(f"/panel/visit/{visit.reference}/")

    with job(counter, found, "note"):
        page.get_by_role("link", name="Write the note").tap()
        for chip in ("Guarded", "Medium pressure", "Same again"):
            page.get_by_role("button", name=chip).tap()
            expect(told).to_have_text(f"Added: {chip}.")
        page.locator(".spot-left_low_back").tap()
        expect(told).to_have_text("Added: Low back, left of the spine, Tight.")
        page.locator("[name=pain_before][value='6']").tap()
        page.locator("[name=pain_after][value='3']").tap()
        page.get_by_role("button", name="Sign, and show the day").tap()
        page.wait_for_selector("text=The note is signed.")

    assert found == {"note": Taken(presses=8, typed=0, loads=2)}
    assert stored(visit) == (WRITTEN, True)


def test_a_whole_visit_on_the_phone_is_on_the_day_but_for_its_note(desk: Desk, clinic_of_today: Clinic) -> None:
    visit, page, found = treated(clinic_of_today), sit_as_therapist(desk, clinic_of_today), dict[str, Taken]()
    Appointment.objects.update(state=State.BOOKED)
    counter, card, bar = Counter(page), page.locator(".next-client"), page.locator("#undo")
    page.goto("/panel/?view=table")

    with job(counter, found, "arrived"):
        card.get_by_role("button", name="Mark as arrived").tap()
        expect(bar).to_contain_text("Oran Walsh has arrived.")
    expect(card.get_by_role("button", name="Begin the treatment")).to_be_focused()
    with job(counter, found, "too early"):
        card.get_by_role("button", name="Begin the treatment").tap()
        expect(card.get_by_text("Not answered yet")).to_have_count(2)
    # What was answered stays, whatever is new on the day, and while nobody is signed in.
    with job(counter, found, "asked"):
        for answer in card.locator("[value=no]").all():
            answer.tap()
    Appointment.objects.update(version=5)
    with page.expect_response("**/panel/**") as fresh:
        page.evaluate("document.dispatchEvent(new Event('board:stale'))")
    assert fresh.value.status == 200
    expect(card.locator("[value=no]:checked")).to_have_count(2)
    with job(counter, found, "begun"):
        card.get_by_role("button", name="Begin the treatment").tap()
        expect(bar).to_contain_text("Oran Walsh is in treatment.")
    with job(counter, found, "done"):
        card.get_by_role("button", name="Done").tap()
        expect(bar).to_contain_text("the treatment is done.")
    with job(counter, found, "note"):
        page.get_by_role("link", name="Write the note").tap()
        page.get_by_role("button", name="Same again").tap()
        page.get_by_role("button", name="Sign, and show the day").tap()
        page.wait_for_selector("text=The note is signed.")
    with job(counter, found, "again"):
        page.get_by_role("link", name="Book again").tap()
        page.get_by_role("button", name="In 2 weeks").tap()
        expect(bar).to_contain_text("Booked for")

    assert found == {
        "arrived": Taken(1, 0, 0),
        "too early": Taken(1, 0, 0),
        "asked": Taken(2, 0, 0),
        "begun": Taken(1, 0, 0),
        "done": Taken(1, 0, 0),
        "note": Taken(3, 0, 2),
        "again": Taken(2, 0, 0),
    }
    assert [event.verb for event in visit.events.order_by("pk")] == ["book", "arrive", "ask again", "treat", "complete"]


def test_a_usual_note_by_keyboard_alone_with_a_map_that_says_what_is_marked(
    desk: Desk, clinic_of_today: Clinic
) -> None:
    visit, page = treated(clinic_of_today), sit_as_therapist(desk, clinic_of_today)
    page.goto(f"/panel/visit/{visit.reference}/")

    def press(selector: str, key: str = "Enter") -> None:
        tab_to(page, selector)
        page.keyboard.press(key)

    press("a[href$='/note/']")
    page.wait_for_selector("[data-note]")
    for chip in ("Guarded", "Medium pressure", "Same again"):
        press(f"[data-chip='{chip}.']")
    tab_to(page, "#place")
    page.keyboard.type("Low back, left")
    told = page.locator("#note-told")
    press("[value=add]")
    expect(told).to_have_text("Added: Low back, left of the spine, Tight.")
    press("[value='unmark:left_low_back']:not(.note-spot)")
    expect(told).to_have_text("Removed: Low back, left of the spine, Tight.")
    expect(page.locator("#place")).to_be_focused()
    page.keyboard.type("Low back, left")
    press("[value=add]")
    expect(told).to_have_text("Added: Low back, left of the spine, Tight.")
    tree = page.locator("#where").aria_snapshot().splitlines()
    for name, value in (("pain_before", 6), ("pain_after", 3)):
        press(f"[name={name}]", "Space")
        for _arrow in range(value):
            page.keyboard.press("ArrowRight")
    press("[value=sign]")
    page.wait_for_selector("text=The note is signed.")

    said = [line.strip() for line in tree if "pressed" in line or "checked" in line or "Remove" in line]
    assert said == [
        '- radio "Tight" [checked]',
        '- button "Low back, left of the spine 1" [pressed]',
        '- button "Remove Low back, left of the spine"',
    ]
    assert [line.strip() for line in tree if "calf" in line and "button" in line] == [
        '- button "Right calf"',
        '- button "Left calf"',
    ]
    assert stored(visit) == (WRITTEN, True)


def test_session_and_line_gone_at_each_step_lose_no_word_and_leave_nothing_behind(
    desk: Desk, clinic_of_today: Clinic
) -> None:
    visit, page = treated(clinic_of_today), sit_as_therapist(desk, clinic_of_today)
    user = User.objects.get(username="ana")
    said, address = page.locator("#note-saved"), f"/panel/visit/{visit.reference}/note/"

    def type_more(words: str) -> None:
        page.locator("#found").press_sequentially(words)

    # At the opening: the way in leads on to the note.
    Session.objects.all().delete()
    page.goto(address)
    assert page.url.endswith(f"/panel/sign-in/?{urlencode({'next': address})}")
    let_in(page.context, desk, browser_of(user))
    page.goto(address)

    # While typing.
    type_more("One")
    Session.objects.all().delete()
    expect(said).to_contain_text("Sign in on another page, then go on here.")
    let_in(page.context, desk, browser_of(user))
    type_more(" two")
    expect(said).to_contain_text("Saved")
    assert stored(visit)[0].found == "One two"

    # At a button, with all that was typed kept already.
    Session.objects.all().delete()
    for button in (page.locator(".spot-left_low_back"), page.get_by_role("button", name="Sign, and show")):
        button.tap()
        expect(said).to_contain_text("Sign in on another page, then go on here.")
    other = page.context.new_page()
    other.goto(address)
    other.fill("[name=username]", "ana")
    other.fill("[name=password]", PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_selector("[data-note]")
    other.close()

    # Without a line, typing and at a button; the line comes back.
    type_more(" three")
    page.context.set_offline(True)
    expect(said).to_have_text("Not saved yet. Kept on this page.")
    page.get_by_role("button", name="Sign, and show").tap()
    expect(said).to_have_text("Not saved yet. Kept on this page.")
    page.context.set_offline(False)
    expect(said).to_contain_text("Saved")
    assert stored(visit)[0].found == "One two three"
    assert page.evaluate(KEPT_ON_THE_DEVICE) == [{}, {"htmx-current-path-for-history": address}, [], []]

    # Another device has saved meanwhile: the page goes on to show both.
    note = Note.objects.get()
    theirs = Content.from_json(note.content)
    save_note(
        appointment=visit,
        content=replace(theirs, did="From the desk"),
        seen=note.version,
        by_id=user.pk,
        now=timezone.now(),
    )
    page.locator("#next").fill("Four")
    expect(said).to_contain_text("to see both")
    page.get_by_role("button", name="Leave unsigned").tap()
    expect(page.locator(".note-theirs")).to_contain_text("From the desk")
    page.get_by_role("button", name="Sign, and show").tap()
    page.wait_for_selector("text=The note is signed.")

    assert stored(visit) == (Content(found="One two three", did="Back 30 min, legs 20 min.", next="Four"), True)
    # Told whenever the browser comes to it.
    desk.complaints = [one for one in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
