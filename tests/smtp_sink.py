"""A mail server for tests, in a process of its own, that behaves as badly as it is told to.

    sink = start_sink()
    sink.behave("451")            # or a name from BEHAVIOURS; holds for what begins after it
    sink.mails()                  # what was taken with 250, or might have been: [Mail(message_id, recipient)]

Every mail whose content arrived in full is noted before the answer is sent: what was noted may have been delivered.
"""

import asyncio
import json
import os
import smtplib
import sys
import tempfile
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.environment import ROOT
from tests.servers import Server, free_port

SLOW_SECONDS = 0.05
LOG, SENDERS, BEHAVIOUR, CONTENTS = "mails.jsonl", "senders", "behaviour", "contents"
# "421" after the greeting, 4xx and 5xx after RCPT ("rcpt 550") or after the content ("451"), and these.
BEHAVIOURS = (
    "well",
    "slow",
    "busy at once",
    "hang at once",
    "hang at data",
    "hang after content",
    "drop before content",
    "drop after content",
)


@dataclass(frozen=True)
class Mail:
    message_id: str
    recipient: str


@dataclass(frozen=True)
class Sink:
    server: Server
    port: int

    @property
    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"smtp://127.0.0.1:{self.port}"

    def behave(self, behaviour: str) -> None:
        temporary = self.server.folder / f"{BEHAVIOUR}.new"
        temporary.write_text(behaviour)
        temporary.replace(self.server.folder / BEHAVIOUR)

    def mails(self) -> list[Mail]:
        path = self.server.folder / LOG
        lines = path.read_text().splitlines() if path.exists() else []
        return [Mail(**json.loads(line)) for line in lines]

    def senders(self) -> list[str]:
        """Who each of `mails` was from, by its envelope."""
        path = self.server.folder / SENDERS
        return path.read_text().splitlines() if path.exists() else []

    def contents(self) -> list[Message]:
        """The mails themselves, where the sink was told to keep them."""
        files = sorted((self.server.folder / CONTENTS).iterdir(), key=lambda path: int(path.name))
        return [message_from_bytes(path.read_bytes()) for path in files]

    def forget(self) -> None:
        # Not removed: the server appends to the file that it has open.
        (self.server.folder / LOG).open("w").close()

    def stop(self) -> None:
        self.server.stop()


def start_sink(*, keeps_contents: bool = False) -> Sink:
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="clinic-smtp-", dir="/tmp"))
    if keeps_contents:
        (folder / CONTENTS).mkdir()
    server = Server(
        url=f"smtp://127.0.0.1:{port}",
        folder=folder,
        command=[sys.executable, "-m", "tests.smtp_sink", str(port)],
        answers=lambda: _answers(port),
        environment={"PYTHONPATH": str(ROOT)},
    )
    server.start()
    return Sink(server, port)


def _answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost", timeout=5):
            return True
    except (OSError, smtplib.SMTPException):
        return False


class _Handler:
    """What aiosmtpd asks at each step; an answer beginning with a code is sent as it stands."""

    def __init__(self) -> None:
        self.log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        behaviour = _behaviour()
        if behaviour.startswith("mail "):
            return f"{behaviour.removeprefix('mail ')} as told"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        behaviour = _behaviour()
        if behaviour.startswith("rcpt "):
            return f"{behaviour.removeprefix('rcpt ')} as told, {address}"
        if behaviour == "drop before content":
            _drop(server)
        if behaviour == "hang at data":
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        behaviour = _behaviour()
        if behaviour[:1] in "45":
            return f"{behaviour} as told"
        assert isinstance(envelope.content, bytes)
        self._note(envelope.content, envelope.rcpt_tos[0], sender=str(envelope.mail_from))
        if behaviour == "hang after content":
            await asyncio.Event().wait()
        if behaviour == "drop after content":
            _drop(server)
        if behaviour == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return "250 taken"

    def _note(self, content: bytes, recipient: str, *, sender: str) -> None:
        with Path(SENDERS).open("a") as file:
            file.write(f"{sender}\n")
        headers = message_from_bytes(content.partition(b"\r\n\r\n")[0])
        line = json.dumps({"message_id": headers["Message-ID"], "recipient": recipient})
        # One write of one line: also two sinks could share the file.
        os.write(self.log, f"{line}\n".encode())
        folder = Path(CONTENTS)
        if folder.exists():
            (folder / str(len(list(folder.iterdir())))).write_bytes(content)


class _Mute(asyncio.Protocol):
    """Takes the connection and never says a word."""


class _Busy(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 busy as told\r\n")
        transport.close()


def _behaviour() -> str:
    try:
        return Path(BEHAVIOUR).read_text()
    except FileNotFoundError:
        return "well"


def _drop(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()


def _connect(handler: _Handler) -> asyncio.BaseProtocol:
    behaviour = _behaviour()
    if behaviour == "hang at once":
        return _Mute()
    if behaviour == "busy at once":
        return _Busy()
    return SMTP(handler, hostname="sink.test", ident="sink", timeout=600)


async def _serve(port: int) -> None:
    handler = _Handler()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _connect(handler), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
