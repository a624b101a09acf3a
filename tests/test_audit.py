"""`make audit` and the page of licences: true of what is locked, and able to find what is wrong."""

from pathlib import Path

import pytest

from tests.audit import LOCKS, find_lock_faults, find_unused

HASH = "--hash=sha256:" + 64 * "0"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"django==1.0 \\\n    {HASH}", "django is locked at 1.0"),
        ("some-package==1.0", "some-package has no hash"),
        (f"--index-url https://host.example/simple\nsome-package==1.0 \\\n    {HASH}", "names an address"),
    ],
)
def test_a_fault_in_a_lock_is_found(line: str, fault: str, tmp_path: Path) -> None:
    for name in LOCKS:
        (tmp_path / name).write_text(f"{line}\n")

    faults = find_lock_faults(root=tmp_path)

    assert [fault in said for said in faults] == [True, True]


def test_a_package_that_nothing_uses_is_found(tmp_path: Path) -> None:
    (tmp_path / "requirements.in").write_text("cryptography\nPyYAML\n")

    assert find_unused(root=tmp_path) == ["requirements.in: nothing uses PyYAML."]


def test_nothing_is_locked_without_a_hash_or_with_an_address() -> None:
    assert [fault for fault in find_lock_faults() if "installed" not in fault] == []
