"""The demo's own secrets: made in DATA_DIR on first use, and kept there."""

import errno
import json
import os
import tempfile
from pathlib import Path

from clinic.running.variables import SECRETS, make_secrets


def load_demo_secrets(*, path: Path) -> dict[str, str]:
    """Raises ValueError where the file is there and can't be used. Never thrown away: without its keys answers are lost."""
    if not os.path.lexists(path):
        _make(path=path)
    try:
        kept = json.loads(path.read_text()) if path.is_file() else None
    except (OSError, RecursionError) as error:
        raise ValueError from error
    if not isinstance(kept, dict) or not all(isinstance(kept.get(name), str) for name in SECRETS):
        raise ValueError
    return {name: kept[name] for name in SECRETS}


def _make(*, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes 0600; link() refuses to replace, so of two processes that start at once the first one's keys stay.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(make_secrets(), file)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def folder_fault(error: OSError) -> str:
    """What to say of a DATA_DIR in which nothing can be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk of DATA_DIR is full"
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return "DATA_DIR can't be made"
    return "DATA_DIR can't be written"
