"""The result of questions that were read out: what to tell the client in words, and what to be careful about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from booking.intake.decisions import current_decision
from booking.intake.findings import Findings, Reason, reason_of
from booking.models import Appointment, Case, Intake, State
from booking.rules.advice import CALL_AT_ONCE_IF, MATERNITY_RULE, SEE_A_DOCTOR_IF, Card, choose_cards
from booking.rules.answers import check_answers
from booking.rules.levels import BOOKABLE, Level
from booking.rules.rulebook import Rule, load_rulebook
from booking.rules.triage import triage
from booking.rules.version_1 import answers_today
from booking.wording.conditions import condition_for_staff
from booking.wording.lists import join_words
from booking.wording.times import local_date
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.visit.about import About, about
from clinic.panel.visit.steps import Step, next_step
from services import catalogue
from services.models import ClinicPolicy

URGENT = ("now", "same_day")
LOOKS = {Level.CLEAR: "side-clear", Level.CAUTION: "side-caution", Level.PHYSICIAN: "side-form"}


@dataclass(frozen=True)
class ResultPage:
    """`look` is the class of its head in the stylesheet; `say` and `reasons` are sentences to say, in their order.

    `why_unkept`: why nothing was kept, where an emergency sign is told all the same. `case_id`: of the case that
    follows it up, for somebody who works on cases.
    """

    visit: About
    level: str
    look: str
    title: str
    say: tuple[str, ...]
    reasons: tuple[str, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cards: tuple[Card, ...] = ()
    avoid: tuple[str, ...] = ()
    not_suitable: str = ""
    is_excluded: bool = False
    notes: tuple[str, ...] = ()
    open_conditions: tuple[str, ...] = ()
    case_id: int | None = None
    goes_on: bool = False
    next_step: Step | None = None
    why_unkept: str = ""

    @property
    def needs_care(self) -> bool:
        return bool(self.is_excluded or self.not_suitable or self.avoid or self.notes)


def describe_result(member: Member, visit: Appointment, intake: Intake, *, now: datetime) -> ResultPage:
    """What the page about a decided result shows. Reasons are the rulebook's sentences; no answer is repeated."""
    decision = current_decision(intake=intake, now=now)
    findings = Findings.of(decision)
    of_level = [reason for reason in findings.reasons if reason.level == decision.level]
    is_today = any(reason.urgency in URGENT for reason in of_level)
    answers = check_answers(answers_today(intake.answers, version=intake.schema_version)[0])
    number = catalogue.emergency_number(country=visit.location.country)
    case = Case.objects.filter(intake=intake, appointment=None).order_by("id").first()
    conditions = tuple(condition_for_staff(one.kind) for one in visit.conditions.filter(settled_at=None))
    waits = visit.state == State.REQUESTED and decision.is_bookable and not conditions
    return ResultPage(
        visit=about(visit),
        level=decision.level,
        look=_look(decision.level),
        title=_title(decision.level, number),
        say=(*_say(decision.level, number, is_today=is_today), *_lines(of_level)),
        reasons=tuple(dict.fromkeys(reason.client for reason in of_level)),
        lists=tuple(_lists(decision.level, number)),
        cards=tuple(choose_cards(answers, triage(answers, load_rulebook()), load_rulebook())),
        avoid=findings.avoid,
        not_suitable=_not_suitable(findings, local_date(visit.starts_at, visit.location.zone)),
        is_excluded=findings.excludes(visit.treatment),
        notes=tuple(
            reason.staff for reason in findings.reasons if reason.level != Level.CLEAR and reason.staff.strip(" -")
        ),
        open_conditions=conditions,
        case_id=case.pk if case and may(member, Right.WORK_CASES) else None,
        goes_on=decision.is_bookable,
        next_step=next_step(member, visit, now) if waits else None,
    )


def describe_unkept_emergency(visit: Appointment, fired: Iterable[Rule], *, why: str) -> ResultPage:
    """An emergency sign in answers that are not kept: what to say. `why` is the sentence that tells staff the cause."""
    number = catalogue.emergency_number(country=visit.location.country)
    reasons = [reason_of(rule, {}, load_rulebook()) for rule in fired]
    return ResultPage(
        visit=about(visit),
        level=Level.EMERGENCY,
        look=_look(Level.EMERGENCY),
        title=_title(Level.EMERGENCY, number),
        say=(*_say(Level.EMERGENCY, number, is_today=True), *_lines(reasons)),
        reasons=tuple(dict.fromkeys(reason.client for reason in reasons)),
        why_unkept=why,
    )


def _look(level: str) -> str:
    """No level at all looks as grave as an emergency: somebody has to look."""
    return LOOKS.get(Level(level), "side-stop") if level else "side-stop"


def _not_suitable(findings: Findings, day: date) -> str:
    """The treatments on offer that are left out, as a list in words."""
    offers = catalogue.treatments_on_offer(on=day)
    return join_words([each.treatment.name_for_staff for each in offers if findings.excludes(each.treatment)])


def _title(level: str, number: str) -> str:
    titles = {
        Level.CLEAR: _("This client can have a massage"),
        Level.CAUTION: _("A massage is possible, with care"),
        Level.PHYSICIAN: _("A doctor should look at this before a massage"),
        Level.EMERGENCY: _("Emergency: call %(number)s now") % {"number": number},
    }
    return titles.get(Level(level), "") if level else _("The result could not be worked out")


def _say(level: str, number: str, *, is_today: bool) -> list[str]:
    """Sentences to say, in order."""
    if level == Level.EMERGENCY:
        return [
            _(
                "What you told us needs a hospital, not a massage. Do not wait for it to pass, and do not drive yourself."
            ),
            _("Call %(number)s now, or let us call for you. If someone is with you, tell them.") % {"number": number},
        ]
    if level == Level.PHYSICIAN:
        when = _("Please speak to a doctor today.") if is_today else _("Please see a doctor in the next few days.")
        return [
            _("We can’t give this massage before a doctor has looked at it. A massage therapist cannot judge it."),
            when,
            _("If the doctor agrees, ask for a few lines that say so, with the date, and let us have them."),
        ]
    if level == Level.CAUTION:
        return [_("You can have a massage. We take care of what you told us.")]
    if level == Level.CLEAR:
        return [_("Thank you. You can have this massage.")]
    return [_("One of us has to read your answers first. We will call you.")]


def _lines(reasons: Iterable[Reason]) -> list[str]:
    """The clinic's own lines to call, as the client's pages name them."""
    policy, found = ClinicPolicy.current(), list(reasons)
    lines = []
    if policy.maternity_line and any(reason.rule == MATERNITY_RULE for reason in found):
        lines.append(_("Maternity unit: %(line)s") % {"line": policy.maternity_line})
    is_today = any(reason.level == Level.PHYSICIAN and reason.urgency in URGENT for reason in found)
    if policy.advice_line and is_today:
        lines.append(_("Health advice line: %(line)s") % {"line": policy.advice_line})
    return lines


def _lists(level: str, number: str) -> list[tuple[str, tuple[str, ...]]]:
    if level == Level.PHYSICIAN:
        return [(_("Call %(number)s at once if") % {"number": number}, CALL_AT_ONCE_IF)]
    if level in BOOKABLE:
        return [(_("See a doctor if"), SEE_A_DOCTOR_IF)]
    return []
