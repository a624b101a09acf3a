"""Which mails do not go out, and why: for the board, the list of messages, `/readyz`, and what clients are told.

Everything is read from the rows, in one statement whatever their number: a mail that was tried and is still here waits
for a reason, and the reason says whether it is the server's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.messages import reasons
from booking.messages.parking import is_parked
from booking.messages.sender import find_sender
from booking.models import Message
from services.models import ClinicPolicy

# How long a mail may be due before somebody has to hear of it.
LATE = timedelta(minutes=2)
# What failed longer ago is in the list of messages, and no longer anybody's next step.
NEWS = timedelta(days=14)


@dataclass(frozen=True)
class Backlog:
    """`waiting`: by reason, how many were tried and have not gone out. `late`: due for minutes, and not even tried.

    `since` is when the first of these fell due (UTC).
    """

    waiting: Counter[str]
    late: int
    failed: int
    unclear: int
    since: datetime | None
    has_sender: bool
    is_parked: bool = False

    @property
    def is_down(self) -> bool:
        """Whether mail does not go out at all, rather than to one address that is refused."""
        return (
            self.is_parked
            or self.late > 0
            or not self.has_sender
            or any(reasons.is_of_the_server(reason) for reason in self.waiting)
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """Short names, for a machine."""
        found = {
            "mail_sender": not self.has_sender,
            "mail_parked": self.is_parked,
            "mail_waits": bool(self.waiting) and not self.is_parked,
            "mail_late": bool(self.late) and not self.is_parked,
            "mail_failed": bool(self.failed or self.unclear),
        }
        return tuple(name for name, is_so in found.items() if is_so)

    def sentences(self) -> Iterator[str]:
        """For staff: what does not go out, and why."""
        if not self.has_sender:
            yield _(reasons.NO_SENDER)
        if self.is_parked:
            yield _("Since the restore no email goes out. Somebody has to look at what waits first.")
            return
        for reason, count in self.waiting.most_common():
            waits = ngettext("%(count)s email is waiting.", "%(count)s emails are waiting.", count) % {"count": count}
            yield f"{waits} {_(reason)}"
        if self.late:
            yield ngettext(
                "%(count)s email is due and was not tried yet.",
                "%(count)s emails are due and were not tried yet.",
                self.late,
            ) % {"count": self.late}
        if self.failed:
            yield ngettext("%(count)s email could not be sent.", "%(count)s emails could not be sent.", self.failed) % {
                "count": self.failed
            }
        if self.unclear:
            yield ngettext(
                "Nobody knows whether %(count)s email went out.",
                "Nobody knows whether %(count)s emails went out.",
                self.unclear,
            ) % {"count": self.unclear}


def in_trouble(*, now: datetime) -> QuerySet[Message]:
    """Every mail that the backlog counts. `now` in UTC."""
    return Message.objects.filter(_was_tried() | _is_late(now) | _is_news(now))


def failed_lately(*, now: datetime) -> QuerySet[Message]:
    """Mails that failed, or of which nobody knows whether they went out: the next step is a person's."""
    return Message.objects.filter(_is_news(now))


def held_up(*, now: datetime) -> QuerySet[Message]:
    """Mails that wait although they are due: for the server, as a rule."""
    return Message.objects.filter(_was_tried() | _is_late(now))


def _was_tried() -> Q:
    on_purpose = (reasons.QUIET, reasons.BEHIND, reasons.MANY, reasons.BY_HAND)
    return Q(state__in=Message.WAITING, attempts__gt=0) & ~Q(reason__in=on_purpose)


def _is_late(now: datetime) -> Q:
    return Q(state__in=Message.WAITING, next_try_at__lt=now - LATE)


def _is_news(now: datetime) -> Q:
    return Q(state__in=Message.IN_TROUBLE, due_at__gt=now - NEWS)


def read_backlog(*, policy: ClinicPolicy, now: datetime) -> Backlog:
    """`now` in UTC. Two statements."""
    was_tried = _was_tried()
    rows = in_trouble(now=now).order_by()
    groups = rows.values("state", "reason").annotate(
        tried=Count("pk", filter=was_tried),
        late=Count("pk", filter=_is_late(now) & ~was_tried),
        all=Count("pk"),
        since=Min("due_at"),
    )
    waiting, late, failed, unclear, since = Counter[str](), 0, 0, 0, list[datetime]()
    for group in groups:
        if group["state"] in Message.WAITING:
            waiting[group["reason"]] += group["tried"]
            late += group["late"]
            since.append(group["since"])
        elif group["state"] == Message.State.FAILED:
            failed += group["all"]
        else:
            unclear += group["all"]
    return Backlog(
        waiting=+waiting,
        late=late,
        failed=failed,
        unclear=unclear,
        since=min(since, default=None),
        has_sender=find_sender(policy=policy) is not None,
        is_parked=is_parked(),
    )
