"""What is new since somebody was last treated: answers that differ, and what to leave alone now, or no longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.intake.decisions import newest_intake
from booking.models import Appointment, Intake, State
from booking.scheduling.states import UNTREATED
from booking.wording.answers import answers_in_words
from booking.wording.times import Wall, format_date, local_date
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.visit.cautions import Cautions, unite_cautions


@dataclass(frozen=True)
class Changed:
    """One question that was answered differently; "–" where it was not asked, or nothing was chosen."""

    question: str
    was: str
    now: str


@dataclass(frozen=True)
class Since:
    """`day` is that of the newer answers. `avoid` and `excluded` are new, `no_longer` are regions that may be worked on again."""

    day: str
    avoid: tuple[str, ...]
    excluded: tuple[str, ...]
    no_longer: tuple[str, ...]
    changed: tuple[Changed, ...]


def describe_since(member: Member, found: Appointment, now: datetime) -> Since | None:
    """Before and during a treatment, each part for who may see it; None where nothing is new, or nobody was treated yet."""
    if found.state not in UNTREATED | {State.IN_TREATMENT} or found.client is None:
        return None
    before, newest = _last_said(found), newest_intake(found.client)
    if before is None or newest is None or before == newest:
        return None
    wall = Wall.of_visit(found)
    old, new = _cautions(member, found, before, now), _cautions(member, found, newest, now)
    since = Since(
        day=format_date(local_date(newest.created_at, wall.zone)),
        avoid=_beyond(new.avoid, old.avoid) if old and new else (),
        excluded=_beyond(new.excluded, old.excluded) if old and new else (),
        no_longer=_beyond(old.avoid, new.avoid) if old and new else (),
        changed=tuple(compare(before, newest)) if may(member, Right.SEE_ANSWERS, visit=found) else (),
    )
    return since if since.avoid or since.excluded or since.no_longer or since.changed else None


def compare(before: Intake, after: Intake) -> Sequence[Changed]:
    """In the words of each one's own version, in the order of the newer questions."""
    was, now = _answered(before), _answered(after)
    questions = {key: question for key, (question, _answer) in (was | now).items()}
    pairs = [(key, was.get(key, ("", "–"))[1], now.get(key, ("", "–"))[1]) for key in dict.fromkeys([*now, *was])]
    return [Changed(questions[key], old, new) for key, old, new in pairs if old != new]


def _last_said(found: Appointment) -> Intake | None:
    """What the last treatment before this visit rested on."""
    treated = Appointment.objects.filter(client=found.client, state=State.COMPLETED, starts_at__lt=found.starts_at)
    last = treated.select_related("intake").order_by("-starts_at", "-pk").first()
    return last.intake if last else None


def _cautions(member: Member, found: Appointment, said: Intake, now: datetime) -> Cautions | None:
    if not may(member, Right.SEE_RESTRICTIONS, visit=found):
        return None
    return unite_cautions(member, [said], local_date(found.starts_at, Wall.of_visit(found).zone), now)


def _beyond(new: tuple[str, ...], old: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in new if one not in old)


def _answered(intake: Intake) -> dict[str, tuple[str, Any]]:
    rows = answers_in_words(intake.answers, version=intake.schema_version)
    return {row.key: (row.question, row.answer) for row in rows}
