"""Mails as files, for the demo: one .eml each, named by its Message-ID, so that a mail sent twice is one file."""

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from booking.messages.delivery import NotHandedOver, as_bytes

_UNFIT = re.compile(r"[^A-Za-z0-9.@_-]")


class EmailBackend(BaseEmailBackend):
    """Writes into EMAIL_FILE_PATH, which is made if need be; files are readable for their owner only."""

    def __init__(self, *, file_path: str | None = None, fail_silently: bool = False, **_: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH or ".")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises NotHandedOver; a file is either there in full or not at all."""
        try:
            if self.folder.is_file() and settings.DATA_DIR in self.folder.parents:
                # In the clinic's own folder the file belongs to nobody.
                self.folder.unlink()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for mail in email_messages:
                _write(self.folder, mail)
        except OSError as error:
            raise NotHandedOver from error
        return len(email_messages)


def _write(folder: Path, mail: EmailMessage) -> None:
    name = _UNFIT.sub("_", mail.extra_headers["Message-ID"].strip("<>"))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(as_bytes(mail))
        Path(temporary).replace(folder / f"{name}.eml")
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
