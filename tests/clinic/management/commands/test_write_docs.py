from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from clinic.management.commands.write_docs import PAGES
from tests.environment import ROOT


def test_the_generated_files_are_as_they_would_be_written_now(settings: Any, tmp_path: Path) -> None:
    for folder in ("docs", "static"):
        (tmp_path / folder).mkdir()
    (tmp_path / "requirements.lock").write_bytes((ROOT / "requirements.lock").read_bytes())
    settings.BASE_DIR, said = tmp_path, StringIO()

    call_command("write_docs", stdout=said)

    assert said.getvalue().splitlines() == [f"wrote {name}" for name in PAGES]
    assert [name for name in PAGES if (tmp_path / name).read_bytes() != (ROOT / name).read_bytes()] == []
