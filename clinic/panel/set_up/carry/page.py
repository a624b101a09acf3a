"""What the page shows on which lists come in."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from booking.carrying import bringing
from booking.carrying.people import say_wrong
from booking.carrying.plan import Plan, settle
from booking.carrying.said import say_counts, say_double
from booking.models import Bringing
from booking.wording.times import format_moment
from clinic.panel.home import home_wall
from clinic.panel.set_up.carry.forms import ListForm, TakeForm

MOST_SHOWN = 100  # sentences about lines


@dataclass(frozen=True)
class Waiting:
    """The list that was looked at and is not brought in yet. `more`: how many sentences are left out."""

    name: str
    public_id: str
    counts: tuple[str, ...]
    said: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Done:
    """A list that came in and can still be taken back, until when."""

    public_id: str
    moment: str
    who: str
    counts: tuple[str, ...]
    until: str


@dataclass(frozen=True)
class CarryPage:
    form: ListForm
    waiting: Waiting | None
    done: tuple[Done, ...]
    taking: TakeForm


def describe_carry(user: User, form: ListForm, *, now: datetime) -> CarryPage:
    row = bringing.waiting_for(user, kind=Bringing.Kind.PEOPLE, now=now).first()
    wall = home_wall()
    return CarryPage(
        form=form,
        waiting=_waiting(row) if row is not None else None,
        done=tuple(
            Done(
                public_id=one.public_id,
                moment=format_moment(one.applied_at, wall) if one.applied_at else "",
                who=one.user.username,
                counts=tuple(say_counts(one.counts)),
                until=format_moment(one.kept_until, wall),
            )
            for one in bringing.undoable(kind=Bringing.Kind.PEOPLE, now=now)
        ),
        taking=TakeForm(),
    )


def _waiting(row: Bringing) -> Waiting:
    plan = Plan.unpack(row.plan)
    outcome = settle(plan, row.choices)
    counts = {"new": len(outcome.new), "filled": len(outcome.filled), "skipped": len(outcome.skipped)}
    said = [*plan.said, *(say_wrong(*one) for one in plan.wrong), *(say_double(one) for one in plan.doubles)]
    return Waiting(
        name=row.file_name,
        public_id=row.public_id,
        counts=tuple(say_counts(counts)),
        said=tuple(said[:MOST_SHOWN]),
        more=max(len(said) - MOST_SHOWN, 0),
    )
