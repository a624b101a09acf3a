import errno

import pytest

from clinic.running.demo_secrets import folder_fault


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, "the disk of DATA_DIR is full"),
        (errno.EFBIG, "the disk of DATA_DIR is full"),
        (errno.EROFS, "DATA_DIR can't be written"),
        (errno.EACCES, "DATA_DIR can't be written"),
        (errno.ENOTDIR, "DATA_DIR can't be made"),
    ],
)
def test_why_nothing_can_be_kept_in_the_folder_is_told(number: int, fault: str) -> None:
    assert folder_fault(OSError(number, "")) == fault
