"""Small files of the clinic's own in DATA_DIR that can be made again at any time: what can't be read is thrown away.

Never for what holds data or keys. Written whole or not at all, also on a disk that is full.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


def read_text(path: Path) -> str | None:
    """None where there is nothing to read: no file, a folder, a pipe, or something other than text."""
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None


def write_text(path: Path, text: str) -> None:
    """Readable for its owner only. What stands in its place is thrown away. Raises OSError."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        clear_the_way(path)
        Path(unfinished).replace(path)
    except OSError:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise


def clear_the_way(path: Path) -> None:
    """A folder can't be replaced by a file, and one that stands where a file of ours belongs is not ours."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
