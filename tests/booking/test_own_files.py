import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from booking.own_files import read_text, write_text


def test_what_was_written_is_read_and_is_its_owners_alone(tmp_path: Path) -> None:
    write_text(tmp_path / "card", "kept é")

    assert read_text(tmp_path / "card") == "kept é"
    assert (tmp_path / "card").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["card"]


def make_folder(path: Path) -> None:
    (path / "inside").mkdir(parents=True)


def make_garbage(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00" * 100)


def make_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("spoil", [make_folder, make_garbage, make_dangling_link, make_pipe])
def test_what_can_not_be_read_counts_as_not_there_and_makes_room(spoil: Any, tmp_path: Path) -> None:
    spoil(tmp_path / "card")
    before = read_text(tmp_path / "card")

    write_text(tmp_path / "card", "new")

    assert (before, read_text(tmp_path / "card")) == (None, "new")
    assert [one.name for one in tmp_path.iterdir()] == ["card"]


def test_on_a_full_disk_the_file_before_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "card", "old")

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("booking.own_files.os.fdopen", refuse)
    with pytest.raises(OSError, match="No space"):
        write_text(tmp_path / "card", "new")

    assert read_text(tmp_path / "card") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["card"]
