"""What is to be known of each kind of mail: one record a kind, and all of it. A test names what is missing.

Whoever adds a kind adds it to `Message.Kind` and here, and writes its words in `visit_words.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from booking.messages import visit_words as words
from booking.messages.calendar_file import Method
from booking.messages.visit_words import VisitWords
from booking.models import CALLED_OFF, OPEN, Appointment, Case, Message, State


class About(StrEnum):
    """What a mail is about: which column of its row leads there."""

    VISIT = "visit"
    CASE = "case"
    DAY = "day"
    ACCOUNT = "account"
    ADDRESS = "address"
    INVITATION = "invitation"


class To(StrEnum):
    BOOKER = "the visit's booker, at the address of now"
    ASKER = "whoever typed the address of the row, where visits have it"
    STAFF = "the clinic or somebody who works there, at the address of the row"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`true_in`: the states of the visit, or case, in which the mail says the truth; a day has none.

    `invites`: it tells somebody to come, so the gate is asked before it goes out. `may_repeat`: sent once more by
    itself where nobody heard whether it went out. `is_reminder`: can be turned off, and keeps to the quiet hours.
    `helps_late`: worth knowing after the visit has begun, too. `is_answer`: it may tell what a client has just done, so
    that one address gets only so many a day. `words`: what is said of a visit; a mail to staff is a letter of its own.
    """

    about: About
    to: To
    words: VisitWords | None
    true_in: frozenset[str]
    calendar: Method | None
    invites: bool
    is_reminder: bool
    may_repeat: bool
    helps_late: bool
    is_answer: bool

    def calendar_method(self, visit: Appointment) -> Method | None:
        """Only a visit that is, or was, booked stands in anybody's calendar."""
        is_booked = visit.state == State.BOOKED
        was_booked = visit.cancelled_from == State.BOOKED
        fits = {Method.REQUEST: is_booked, Method.CANCEL: was_booked}
        return self.calendar if self.calendar is not None and fits.get(self.calendar) else None


def _to_booker(
    words: VisitWords,
    *,
    true_in: frozenset[State],
    invites: bool,
    calendar: Method | None = None,
    is_reminder: bool = False,
    helps_late: bool = False,
    is_answer: bool = False,
) -> Kind:
    return Kind(
        about=About.VISIT,
        to=To.BOOKER,
        words=words,
        true_in=true_in,
        calendar=calendar,
        invites=invites,
        is_reminder=is_reminder,
        may_repeat=True,
        helps_late=helps_late,
        is_answer=is_answer,
    )


def _to_staff(
    about: About, *, true_in: frozenset[Case.State] | frozenset[State], may_repeat: bool, helps_late: bool = False
) -> Kind:
    return Kind(
        about=about,
        to=To.STAFF,
        words=None,
        true_in=true_in,
        calendar=None,
        invites=False,
        is_reminder=False,
        may_repeat=may_repeat,
        helps_late=helps_late,
        is_answer=False,
    )


_BOOKED, _REQUESTED = frozenset({State.BOOKED}), frozenset({State.REQUESTED})
_CANCELLED = frozenset({State.CANCELLED})
_K = Message.Kind

KINDS: Mapping[str, Kind] = {
    _K.BOOKED: _to_booker(words.booked, true_in=_BOOKED, invites=True, calendar=Method.REQUEST, is_answer=True),
    _K.REQUESTED: _to_booker(words.requested, true_in=_REQUESTED, invites=True, is_answer=True),
    _K.MOVED: _to_booker(words.moved, true_in=OPEN, invites=True, calendar=Method.REQUEST, is_answer=True),
    _K.CHANGED: _to_booker(words.changed, true_in=OPEN, invites=True, calendar=Method.REQUEST),
    _K.CLOCKS_CHANGED: _to_booker(words.clocks_changed, true_in=OPEN, invites=True, calendar=Method.REQUEST),
    _K.CANCELLED: _to_booker(
        words.cancelled,
        true_in=CALLED_OFF,
        invites=False,
        calendar=Method.CANCEL,
        helps_late=True,
        is_answer=True,
    ),
    _K.RESTORED: _to_booker(words.restored, true_in=OPEN, invites=True, calendar=Method.REQUEST, is_answer=True),
    _K.REMINDER: _to_booker(words.reminder, true_in=_BOOKED, invites=True, is_reminder=True),
    _K.CONFIRMED: _to_booker(words.confirmed, true_in=_BOOKED, invites=True, calendar=Method.REQUEST),
    _K.DECLINED: _to_booker(words.declined, true_in=_CANCELLED, invites=False, helps_late=True),
    _K.RAN_OUT: _to_booker(words.ran_out, true_in=_CANCELLED, invites=False, helps_late=True),
    _K.CONFIRM_EMAIL: _to_booker(words.confirm_email, true_in=frozenset({State.HELD}), invites=True, is_answer=True),
    # These do not ask anybody to come: they ask for what is missing before that.
    _K.FORM_MISSING: _to_booker(words.form_missing, true_in=OPEN, invites=False),
    _K.CHOOSE_AGAIN: _to_booker(words.choose_again, true_in=OPEN, invites=False),
    _K.STOPPED: _to_booker(words.stopped, true_in=OPEN, invites=False),
    # The calendar has the link, too.
    _K.NEW_LINK: _to_booker(words.new_link, true_in=OPEN, invites=False, calendar=Method.REQUEST),
    _K.REQUEST_ENDS: _to_staff(About.VISIT, true_in=_REQUESTED, may_repeat=True),
    _K.REQUEST_ENDED: _to_staff(About.VISIT, true_in=_CANCELLED, may_repeat=True, helps_late=True),
    _K.LATE_CHANGE: _to_staff(About.VISIT, true_in=OPEN | CALLED_OFF, may_repeat=True),
    # A second copy would trouble staff about somebody's health: they decide whether it is sent again.
    _K.CASE_OPENED: _to_staff(About.CASE, true_in=Case.OPEN, may_repeat=False),
    _K.DAY_LIST: _to_staff(About.DAY, true_in=frozenset(), may_repeat=True),
    _K.NEW_PASSWORD: _to_staff(About.ACCOUNT, true_in=frozenset(), may_repeat=True),
    _K.INVITATION: _to_staff(About.INVITATION, true_in=frozenset(), may_repeat=True),
    _K.TRIAL: _to_staff(About.ACCOUNT, true_in=frozenset(), may_repeat=True),
    # Which visits it leads to is found at the hand-off; each is asked about then.
    _K.LINKS: replace(_to_staff(About.ADDRESS, true_in=frozenset(), may_repeat=True), to=To.ASKER),
}
INVITING = tuple(name for name, kind in KINDS.items() if kind.invites)
NEVER_SENT_TWICE = tuple(name for name, kind in KINDS.items() if not kind.may_repeat)
