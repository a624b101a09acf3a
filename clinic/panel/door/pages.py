"""The pages of the panel: which right opens each, and behind which of the five doors in the head of every page it is.

One record for each address in `clinic/panel/urls.py`, but for the ways in and out.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.panel.door.rights import Member, Right, may


class Door(StrEnum):
    """In the order in which the head of every page shows them."""

    DAY = "day"
    TO_DO = "to do"
    PEOPLE = "people"
    REPORTS = "reports"
    SET_UP = "set-up"


DOORS: dict[Door, Any] = {
    Door.DAY: _("Day"),
    Door.TO_DO: _("To do"),
    Door.PEOPLE: _("People"),
    Door.REPORTS: _("Reports"),
    Door.SET_UP: _("Set-up"),
}


@dataclass(frozen=True)
class StaffPage:
    """`address` is the name of the page in urls.py, `door` the one it is behind.

    `is_front`: the door leads here; to the first such page that somebody may open. The page that a door leads to links
    to those behind it that have a `label`, with the `about` below it; but to none for whoever has the right `unless`,
    and finds the page on another one.
    """

    address: str
    right: Right
    door: Door = Door.DAY
    is_front: bool = False
    label: Any = ""
    about: Any = ""
    unless: Right | None = None


PAGES: dict[str, StaffPage] = {
    page.address: page
    for page in (
        StaffPage("board", Right.SEE_BOARD, is_front=True),
        StaffPage("board_csv", Right.SEE_BOARD),
        StaffPage("month", Right.SEE_BOARD),
        StaffPage("book", Right.CHANGE_VISIT),
        StaffPage("find_time", Right.CHANGE_VISIT),
        StaffPage("block", Right.BLOCK_TIME),
        StaffPage("remove_block", Right.BLOCK_TIME),
        StaffPage("visit", Right.SEE_VISIT),
        StaffPage("step", Right.STEP_VISIT),
        StaffPage("move", Right.CHANGE_VISIT),
        StaffPage("move_targets", Right.CHANGE_VISIT),
        StaffPage("undo_move", Right.CHANGE_VISIT),
        StaffPage("change_treatment", Right.CHANGE_VISIT),
        StaffPage("undo_treatment", Right.CHANGE_VISIT),
        StaffPage("book_again", Right.REBOOK),
        StaffPage("cancel", Right.CHANGE_VISIT),
        StaffPage("undo", Right.CHANGE_VISIT),
        StaffPage("keep_time", Right.CHANGE_VISIT),
        # Which right settles a condition depends on its kind: see `rights.settling_right`.
        StaffPage("settle", Right.SEE_VISIT),
        StaffPage("note", Right.READ_NOTES),
        StaffPage("add_to_note", Right.WRITE_NOTES),
        StaffPage("ask_again", Right.STEP_VISIT),
        StaffPage("send_form", Right.CHANGE_VISIT),
        StaffPage("choose_again", Right.CHANGE_VISIT),
        StaffPage("revoke_links", Right.REVOKE_LINKS),
        StaffPage("read_out", Right.STEP_VISIT),
        StaffPage("read_out_result", Right.STEP_VISIT),
        StaffPage("to_do", Right.SEE_TO_DO, Door.TO_DO, is_front=True),
        StaffPage("take_up", Right.SEE_TO_DO, Door.TO_DO),
        StaffPage("give_back", Right.SEE_TO_DO, Door.TO_DO),
        StaffPage("my_mails", Right.CHOOSE_MAILS, Door.TO_DO),
        StaffPage("cases", Right.WORK_CASES, Door.TO_DO),
        StaffPage("case", Right.WORK_CASES, Door.TO_DO),
        StaffPage("clear", Right.CLEAR_CASES, Door.TO_DO),
        StaffPage("void_letter", Right.CLEAR_CASES, Door.TO_DO),
        StaffPage("people", Right.FIND_CLIENTS, Door.PEOPLE, is_front=True),
        StaffPage("person", Right.SEE_PERSON, Door.PEOPLE),
        StaffPage("person_edit", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_birth_date", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_line", Right.WRITE_LINES, Door.PEOPLE),
        StaffPage("person_strike", Right.WRITE_LINES, Door.PEOPLE),
        StaffPage("person_household", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_leave", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_same", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_merge", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_unmerge", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_apart", Right.CORRECT_PEOPLE, Door.PEOPLE),
        StaffPage("person_notes", Right.READ_NOTES, Door.PEOPLE),
        StaffPage("person_notes_file", Right.READ_NOTES, Door.PEOPLE),
        StaffPage("person_grant", Right.GRANT_NOTES, Door.PEOPLE),
        StaffPage("person_grant_end", Right.GRANT_NOTES, Door.PEOPLE),
        StaffPage("person_data", Right.HANDLE_DATA, Door.PEOPLE),
        StaffPage("person_copy", Right.HANDLE_DATA, Door.PEOPLE),
        StaffPage("person_erase", Right.HANDLE_DATA, Door.PEOPLE),
        StaffPage("reports", Right.SEE_NUMBERS, Door.REPORTS, is_front=True, label=_("Numbers")),
        StaffPage("report_csv", Right.SEE_NUMBERS, Door.REPORTS),
        StaffPage(
            "overrides",
            Right.SEE_OVERRIDES,
            Door.REPORTS,
            is_front=True,
            label=_("Safety decisions"),
            about=_("Every time somebody went on although something was missing, and why."),
        ),
        StaffPage(
            "messages",
            Right.SEND_MESSAGES,
            Door.REPORTS,
            label=_("Messages"),
            about=_("What was emailed to whom, what waits, and what could not be sent."),
        ),
        StaffPage("send_again", Right.SEND_MESSAGES, Door.REPORTS),
        StaffPage("leave_unsent", Right.SEND_MESSAGES, Door.REPORTS),
        StaffPage("release_messages", Right.RELEASE_MESSAGES, Door.REPORTS),
        StaffPage(
            "trail",
            Right.SEE_TRAIL,
            Door.REPORTS,
            label=_("Who looked at what"),
            about=_("Every record that was opened or changed: by whom, and when."),
        ),
        StaffPage("set_up", Right.CHANGE_ROTA, Door.SET_UP, is_front=True, label=_("Start")),
        StaffPage("confirm_step", Right.SET_UP, Door.SET_UP),
        StaffPage("go_live", Right.SET_UP, Door.SET_UP),
        StaffPage("see_open", Right.SET_UP, Door.SET_UP),
        StaffPage("stop_booking", Right.SET_UP, Door.SET_UP),
        StaffPage(
            "set_up_place",
            Right.SET_UP,
            Door.SET_UP,
            label=_("The place"),
            about=_("Name, address, phone, country and clock, the emergency number, how to find you."),
        ),
        StaffPage("set_up_new_place", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_one_place", Right.SET_UP, Door.SET_UP),
        StaffPage("close_place", Right.SET_UP, Door.SET_UP),
        StaffPage("reopen_place", Right.SET_UP, Door.SET_UP),
        StaffPage(
            "set_up_rooms",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Rooms"),
            about=_("Their names and order, and which treatments suit them."),
        ),
        StaffPage("set_up_room", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_move_room", Right.SET_UP, Door.SET_UP),
        StaffPage(
            "set_up_prices",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Treatments and prices"),
            about=_("What you offer, how long, and what it costs from when."),
        ),
        StaffPage("set_up_new_treatment", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_treatment", Right.SET_UP, Door.SET_UP),
        StaffPage(
            "set_up_people",
            Right.SET_UP,
            Door.SET_UP,
            label=_("People and hours"),
            about=_("Who works here, what they give, and when."),
        ),
        StaffPage("set_up_new_person", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_person", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_profile", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_leave", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_return", Right.SET_UP, Door.SET_UP),
        StaffPage(
            "time_off",
            Right.CHANGE_ROTA,
            Door.SET_UP,
            label=_("Time off"),
            about=_("Holidays, sick days, and days on which a place is closed."),
        ),
        StaffPage("remove_time_off", Right.CHANGE_ROTA, Door.SET_UP),
        StaffPage("ask_stranded", Right.CHANGE_ROTA, Door.SET_UP),
        StaffPage("close_holidays", Right.CHANGE_ROTA, Door.SET_UP),
        StaffPage(
            "set_up_policy",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Policy"),
            about=_("Notice, free moving and cancelling, what a late change costs, who reads what."),
        ),
        StaffPage(
            "set_up_reminders",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Reminders"),
            about=_("Which emails remind clients of a visit, and at which hours none goes out."),
        ),
        StaffPage(
            "set_up_mail",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Email"),
            about=_("How email leaves, from whom, and a test."),
        ),
        StaffPage(
            "signature",
            Right.SIGN_RULEBOOK,
            Door.SET_UP,
            label=_("Safety rulebook"),
            about=_("Read or print the rules that decide on a safety check, and record who has signed them."),
        ),
        StaffPage(
            "rulebook",
            Right.READ_RULEBOOK,
            Door.SET_UP,
            label=_("Read the safety rulebook"),
            about=_("The rules that decide on a safety check, in words."),
            unless=Right.SIGN_RULEBOOK,
        ),
        StaffPage("spasms_signature", Right.SIGN_RULEBOOK, Door.SET_UP),
        StaffPage(
            "set_up_website",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Website and mark"),
            about=_("Headline, logo and colour, legal texts, and your own website."),
        ),
        StaffPage(
            "keeping",
            Right.HANDLE_DATA,
            Door.SET_UP,
            label=_("Personal data"),
            about=_("How long you keep what about people, and what was erased at night."),
        ),
        StaffPage(
            "set_up_phrases",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Phrases for notes"),
            about=_("What therapists put into a note with one press, and what a new note begins with."),
        ),
        StaffPage(
            "set_up_staff",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Accounts and roles"),
            about=_("Who works here and may sign in, with which role. Invite somebody, or disable an account."),
        ),
        StaffPage("staff_invite", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_account", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_password", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_factor", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_disable", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_enable", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_invite_again", Right.SET_UP, Door.SET_UP),
        StaffPage("staff_withdraw", Right.SET_UP, Door.SET_UP),
        StaffPage("emergency_number", Right.SET_UP, Door.SET_UP),
        StaffPage(
            "set_up_carry",
            Right.SET_UP,
            Door.SET_UP,
            label=_("Import and export"),
            about=_("Lists of clients and of coming visits from another system, and everything out as open files."),
        ),
        StaffPage("set_up_carry_visits", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_take", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_bring", Right.SET_UP, Door.SET_UP),
        StaffPage("set_up_take_back", Right.SET_UP, Door.SET_UP),
    )
}


def open_doors(member: Member) -> dict[Door, StaffPage]:
    """The doors that are drawn for `member`, each with the page it leads to."""
    fronts = [page for page in PAGES.values() if page.is_front and may(member, page.right)]
    led = {door: next((page for page in fronts if page.door is door), None) for door in Door}
    return {door: page for door, page in led.items() if page is not None}


def pages_behind(door: Door, member: Member) -> list[StaffPage]:
    """What the page that the door leads to links to for `member`, in the order of the table."""
    shown = [page for page in PAGES.values() if page.door is door and page.label and may(member, page.right)]
    return [page for page in shown if page.unless is None or not may(member, page.unless)]
