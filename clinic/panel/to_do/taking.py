"""Who has what waits: taking it up, and giving it back. The only writer of `Taken`.

Two people who take one thing at once: the unique index lets one of them in, and the other is told who has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from booking.cases import follow_up
from booking.models import Case
from clinic.models import Taken
from clinic.panel.door.rights import Denied, Member
from clinic.panel.door.sessions import LONGEST
from clinic.panel.door.waiting import CASE, KINDS
from services.refusals import Refusal

# Nobody is signed in for longer, so whatever somebody has had for longer is free for the next.
COUNTS_FOR = LONGEST


class TakenAlready(Refusal):
    """Somebody else has it. Carries a sentence."""

    def __init__(self, by: User) -> None:
        super().__init__(_("%(name)s has it already. Nothing was changed.") % {"name": name_of(by)})


class DoneAlready(Refusal):
    """It waits no longer. Carries a sentence."""

    def __init__(self) -> None:
        super().__init__(_("That is done already, or waits no longer. This is what waits now."))


@dataclass(frozen=True)
class Holder:
    """Who has something. `since` in UTC; None where nobody knows."""

    user_id: int
    name: str
    since: datetime | None


def take(*, kind: str, row_id: int, member: Member, by: User, now: datetime) -> None:
    """`by` has it from now on; taking it twice changes nothing. Raises Denied, DoneAlready, TakenAlready. `now` in UTC."""
    rows = KINDS[kind].rows(member, now=now)
    if rows is None:
        raise Denied
    if not rows.filter(pk=row_id).exists():
        raise DoneAlready
    holder = _take_case(row_id, by) if kind == CASE else _take_row(kind, row_id, by, now=now)
    if holder != by:
        raise TakenAlready(holder)


def give_back(*, kind: str, row_id: int, by: User) -> None:
    """`by` has it no longer. Nothing happens where somebody else has it, or nobody."""
    if kind == CASE:
        follow_up.give_back(case_id=row_id, by=by)
    else:
        Taken.objects.filter(kind=kind, row_id=row_id, by=by).delete()


def find_holders(*, kinds: Iterable[str], now: datetime) -> dict[tuple[str, int], Holder]:
    """Who has what of these kinds, by kind and row; a case says so itself. One statement. `now` in UTC."""
    rows = Taken.objects.filter(kind__in=list(kinds), at__gt=now - COUNTS_FOR).select_related("by")
    return {(row.kind, row.row_id): Holder(row.by_id, name_of(row.by), row.at) for row in rows}


def holder_of_case(case: Case) -> Holder | None:
    """The case must be loaded with its owner."""
    return Holder(case.owner.pk, name_of(case.owner), None) if case.owner else None


def name_of(user: User) -> str:
    return user.get_full_name() or user.username


def _take_case(case_id: int, by: User) -> User:
    holder = follow_up.take_up(case_id=case_id, by=by)
    if holder is None:
        raise DoneAlready
    return holder


def _take_row(kind: str, row_id: int, by: User, *, now: datetime) -> User:
    Taken.objects.filter(at__lte=now - COUNTS_FOR).delete()
    row, _is_new = Taken.objects.select_related("by").get_or_create(
        kind=kind, row_id=row_id, defaults={"by": by, "at": now}
    )
    return row.by
