"""The web server: waitress, which reads whole requests in its loop, so that a slow sender never holds a thread.

What is added here: every request has to arrive in time, whoever waits longest makes room when there are too many, a
process whose threads are all busy leaves newcomers to the other one, and an end that cuts nobody off.
"""

import socket
import time
from collections.abc import Callable
from copy import copy
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, Task, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import RequestEntityTooLarge

from clinic.running.sizes import LONGEST_BODY, LONGEST_LIST, longest_body

THREADS = 4
LONGEST_HEADER = 32 * 1024  # bytes
LONGEST_ANSWER = 16 * 1024 * 1024  # bytes that wait in memory for a slow reader; past them the thread waits
MOST_CONNECTIONS = 400  # of one process
REQUEST_SECONDS = 30.0  # from the first byte of a request, or the opened connection, to the last byte
KEEP_ALIVE_SECONDS = 75.0  # longer than nginx keeps its own (60), so that it never writes to a closing one
LONGEST_REQUEST_SECONDS = 150.0  # when every thread has been at one for so long, the process is stuck
GRACE_SECONDS = 2.0  # when the server ends: for what is on its way already
LONGEST_END_SECONDS = 45.0


class Parser(HTTPRequestParser):
    """One request as it arrives."""

    adj: Adjustments

    def parse_header(self, header_plus: bytes) -> None:
        """An address that is none ("http://[::1/") is answered with 400 too, instead of a closed connection.

        How long the body may be depends on the address, and is asked next.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Bad URI") from error
        if longest_body(self.path) > self.adj.max_request_body_size:
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = longest_body(self.path)


class AnswerTask(WSGITask):
    """One answer. To HEAD it has no body: whoever asked would take it for the beginning of the next answer."""

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        if self.request.command == "HEAD":
            self.write(b"")
            self.chunked_response = False
        super().finish()

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if self.request.command == "HEAD":
            del environ["wsgi.file_wrapper"]  # files would pass by `write`
        return environ


def answer_error(channel: HTTPChannel, request: Any) -> Task:
    """Whoever sends too much gets the clinic's own page: the application is told the length, and gets no body."""
    if not isinstance(request.error, RequestEntityTooLarge):
        return ErrorTask(channel, request)
    request.body_rcv = None
    request.headers |= {"CONTENT_LENGTH": str(LONGEST_LIST + 1), "CONNECTION": "close"}
    return AnswerTask(channel, request)


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    task_class = AnswerTask
    error_task_class = staticmethod(answer_error)
    began_at: float  # when the request began that is not here completely; else when the last one was answered

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.began_at = self.creation_time

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.began_at = time.time()
        took = bool(super().received(data))
        if self.server.is_ending:
            self.say_goodbye()
        return took

    def service(self) -> None:
        super().service()
        self.server.answered_at = time.monotonic()

    @property
    def is_waiting(self) -> bool:
        """For the client, that is: no request is being answered, and no answer is on its way."""
        return not self.requests and not self.total_outbufs_len

    def waits_until(self) -> float:
        if self.request is not None or self.last_activity == self.creation_time:
            return float(self.began_at) + REQUEST_SECONDS
        return float(self.last_activity) + KEEP_ALIVE_SECONDS

    def say_goodbye(self) -> None:
        """The answer that is being made will be the last on this connection, and says so."""
        for request in list(self.requests):
            request.headers["CONNECTION"] = "close"


class Server(TcpWSGIServer):
    channel_class = Channel
    is_ending = False
    answered_at = 0.0  # by the monotonic clock; also when there was a thread to answer
    next_channel_cleanup: float = 0

    def readable(self) -> bool:
        """Whether newcomers are taken. Closes nobody: the loop asks while it gathers what it will wait for."""
        return bool(self.accepting) and len(self.active_channels) < MOST_CONNECTIONS and self._has_idle_thread()

    def maintenance(self, now: float) -> None:
        for channel in list(self.active_channels.values()):
            stalled = channel.total_outbufs_len and channel.last_activity + KEEP_ALIVE_SECONDS < now
            if (channel.is_waiting and channel.waits_until() < now) or (stalled and not channel.requests):
                channel.handle_close()

    def serve(self, *, beat: Callable[[], None]) -> None:
        """Blocks until `end`, and then until everybody has been answered.

        Calls `beat` at least once a second, unless the threads are stuck, all of them.
        """
        while not self.is_ending:
            self._turn(1.0)
            if not self._is_stuck():
                beat()
        self._refuse_newcomers()
        ends_at = time.time() + LONGEST_END_SECONDS
        # Also what was asked by somebody who has gone since is done to its end.
        while (self.active_channels or self.task_dispatcher.active_count) and time.time() < ends_at:
            self._turn(0.1)
            self._close_who_waits()
            beat()

    def end(self) -> None:
        """May be called from a signal's handler."""
        self.is_ending = True
        self.pull_trigger()

    def _turn(self, seconds: float) -> None:
        # Between two turns: within one, the number of a closed connection may already be that of a new one.
        now = time.time()
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + self.adj.cleanup_interval
            self.maintenance(now)
        if len(self.active_channels) >= MOST_CONNECTIONS:
            self._make_room()
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _has_idle_thread(self) -> bool:
        dispatcher = self.task_dispatcher
        return not dispatcher.queue and dispatcher.active_count < len(dispatcher.threads)

    def _is_stuck(self) -> bool:
        """As by a database server that was switched off in the middle of their questions."""
        now = time.monotonic()
        if self._has_idle_thread():
            self.answered_at = now
        return now - self.answered_at > LONGEST_REQUEST_SECONDS

    def _make_room(self) -> None:
        waiting = [channel for channel in self.active_channels.values() if channel.is_waiting]
        if waiting:
            min(waiting, key=Channel.waits_until).handle_close()

    def _refuse_newcomers(self) -> None:
        """Whoever is connected by now is still served."""
        before = -1
        while before != len(self.active_channels):
            before = len(self.active_channels)
            self.handle_accept()
        self.accepting = False
        self.del_channel()
        self.socket.close()
        for channel in list(self.active_channels.values()):
            channel.say_goodbye()

    def _close_who_waits(self) -> None:
        now = time.time()
        for channel in list(self.active_channels.values()):
            is_fresh = channel.request is not None or channel.last_activity == channel.creation_time
            if channel.is_waiting and not (is_fresh and now < channel.began_at + GRACE_SECONDS):
                channel.handle_close()


def make_server(*, application: Any, listener: socket.socket) -> Server:
    """Starts the threads; serves when told to."""
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(THREADS)
    settings = Adjustments(
        sockets=[listener],
        threads=THREADS,
        ident=None,
        backlog=socket.SOMAXCONN,
        cleanup_interval=1,
        max_request_header_size=LONGEST_HEADER,
        max_request_body_size=LONGEST_BODY,
        # In memory, so that a full disk stops nobody; only a long list waits on the disk, in a file without a name.
        inbuf_overflow=2 * LONGEST_BODY,
        outbuf_overflow=2 * LONGEST_ANSWER,
        outbuf_high_watermark=LONGEST_ANSWER,
        log_socket_errors=False,
        # clinic/middleware.py decides what a proxy may say.
        clear_untrusted_proxy_headers=False,
    )
    where = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Server(
        application, map={}, _sock=listener, dispatcher=dispatcher, adj=settings, sockinfo=where, bind_socket=False
    )
