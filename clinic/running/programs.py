"""What `up` keeps running: two web processes, a worker, a beat and, where no other is named, a broker of our own.

Each is a function for `clinic.running.processes.Program`. They are loaded before the forks, so that these share what they load.
"""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from celery import Celery
from celery.apps.beat import Beat
from celery.beat import Scheduler, SchedulingError
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from clinic.running.broker import run_broker
from clinic.running.processes import Program, Pulse
from clinic.running.serving import make_server
from clinic.running.waits import limit_waits

logger = logging.getLogger(__name__)

WEB_PROCESSES = 2
WORKER_THREADS = 2
BEAT_SECONDS = 1
# Beat ticks every few seconds; a worker that has done nothing for so long has lost its broker or is stuck in a task.
LONGEST_IDLE_SECONDS = 150.0


def all_programs(*, listener: socket.socket, app: Celery) -> list[Program]:
    """Worker and beat are those of `app`. Side effect: loads what they run."""
    application = get_wsgi_application()
    _ = get_resolver().url_patterns
    app.loader.import_default_modules()
    _ = app.Worker  # imports what a worker is made of

    def run_web(pulse: Pulse) -> None:
        serve(application=application, listener=listener, pulse=pulse)

    programs = [
        *(Program(name=f"web-{n}", run=run_web, takes_connections=True) for n in range(1, WEB_PROCESSES + 1)),
        Program(name="worker", run=partial(run_worker, app=app)),
        Program(name="beat", run=partial(run_beat, app=app)),
    ]
    if settings.REDIS_URL:
        return programs
    return [
        Program(name="broker", run=partial(run_broker, path=settings.BROKER_SOCKET), is_needed_by_others=True),
        *programs,
    ]


def serve(*, application: Any, listener: socket.socket, pulse: Pulse) -> None:
    limit_waits()
    server = make_server(application=application, listener=listener)
    signal.signal(signal.SIGTERM, lambda *_: server.end())
    server.serve(beat=pulse.beat)


def run_worker(pulse: Pulse, *, app: Celery) -> None:
    """Celery's, with threads: mails wait for servers, not for the processor."""
    last_seen_at = time.monotonic()

    def see(**_: Any) -> None:
        nonlocal last_seen_at
        last_seen_at = time.monotonic()

    task_prerun.connect(see, weak=False)
    task_postrun.connect(see, weak=False)
    _beat_in_background(pulse, is_well=lambda: time.monotonic() - last_seen_at < LONGEST_IDLE_SECONDS)
    worker = app.Worker(
        pool_cls="threads",
        concurrency=WORKER_THREADS,
        loglevel="INFO",
        quiet=True,
        # One worker has nobody to talk to.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    raise SystemExit(worker.exitcode)


def run_beat(pulse: Pulse, *, app: Celery) -> None:
    """It keeps its schedule in memory: plain intervals need no file, and what is not there can't be damaged."""

    class BeatingScheduler(Scheduler):
        def tick(self, *arguments: Any, **named: Any) -> Any:
            pulse.beat()
            return super().tick(*arguments, **named)

        def apply_entry(self, entry: Any, producer: Any = None) -> None:
            """A tick that can't be sent is one line in the log: the next one comes in a moment."""
            try:
                self.apply_async(entry, producer=producer, advance=False)
            except SchedulingError as error:
                logger.warning("beat could not send %s (%s)", entry.name, type(error.__cause__).__name__)

        def _ensure_connected(self) -> Any:
            """Waiting for the broker is not a sign of being stuck."""

            def wait(error: Exception, seconds: float) -> None:
                pulse.beat()
                logger.warning("beat waits for the broker (%s)", type(error).__name__)

            return self.connection.ensure_connection(wait, interval_start=1, interval_step=1, interval_max=4)

    Beat(app=app, scheduler_cls=cast(Any, BeatingScheduler), max_interval=BEAT_SECONDS, quiet=True).run()


def _beat_in_background(pulse: Pulse, *, is_well: Callable[[], bool]) -> None:
    def beat() -> None:
        while True:
            if is_well():
                pulse.beat()
            time.sleep(BEAT_SECONDS)

    threading.Thread(target=beat, name="pulse", daemon=True).start()
