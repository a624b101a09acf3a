"""The question before saving, as it is drawn: each visit that a change strands, with what can become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Appointment, Stranding
from booking.scheduling.elsewhere import could_move
from clinic.panel.choosing.sent import DEED, KEEP, MOVE, TELL, TO_DO, Sent, as_sent, words_of_deeds
from clinic.panel.stranded import Elsewhere, StrandedLine, describe_stranded, offer_elsewhere


@dataclass(frozen=True)
class Option:
    """`deed` is what the button counts it as."""

    value: str
    words: str
    deed: str
    is_chosen: bool


@dataclass(frozen=True)
class VisitChoice:
    """One visit with what can become of it. `fault`: why what was chosen could not be done. `tells` is None where no email
    can reach the client."""

    line: StrandedLine
    free: str
    fault: str
    options: tuple[Option, ...]
    deed_name: str
    tell_name: str
    tells: bool | None

    @property
    def deed(self) -> str:
        return next(one.deed for one in self.options if one.is_chosen)

    @property
    def can_move(self) -> bool:
        return any(one.deed == MOVE for one in self.options)


@dataclass(frozen=True)
class Question:
    """What is asked before saving. `parts`: the words of the button for each deed, with # for the number.

    `news`: why it is asked again; `why` and `why_fault`: the reason for what is kept, as it was typed.
    """

    visits: tuple[VisitChoice, ...]
    seen: str
    news: str
    why: str
    why_fault: str
    may_choose: bool
    is_again: bool
    verb: str = ""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        return tuple((deed, words % {"count": "#"}) for deed, words in words_of_deeds().items())

    @property
    def counted(self) -> str:
        return as_sent(self._counts())

    @property
    def button(self) -> str:
        counts, parts = self._counts(), words_of_deeds()
        said = [parts[deed] % {"count": counts[deed]} for deed in parts if counts[deed]]
        return ", ".join([self.verb, *said])

    @property
    def can_tell(self) -> bool:
        """Whether an email could come of it."""
        return any(one.can_move and one.tells is not None for one in self.visits)

    def with_verb(self, verb: str) -> "Question":
        return replace(self, verb=verb)

    def _counts(self) -> dict[str, int]:
        deeds = [one.deed for one in self.visits]
        return {deed: deeds.count(deed) for deed in words_of_deeds()}


@dataclass(frozen=True)
class ChoicesPage:
    """The question on a page of its own. Everything that was typed goes along in hidden fields."""

    question: Question
    typed: tuple[tuple[str, str], ...]


def describe_question(
    rows: Sequence[Stranding],
    sent: Sent,
    *,
    marks: Mapping[str, str],
    news: str,
    faults: Mapping[str, str],
    now: datetime,
) -> Question:
    """With the change written, so that what is offered is free once it is saved."""
    visits = [row.appointment for row in rows]
    offers = offer_elsewhere(visits, now=now, all_at_once=True) if sent.may_choose else {}
    lines = describe_stranded(rows)
    choices = tuple(
        _choice(row.appointment, line, sent, offers.get(row.appointment_id), faults.get(row.appointment.reference, ""))
        for row, line in zip(rows, lines, strict=True)
    )
    if faults:
        news = _("Nothing is saved: not everything could be done. Look at it again.")
    return Question(
        visits=choices,
        seen=" ".join(marks.values()),
        news=news or _("Nothing is saved yet."),
        why=sent.why,
        why_fault=sent.why_fault,
        may_choose=sent.may_choose,
        is_again=bool(sent.seen),
    )


def _choice(visit: Appointment, line: StrandedLine, sent: Sent, offer: Elsewhere | None, fault: str) -> VisitChoice:
    was = sent.chosen.get(visit.reference)
    refused = was is not None and fault and offer is not None and was.starts_at == offer.start.starts_at
    if refused and was is not None and offer is not None and was.therapist_id == offer.start.therapist_id:
        offer = None  # the place is free, but not for this visit: another visit of the client, or the safety check
    deed = was.deed if was is not None else MOVE
    deed = TO_DO if deed == MOVE and offer is None else deed
    options = [(TO_DO, _("Put on To do"), TO_DO)]
    if offer is not None:
        options.insert(0, (f"{offer.start.starts_at.isoformat()} {offer.start.therapist_id}", offer.words, MOVE))
    if sent.may_choose:
        options.append((KEEP, _("Keep %(time)s, with a reason") % {"time": line.time}, KEEP))
    return VisitChoice(
        line=line,
        free=_say_free(visit, offer),
        fault=fault,
        options=tuple(Option(value, words, one, one == deed) for value, words, one in options),
        deed_name=DEED + visit.reference,
        tell_name=TELL + visit.reference,
        tells=None if not visit.booker_email else was.tells if was is not None else not _stays(visit, offer),
    )


def _say_free(visit: Appointment, offer: Elsewhere | None) -> str:
    if offer is not None:
        return f"{offer.is_free}."
    return _("Nobody is free on that day.") if could_move(visit) else ""


def _stays(visit: Appointment, offer: Elsewhere | None) -> bool:
    """Whether only the room would be another, which is no news for a client."""
    here = (visit.starts_at, visit.therapist_id)
    return offer is not None and (offer.start.starts_at, offer.start.therapist_id) == here
