"""The pages of the panel: which right opens each, and which of them the head of every page links to.

One record for each address in `clinic/panel/urls.py`, but for the ways in and out.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.panel.door.rights import Member, Right, may


@dataclass(frozen=True)
class StaffPage:
    """`address` is the name of the page in urls.py. With a `label` it is linked to from the head of every page."""

    address: str
    right: Right
    label: Any = ""


PAGES: dict[str, StaffPage] = {
    page.address: page
    for page in (
        StaffPage("board", Right.SEE_BOARD, _("Day")),
        StaffPage("board_csv", Right.SEE_BOARD),
        StaffPage("book", Right.CHANGE_VISIT),
        StaffPage("find", Right.FIND_CLIENTS),
        StaffPage("visit", Right.SEE_VISIT),
        StaffPage("step", Right.STEP_VISIT),
        StaffPage("move", Right.CHANGE_VISIT),
        StaffPage("move_targets", Right.CHANGE_VISIT),
        StaffPage("undo_move", Right.CHANGE_VISIT),
        StaffPage("cancel", Right.CHANGE_VISIT),
        StaffPage("undo", Right.CHANGE_VISIT),
        StaffPage("keep_time", Right.CHANGE_VISIT),
        # Which right settles a condition depends on its kind: see `rights.settling_right`.
        StaffPage("settle", Right.SEE_VISIT),
        StaffPage("ask_again", Right.STEP_VISIT),
        StaffPage("send_form", Right.CHANGE_VISIT),
        StaffPage("choose_again", Right.CHANGE_VISIT),
        StaffPage("revoke_links", Right.REVOKE_LINKS),
        StaffPage("read_out", Right.STEP_VISIT),
        StaffPage("read_out_result", Right.STEP_VISIT),
        StaffPage("cases", Right.WORK_CASES, _("Cases")),
        StaffPage("case", Right.WORK_CASES),
        StaffPage("clear", Right.CLEAR_CASES),
        StaffPage("void_letter", Right.CLEAR_CASES),
        StaffPage("person", Right.SEE_PERSON),
        StaffPage("person_data", Right.HANDLE_DATA),
        StaffPage("person_copy", Right.HANDLE_DATA),
        StaffPage("person_erase", Right.HANDLE_DATA),
        StaffPage("time_off", Right.CHANGE_ROTA, _("Time off")),
        StaffPage("remove_time_off", Right.CHANGE_ROTA),
        StaffPage("ask_stranded", Right.CHANGE_ROTA),
        StaffPage("messages", Right.SEND_MESSAGES, _("Messages")),
        StaffPage("send_again", Right.SEND_MESSAGES),
        StaffPage("leave_unsent", Right.SEND_MESSAGES),
        StaffPage("release_messages", Right.RELEASE_MESSAGES),
        StaffPage("overrides", Right.SEE_OVERRIDES, _("Overrides")),
        StaffPage("trail", Right.SEE_TRAIL, _("Trail")),
        StaffPage("keeping", Right.HANDLE_DATA, _("Data")),
        StaffPage("signature", Right.SIGN_RULEBOOK, _("Rulebook")),
        StaffPage("rulebook", Right.READ_RULEBOOK),
        StaffPage("spasms_signature", Right.SIGN_RULEBOOK),
        StaffPage("emergency_number", Right.SET_UP),
    )
}


def linked_pages(member: Member) -> list[StaffPage]:
    """What the head of every page links to for `member`, in the order of the table."""
    return [page for page in PAGES.values() if page.label and may(member, page.right)]
