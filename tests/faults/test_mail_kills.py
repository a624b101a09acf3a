"""Workers that die: what is lost, what comes twice, and that each guard is needed."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess

import pytest

from booking.models import Message
from tests.booking.messages.factories import make_many
from tests.cast import NOW
from tests.faults.mail_workers import DEATHS, work
from tests.processes import CONTEXT, Crew, _environment_of_children
from tests.programs import wait_until
from tests.smtp_sink import Sink

IS_LONG = os.environ.get("PROVE") == "1"
WORKERS = 5
UNDONE = ("queued", "claimed", "handed_off", "deferred")
NOW_TEXT = (NOW + timedelta(minutes=1)).isoformat()


def copies(sink: Sink) -> Counter[str]:
    """How often each mail arrived, or may have."""
    return Counter(mail.message_id for mail in sink.mails())


def finish(crew: Crew, sink: Sink, *, guards: str = "all") -> None:
    """A healthy worker sweeps until no row waits any more, as the beat would have it."""

    def is_done() -> bool:
        crew.run(work, [{"port": sink.port, "now": (NOW + timedelta(minutes=10)).isoformat(), "guards": guards}])
        return not Message.objects.filter(state__in=UNDONE).exists()

    wait_until(is_done)


# Where the worker died, at its second mail: copies of the three, and which of them its row admits to be unclear. The
# outcome of one mail is committed with the hand-off of the next, so up to that commit it is the earlier one.
EXPECTED = {
    "claimed": ([1, 1, 1], []),
    "looked again": ([2, 1, 1], [0]),
    "before the content": ([1, 1, 1], [1]),
    "after the content": ([1, 2, 1], [1]),
    "settled": ([1, 2, 1], [1]),
}


@pytest.mark.parametrize("where", DEATHS)
def test_a_worker_that_dies_at_each_step(crew: Crew, sink: Sink, where: str) -> None:
    """Nothing is lost, at most one mail comes twice, and its row says so."""
    make_many(3)

    (dead,) = crew.run(work, [{"port": sink.port, "now": NOW_TEXT, "dies": where}])
    crew.dismiss()
    finish(crew, sink)

    found = copies(sink)
    rows = list(Message.objects.order_by("id").values_list("message_id", "state", "was_unclear"))
    assert dead.error == "Died"
    assert [state for _, state, _ in rows] == ["sent"] * 3
    assert (
        [found[message_id] for message_id, _, _ in rows],
        [position for position, (_, _, was_unclear) in enumerate(rows) if was_unclear],
    ) == EXPECTED[where]


@pytest.mark.once
def test_control_marked_as_sent_first_loses_a_mail(crew: Crew, sink: Sink) -> None:
    make_many(3)

    crew.run(work, [{"port": sink.port, "now": NOW_TEXT, "dies": "before the content", "guards": "sent first"}])
    crew.dismiss()
    finish(crew, sink)

    assert sorted(copies(sink)[message_id] for message_id in _message_ids()) == [0, 1, 1]


@pytest.mark.once
def test_control_without_the_mark_a_copy_goes_out_that_no_row_admits(crew: Crew, sink: Sink) -> None:
    make_many(3)

    crew.run(work, [{"port": sink.port, "now": NOW_TEXT, "dies": "after the content", "guards": "no mark"}])
    crew.dismiss()
    finish(crew, sink)

    assert sorted(copies(sink).values()) != [1, 1, 1]
    assert not Message.objects.filter(was_unclear=True).exists()


def test_two_workers_send_each_mail_once(crew: Crew, sink: Sink) -> None:
    make_many(100)

    crew.run(work, [{"port": sink.port, "now": NOW_TEXT, "rounds": 3}] * 2)
    finish(crew, sink)

    assert copies(sink) == Counter(_message_ids())


@pytest.mark.once
def test_control_without_the_claim_two_workers_send_doubles(crew: Crew, sink: Sink) -> None:
    make_many(200)

    crew.run(work, [{"port": sink.port, "now": NOW_TEXT, "guards": "no claim"}] * 2)

    assert max(copies(sink).values()) > 1


def test_killed_at_random(crew: Crew, sink: Sink) -> None:
    """Five workers, the oldest of them killed every few mails and replaced. 0 lost; extra copies are all admitted."""
    mails, kills = (1000, 45) if IS_LONG else (100, 9)
    make_many(mails)
    sink.behave("slow")
    dice = random.Random(5)

    with _workers(sink, count=WORKERS) as workers:
        for number in range(kills - WORKERS):
            target = (number + 1) * mails // (kills + 2) + dice.randrange(5)
            wait_until(lambda target=target: len(sink.mails()) >= target)  # type: ignore[misc]
            time.sleep(dice.uniform(0, 0.06))
            oldest = workers.pop(0)
            oldest.kill()
            oldest.join()
            workers.append(_start(sink))
    # At the end all of them were killed.
    sink.behave("well")
    finish(crew, sink)

    found = copies(sink)
    admitted = set(Message.objects.filter(was_unclear=True).values_list("message_id", flat=True))
    twice = {message_id for message_id, count in found.items() if count == 2}
    # Its worker died twice in the hand-off: whether it arrived or not, staff are asked.
    asked = set(Message.objects.filter(state=Message.State.UNKNOWN).values_list("message_id", flat=True))
    lost = set(_message_ids()) - set(found) - asked
    print(
        f"{mails} mails, {kills} kills, {len(admitted)} in the hand-off: "
        f"{len(twice)} extra copies, {len(asked)} left to staff, {len(lost)} lost"
    )
    assert lost == set()
    assert max(found.values()) <= 2
    assert twice <= admitted
    assert len(admitted) <= kills
    assert asked <= admitted
    assert set(Message.objects.exclude(message_id__in=asked).values_list("state", flat=True)) == {"sent"}


@contextmanager
def _workers(sink: Sink, *, count: int) -> Iterator[list[BaseProcess]]:
    workers = [_start(sink) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _start(sink: Sink) -> BaseProcess:
    with _environment_of_children():
        worker = CONTEXT.Process(target=_work_on, args=(sink.port,), daemon=True)
        worker.start()
    return worker


def _work_on(port: int) -> None:
    """One worker of many: small batches, so that there is always something in hand."""
    import django

    django.setup()
    from booking.messages import sweep

    sweep.BATCH = 5
    while True:
        work(port=port, now=NOW_TEXT)


def _message_ids() -> list[str]:
    return list(Message.objects.values_list("message_id", flat=True))
