"""The lines of what waits, kind by kind: how each is said, and its one best answer as a button."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Message
from booking.wording.conditions import condition_for_staff
from booking.wording.times import Wall, format_moment, format_near, format_time, local_date
from clinic.panel.cases.waiting import describe_waiting
from clinic.panel.door.coming_back import NAME, TO_DO
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.door.waiting import (
    CASE,
    CLOCK,
    FORM,
    MAIL,
    NEW_TIME,
    NOTE,
    REQUEST,
    TO_READ,
    Rows,
)
from clinic.panel.stranded import offer_elsewhere, say_why
from clinic.panel.to_do.rows import (
    case_rows,
    clock_rows,
    form_rows,
    mail_rows,
    new_time_rows,
    note_rows,
    request_rows,
    to_read_rows,
)
from clinic.panel.to_do.taking import Holder, holder_of_case

# Of one kind; with all kinds there are at most about 500 lines on the page.
SHOWN = 70
# Cases are put in order after they were read: their time depends on what is behind them.
MOST_CASES = 500


@dataclass(frozen=True)
class Action:
    """The one best answer: a link, or a form that is sent to `url` with the `values` and leads back here."""

    words: str
    url: str
    is_sent: bool = False
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Item:
    """`name` is who or what it is about, `url` where that is; `holder` who has it, empty where nobody has.

    `second`: what else can be done where the best answer does not suit.
    """

    kind: str
    row_id: int
    when: str
    name: str
    url: str
    what: str
    action: Action
    holder: str = ""
    is_mine: bool = False
    can_be_taken: bool = True
    second: Action | None = None


@dataclass(frozen=True)
class Reader:
    """Who reads, when, and by which clock what belongs to no place is told."""

    member: Member
    now: datetime
    wall: Wall
    holders: Mapping[tuple[str, int], Holder] = field(default_factory=dict)

    def when(self, moment: datetime, wall: Wall) -> str:
        """The time alone where it is today."""
        is_today = local_date(moment, wall.zone) == local_date(self.now, wall.zone)
        return format_time(moment, wall) if is_today else format_near(moment, wall, now=self.now)

    def item(
        self, kind: str, row_id: int, visit: Appointment, *, what: Iterable[str], action: Action, when: str = ""
    ) -> Item:
        """A line about a visit with its client and place loaded."""
        name = (visit.client.name if visit.client else "") or visit.booker_name or visit.reference
        url = reverse("panel:visit", args=[visit.reference])
        when = when or self.when(visit.starts_at, Wall.of_visit(visit))
        return self.held(
            Item(kind, row_id, when, name, url, _sentences(what), action), self.holders.get((kind, row_id))
        )

    def held(self, item: Item, holder: Holder | None) -> Item:
        if holder is None:
            return item
        is_mine = holder.user_id == self.member.user_id
        since = f" {_('since')} {self.when(holder.since, self.wall)}" if holder.since else ""
        words = _("You have it") if is_mine else _("%(name)s has it") % {"name": holder.name}
        return replace(item, holder=f"{words}{since}", is_mine=is_mine)


def _sentences(what: Iterable[str]) -> str:
    return " ".join(f"{one.rstrip('.')}." for one in what if one)


def _treatment(visit: Appointment) -> str:
    return _("%(treatment)s, %(minutes)s min, with %(therapist)s") % {
        "treatment": visit.treatment.name_for_staff,
        "minutes": visit.minutes,
        "therapist": visit.therapist.first_name,
    }


def _find_another(visit: Appointment, words: str = "") -> Action:
    return Action(words or _("Find another time"), _back_from("panel:move", visit.reference))


def _new_times(reader: Reader, rows: Rows) -> Iterator[Item]:
    """Who was asked chooses for themselves; for the others one press moves the visit to the nearest time of its day."""
    shown = list(new_time_rows(rows)[:SHOWN])
    offers = offer_elsewhere([row.appointment for row in shown if not row.asked_at], now=reader.now)
    for row in shown:
        visit, offer = row.appointment, offers.get(row.appointment.pk)
        last = _("The client has been asked") if row.asked_at else offer.is_free if offer else ""
        what = (say_why(row.why, visit), _treatment(visit), last)
        if offer is None:
            yield reader.item(NEW_TIME, row.pk, visit, what=what, action=_find_another(visit))
            continue
        action = _sent(offer.words, reverse("panel:move", args=[visit.reference]), *offer.values(row.last_event))
        item = reader.item(NEW_TIME, row.pk, visit, what=what, action=action)
        yield replace(item, second=_find_another(visit, _("Other times")))


def _clocks(reader: Reader, rows: Rows) -> Iterator[Item]:
    for visit in clock_rows(rows)[:SHOWN]:
        what = (_("The clocks have changed, and the time that was promised is taken"), _treatment(visit))
        yield reader.item(CLOCK, visit.pk, visit, what=what, action=_find_another(visit))


def _requests(reader: Reader, rows: Rows) -> Iterator[Item]:
    for visit in request_rows(rows)[:SHOWN]:
        opened = [one.kind for one in visit.conditions.all() if one.settled_at is None]
        deadline = visit.deadline_at
        until = (
            _("Waits until %(moment)s") % {"moment": reader.when(deadline, Wall.of_visit(visit))} if deadline else ""
        )
        what = (_treatment(visit), *(str(condition_for_staff(kind)) for kind in opened), until)
        action = Action(_("Read, decide"), _back_from("panel:visit", visit.reference))
        if not opened:
            values = (("target", "booked"), ("seen_event", str(visit.last_event or "")))
            action = _sent(_("Confirm"), reverse("panel:step", args=[visit.reference]), *values)
        yield reader.item(REQUEST, visit.pk, visit, what=what, action=action)


def _to_read(reader: Reader, rows: Rows) -> Iterator[Item]:
    for visit in to_read_rows(rows)[:SHOWN]:
        opened = [one.kind for one in visit.conditions.all() if one.settled_at is None]
        what = (*(str(condition_for_staff(kind)) for kind in opened), _treatment(visit))
        action = Action(_("Read it"), _back_from("panel:visit", visit.reference))
        yield reader.item(TO_READ, visit.pk, visit, what=what, action=action)


def _forms(reader: Reader, rows: Rows) -> Iterator[Item]:
    may_ask = may(reader.member, Right.CHANGE_VISIT)
    for visit in form_rows(rows)[:SHOWN]:
        asked = (
            _("Asked on %(moment)s") % {"moment": format_moment(visit.asked_at, Wall.of_visit(visit))}
            if visit.asked_at
            else ""
        )
        action = Action(_("Read it out"), _back_from("panel:read_out", visit.reference))
        if may_ask and visit.booker_email and not visit.asked_at:
            action = _sent(_("Ask by email"), reverse("panel:send_form", args=[visit.reference]))
        yield reader.item(FORM, visit.pk, visit, what=(_treatment(visit), asked), action=action)


def _notes(reader: Reader, rows: Rows) -> Iterator[Item]:
    for visit in note_rows(rows)[:SHOWN]:
        words = _("Go on with the note") if visit.is_begun else _("Write the note")
        state = _("Begun, not signed") if visit.is_begun else ""
        action = Action(words, _back_from("panel:note", visit.reference))
        # Nobody but who treated can write it, so there is nothing to take up.
        item = reader.item(NOTE, visit.pk, visit, what=(_treatment(visit), state), action=action)
        yield replace(item, can_be_taken=False)


def _mails(reader: Reader, rows: Rows) -> Iterator[Item]:
    for message in mail_rows(rows)[:SHOWN]:
        action = _sent(_("Send again"), reverse("panel:send_again", args=[message.pk]))
        recipient = message.recipient or (message.appointment.booker_email if message.appointment else "")
        what = (_mail_words(message), recipient, _(message.reason) if message.reason else "")
        if message.appointment is not None:
            yield reader.item(MAIL, message.pk, message.appointment, what=what, action=action)
            continue
        item = Item(
            MAIL,
            message.pk,
            reader.when(message.due_at, reader.wall),
            _("The clinic"),
            reverse("panel:messages"),
            _sentences(what),
            action,
        )
        yield reader.held(item, reader.holders.get((MAIL, message.pk)))


def _cases(reader: Reader, rows: Rows) -> Iterator[Item]:
    for waits in describe_waiting(
        case_rows(rows, most=MOST_CASES), member=reader.member, wall=reader.wall, now=reader.now
    )[:SHOWN]:
        case = waits.case
        url = reverse("panel:case", args=[case.pk])
        item = Item(
            CASE,
            case.pk,
            waits.until,
            case.contact_name or _("No name"),
            url,
            f"{waits.urgency_words}. {waits.why_words}",
            Action(_("Open"), url),
        )
        yield reader.held(item, holder_of_case(case))


def _mail_words(message: Message) -> str:
    kind = capfirst(message.get_kind_display())
    if message.state == Message.State.UNKNOWN:
        return _("“%(kind)s”: nobody knows whether it went out") % {"kind": kind}
    return _("“%(kind)s” could not be sent") % {"kind": kind}


def _back_from(name: str, reference: str) -> str:
    return f"{reverse(name, args=[reference])}?{NAME}={TO_DO}"


def _sent(words: str, url: str, *values: tuple[str, str]) -> Action:
    return Action(words, url, is_sent=True, values=(*values, (NAME, TO_DO)))


# One record a kind: its heading, and how its rows are said.
SAID: Mapping[str, tuple[Any, Callable[[Reader, Rows], Iterator[Item]]]] = {
    NEW_TIME: (gettext_lazy("Need a new time"), _new_times),
    CLOCK: (gettext_lazy("Not at the time that was promised"), _clocks),
    REQUEST: (gettext_lazy("Requests to confirm"), _requests),
    TO_READ: (gettext_lazy("Notes to read"), _to_read),
    FORM: (gettext_lazy("Forms missing"), _forms),
    NOTE: (gettext_lazy("Notes to write"), _notes),
    MAIL: (gettext_lazy("Emails that failed"), _mails),
    CASE: (gettext_lazy("Cases"), _cases),
}
