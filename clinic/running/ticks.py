"""The ticks of beat, by the one table that beat has: what `tick` does once, and what `/readyz` looks at.

Each leaves a heartbeat by the name of its function when it has run to its end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.module_loading import import_string

# A tick that has to wait for the one before it is not a tick that has stopped.
PATIENCE = timedelta(minutes=1)
LEAST_AGE = timedelta(minutes=2)


@dataclass(frozen=True)
class Tick:
    """`task` is where beat finds it, `every` how often it comes."""

    task: str
    every: timedelta

    @property
    def name(self) -> str:
        return self.task.rpartition(".")[2]

    @property
    def oldest_beat(self) -> timedelta:
        """A heartbeat that is older means that the tick has stopped."""
        return max(self.every + PATIENCE, LEAST_AGE)

    def run(self) -> None:
        task: Callable[[], None] = import_string(self.task)
        task()


def _length(schedule: float | timedelta | object) -> timedelta:
    """Of a schedule that is neither seconds nor a span, like a time of the day, it is only known that it comes daily."""
    if isinstance(schedule, timedelta):
        return schedule
    return timedelta(seconds=schedule) if isinstance(schedule, int | float) else timedelta(days=1)


# Last comes what mails what the others have queued.
TICKS = sorted(
    (Tick(str(entry["task"]), _length(entry["schedule"])) for entry in settings.CELERY_BEAT_SCHEDULE.values()),
    key=lambda tick: tick.every,
    reverse=True,
)
