import stat
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from clinic.audit import make_triggers
from clinic.checks import database_fault, require_database, require_static_files, unapplied_migrations
from tests.programs import demo, run_python


@pytest.mark.django_db
def test_the_shipped_settings_pass_on_this_engine(engine: str) -> None:
    make_triggers()

    require_database()

    assert (database_fault(), unapplied_migrations()) == (None, 0)


@pytest.mark.django_db
def test_an_audit_trail_without_its_triggers_stops_the_start(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        require_database()

    assert capsys.readouterr().err == (
        "The clinic can't start: the audit trail is not protected; run `manage.py migrate`.\n"
    )


OTHER_OPTIONS = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"] |= eval(sys.argv[1])
django.setup()
from clinic.checks import require_configuration, require_connection
require_configuration()
require_connection()
"""


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"transaction_mode": "DEFERRED"}, "SQLite must open its transactions IMMEDIATE"),
        (
            {"init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"},
            "SQLite runs with journal_mode=delete instead of wal; is DATA_DIR on a network drive",
        ),
        (
            {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"},
            "SQLite runs with synchronous=1 instead of 2; is DATA_DIR on a network drive",
        ),
        (
            {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF"},
            "SQLite runs with foreign_keys=0 instead of 1; is DATA_DIR on a network drive",
        ),
    ],
)
def test_sqlite_with_other_settings_is_refused(tmp_path: Path, options: dict[str, str], fault: str) -> None:
    variables = demo(folder=tmp_path, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(OTHER_OPTIONS, repr(options), variables=variables)

    assert (done.status, done.out, done.err) == (1, "", f"The clinic can't start: {fault}.\n")


def test_what_is_made_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    variables = demo(folder=folder, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(OTHER_OPTIONS, "{}", variables=variables)

    assert (done.status, done.err) == (0, "")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"data": 0o700, "demo-secrets.json": 0o600, "clinic.sqlite3": 0o600}


def test_a_server_without_collected_files_is_refused(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STATIC_ROOT = tmp_path

    with pytest.raises(SystemExit) as stopped:
        require_static_files(exit_status=4)

    assert stopped.value.code == 4
    assert capsys.readouterr().err == (
        "The clinic can't start: the static files are not collected; "
        "run `manage.py collectstatic --no-input`, or `manage.py up --migrate`.\n"
    )


def test_a_server_with_collected_files_or_none_to_collect_starts(tmp_path: Path, settings: Settings) -> None:
    require_static_files()

    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    require_static_files()
