"""Keeps a few programs running: each is started again when it dies or hangs, and all end together.

A program is a function that runs in a fork of this process, which has everything loaded: it is back in a blink, even on
a busy machine, and shares its memory. It shows that it lives by a byte in a pipe (`Pulse.beat`); neither disk nor
database nor a stranger's request lies between. Not a process manager: no ranks, no configuration, no commands.
"""

import gc
import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from clinic.running.forks import (
    describe_end,
    die_with_parent,
    flush,
    kill_group,
    name_process,
    open_pipe,
    signals_as_bytes,
)

logger = logging.getLogger(__name__)

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
WATCHED_SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}
# Seconds.
HUNG_AFTER = 15.0  # without a beat
SHORT_LIFE = 10.0  # whoever dies younger waits before the next start, longer each time
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 4.0  # a fork costs little, and nobody is away for more than five seconds
PATIENCE = 60.0  # when all end; longer than a sweep of mails that is in the middle
LONGEST_WAIT = 1.0


class Pulse:
    """A program's end of the pipe."""

    def __init__(self, *, handle: int) -> None:
        self._handle = handle

    def beat(self) -> None:
        """Ends the process where nobody listens any more: what kept it running is gone."""
        try:
            os.write(self._handle, b".")
        except BlockingIOError:
            pass  # full of beats that nobody has read yet
        except BrokenPipeError:
            os._exit(1)


@dataclass(frozen=True, kw_only=True)
class Program:
    """`run` has to beat at least every few seconds, and to end in good order on SIGTERM."""

    name: str  # of 8 characters at most, for `ps`
    run: Callable[[Pulse], None]
    takes_connections: bool = False
    is_needed_by_others: bool = False  # and so ends last


@dataclass(kw_only=True)
class _Running:
    program: Program
    pid: int
    pipe: int
    started_at: float
    seen_at: float


class Keeper:
    """Starts the programs, keeps them running, and ends them. Times are by the monotonic clock."""

    def __init__(self, *, programs: list[Program], listener: socket.socket) -> None:
        self._programs = programs
        self._listener = listener
        self._running: dict[str, _Running] = {}
        self._next_start_at = {program.name: 0.0 for program in programs}
        self._pauses = {program.name: FIRST_PAUSE for program in programs}
        self._selector = selectors.DefaultSelector()
        self._stop_signals = 0
        self._looked_at = time.monotonic()

    def keep_running(self) -> None:
        """Blocks until a stop signal arrives and everything has ended."""
        gc.collect()
        gc.freeze()  # what is there now stays shared with the forks
        with signals_as_bytes(WATCHED_SIGNALS) as signals:
            self._selector.register(signals, selectors.EVENT_READ)
            try:
                while not self._stop_signals:
                    self._start_what_is_due()
                    self._wait()
                    self._bury_the_dead()
                    self._kill_the_hung()
            finally:
                self._end_all()

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for program in self._programs:
            if program.name in self._running or self._next_start_at[program.name] > now:
                continue
            try:
                self._start(program)
            except OSError as error:
                # Too many processes or files, or no memory: for now.
                self._next_start_at[program.name] = now + self._next_pause(program.name)
                logger.warning("%s can't be started (%s)", program.name, os.strerror(error.errno or 0))

    def _start(self, program: Program) -> None:
        reading, writing = open_pipe()
        parent = os.getpid()
        flush()
        # A signal between fork and the first line of the fork would otherwise be taken for one of ours.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED_SIGNALS)
        try:
            pid = os.fork()
        except OSError:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(reading)
            os.close(writing)
            raise
        if pid == 0:
            os.close(reading)
            self._become(program, pulse=Pulse(handle=writing), parent=parent, signal_mask=before)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writing)
        now = time.monotonic()
        self._running[program.name] = _Running(program=program, pid=pid, pipe=reading, started_at=now, seen_at=now)
        self._selector.register(reading, selectors.EVENT_READ, program.name)

    def _become(self, program: Program, *, pulse: Pulse, parent: int, signal_mask: Iterable[int]) -> NoReturn:
        """What the fork does, to its end."""
        status = 1
        try:
            # A session of its own: Ctrl+C reaches the parent only, which then ends all in good order.
            os.setsid()
            die_with_parent(parent=parent, signal_mask=signal_mask, how=signal.SIGKILL)()
            name_process(f"clinic-{program.name}")
            self._let_go(keeps_listener=program.takes_connections)
            pulse.beat()
            program.run(pulse)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            logger.exception("%s ended by an error", program.name)
        finally:
            flush()
            os._exit(status)

    def _let_go(self, *, keeps_listener: bool) -> None:
        """Closes what is the parent's. A listener that is open anywhere would keep newcomers waiting after the end."""
        signal.set_wakeup_fd(-1)
        for number in WATCHED_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        for key in list(self._selector.get_map().values()):
            os.close(key.fd)
        self._selector.close()
        if not keeps_listener:
            self._listener.close()

    def _wait(self) -> None:
        for key, _ in self._selector.select(timeout=LONGEST_WAIT):
            name = key.data
            got = os.read(key.fd, 4096)
            if name is None:
                self._stop_signals += sum(number in STOP_SIGNALS for number in got)
            elif got:
                self._running[name].seen_at = time.monotonic()
            else:
                # It has closed its end, and will be found dead.
                self._selector.unregister(key.fd)

    def _bury_the_dead(self) -> None:
        for running in list(self._running.values()):
            pid, status = os.waitpid(running.pid, os.WNOHANG)
            if pid:
                self._bury(running, status=status)

    def _bury(self, running: _Running, *, status: int) -> None:
        name = running.program.name
        with suppress(KeyError):
            self._selector.unregister(running.pipe)
        os.close(running.pipe)
        del self._running[name]
        kill_group(running.pid)  # also what it left behind
        if self._stop_signals:
            return
        now = time.monotonic()
        pause = 0.0
        if now - running.started_at < SHORT_LIFE:
            pause = self._next_pause(name)
        else:
            self._pauses[name] = FIRST_PAUSE
        self._next_start_at[name] = now + pause
        when = f"in {pause:g} s" if pause else "now"
        logger.warning("%s ended %s; it starts again %s", name, describe_end(status), when)

    def _next_pause(self, name: str) -> float:
        pause = self._pauses[name]
        self._pauses[name] = min(2 * pause, LONGEST_PAUSE)
        return pause

    def _kill_the_hung(self) -> None:
        now = time.monotonic()
        # Time in which this process stood still as well (a machine put to sleep) is held against nobody.
        own_pause = max(now - self._looked_at - 2 * LONGEST_WAIT, 0.0)
        self._looked_at = now
        for running in self._running.values():
            running.seen_at += own_pause
            if now - running.seen_at > HUNG_AFTER:
                logger.warning("%s has not moved for %d s", running.program.name, now - running.seen_at)
                running.seen_at = now
                kill_group(running.pid)

    def _end_all(self) -> None:
        """The broker goes when nobody needs it any more. Whoever does not end in time, or at a second signal, is killed."""
        self._listener.close()
        for is_last in (False, True):
            ending = [one for one in self._running.values() if one.program.is_needed_by_others == is_last]
            for running in ending:
                os.kill(running.pid, signal.SIGTERM)
            ends_at = time.monotonic() + PATIENCE
            while any(one.program.name in self._running for one in ending):
                if time.monotonic() > ends_at or self._stop_signals > 1:
                    for one in ending:
                        kill_group(one.pid)
                self._wait()
                self._bury_the_dead()
                self._kill_the_hung()
