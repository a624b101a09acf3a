from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from booking.messages import parking, reasons
from booking.messages.backlog import Backlog, read_backlog
from booking.models import Message
from tests.booking.messages.factories import make_message, make_policy, make_visit
from tests.cast import NOW, soon

pytestmark = pytest.mark.django_db

MailState = Message.State
QUIET = Backlog(waiting=Counter(), late=0, failed=0, unclear=0, since=None, has_sender=True)


def test_what_does_not_go_out_is_counted_by_its_reason() -> None:
    policy, visit = make_policy(), make_visit()
    in_trouble: list[dict[str, Any]] = [
        {"state": MailState.DEFERRED, "attempts": 1, "reason": reasons.NOT_REACHED},
        {"state": MailState.DEFERRED, "attempts": 2, "reason": reasons.NOT_REACHED, "due_at": soon(-30)},
        {"state": MailState.FAILED, "attempts": 1, "reason": reasons.BAD_ADDRESS},
        {"state": MailState.UNKNOWN, "attempts": 2, "reason": reasons.NO_ANSWER},
        {"due_at": soon(-5)},
    ]
    for number, fields in enumerate(in_trouble):
        make_message(visit=visit, key=f"in trouble {number}", **fields)

    found = read_backlog(policy=policy, now=NOW)

    assert found == Backlog(
        waiting=Counter({reasons.NOT_REACHED: 2}), late=1, failed=1, unclear=1, since=soon(-30), has_sender=True
    )
    assert (found.is_down, found.problems) == (True, ("mail_waits", "mail_late", "mail_failed"))
    assert list(found.sentences()) == [
        "2 emails are waiting. The mail server can't be reached.",
        "1 email is due and was not tried yet.",
        "1 email could not be sent.",
        "Nobody knows whether 1 email went out.",
    ]


def test_what_waits_its_turn_or_is_no_news_alarms_nobody() -> None:
    policy, visit = make_policy(), make_visit()
    make_message(visit=visit, key="by night", attempts=1, reason=reasons.QUIET, due_at=NOW)
    make_message(visit=visit, key="many", attempts=1, reason=reasons.MANY, due_at=NOW)
    make_message(
        visit=visit, key="long ago", state=MailState.FAILED, reason=reasons.BAD_ADDRESS, due_at=NOW - timedelta(days=15)
    )

    found = read_backlog(policy=policy, now=NOW)

    assert (found, found.is_down, found.problems, list(found.sentences())) == (QUIET, False, (), [])


def test_one_address_that_is_refused_is_no_mail_that_does_not_go_out_at_all() -> None:
    policy = make_policy()
    make_message(
        visit=make_visit(), state=MailState.DEFERRED, attempts=1, reason=reasons.with_code(reasons.PUT_OFF, 451)
    )

    found = read_backlog(policy=policy, now=NOW)

    assert (found.is_down, found.problems) == (False, ("mail_waits",))


def test_of_a_parked_queue_nothing_else_is_said() -> None:
    policy = make_policy()
    make_message(visit=make_visit(), due_at=soon(-5))
    parking.park(now=NOW)

    found = read_backlog(policy=policy, now=NOW)

    assert (found.is_down, found.problems, len(list(found.sentences()))) == (True, ("mail_parked",), 1)
