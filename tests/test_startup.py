"""A wrong setting stops whatever touches data, with a sentence; what touches none runs without any setting."""

import os
import re
import sys
from pathlib import Path

import pytest

from clinic.running.checks import COMMANDS_ON_A_CLINIC, COMMANDS_WITHOUT_DATA
from tests.programs import MANAGE, demo, production, run, run_python

NOTHING_SET = (
    "The clinic can't start: SITE_URL is not set; ALLOWED_HOSTS is not set; SECRET_KEY is not set; LINK_KEY is not "
    "set; HEALTH_DATA_KEYS is not set; EMAIL_URL is not set. See .env.example.\n"
)
SERVER = (sys.executable, "-m", "waitress", "--listen=127.0.0.1:0", "clinic.wsgi:application")
WORKER = (sys.executable, "-m", "celery", "--quiet", "--app", "clinic", "worker", "--pool", "threads")
BEAT = (sys.executable, "-m", "celery", "--quiet", "--app", "clinic", "beat")


@pytest.mark.parametrize(
    "command",
    [
        (*MANAGE, "up"),
        (*MANAGE, "a_command_of_tomorrow"),
        WORKER,
        *(
            pytest.param(command, marks=pytest.mark.prove)
            for command in (
                (*MANAGE, "migrate"),
                (*MANAGE, "up", "--migrate"),
                (*MANAGE, "createsuperuser"),
                BEAT,
            )
        ),
    ],
    ids=" ".join,
)
def test_with_an_empty_environment_nothing_touches_data(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*command, variables={"DATA_DIR": str(tmp_path / "data")})

    assert (done.status, done.out, done.err) == (1, "", NOTHING_SET)
    assert not (tmp_path / "data").exists()


def test_with_an_empty_environment_the_server_ends(tmp_path: Path) -> None:
    done = run(*SERVER, variables={"DATA_DIR": str(tmp_path / "data")})

    assert done.status == 4  # what makes gunicorn, too, stop instead of starting workers for ever
    assert NOTHING_SET in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("makemigrations", "--check"),
        ("up", "--help"),
        *(pytest.param(one, marks=pytest.mark.prove) for one in ((), ("help",), ("check",), ("migrate", "--help"))),
    ],
    ids=" ".join,
)
def test_what_touches_no_data_runs_with_an_empty_environment(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*MANAGE, *command, variables={"DATA_DIR": str(tmp_path / "data")})

    assert (done.status, done.err) == (0, "")
    assert not (tmp_path / "data").exists()


def test_commands_without_data_are_named_one_by_one() -> None:
    assert {"triage", "rulebook", "help", "makemigrations"} <= COMMANDS_WITHOUT_DATA
    assert not {"migrate", "up", "seed_demo", "send_due_messages", "check_claims", "shell"} & COMMANDS_WITHOUT_DATA


UNREACHABLE = (
    "The clinic can't start: the database does not answer (OperationalError); look at DATABASE_URL and the server.\n"
)


@pytest.mark.parametrize(
    "command",
    [(*MANAGE, "up"), *(pytest.param(one, marks=pytest.mark.prove) for one in ((*MANAGE, "migrate"), WORKER))],
    ids=" ".join,
)
def test_a_database_that_does_not_answer_is_a_sentence(command: tuple[str, ...], tmp_path: Path) -> None:
    variables = production(DATABASE_URL="postgresql://ann:hunter2@127.0.0.1:1/clinic", DATA_DIR=str(tmp_path))

    done = run(*command, variables=variables)

    assert (done.status, done.out, done.err) == (1, "", UNREACHABLE)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=[pytest.mark.prove] if number % 4 else [])
        for number, command in enumerate(sorted(COMMANDS_ON_A_CLINIC))
    ],
)
def test_without_tables_there_is_a_sentence(command: str, tmp_path: Path) -> None:
    done = run(*MANAGE, command, str(tmp_path / "file"), variables=demo(folder=tmp_path))

    assert (done.status, done.out) == (1, "")
    assert re.fullmatch(r"The clinic can't start: \d+ migrations are not applied; .*\n", done.err)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = run(*MANAGE, "migrate", variables=production(DATA_DIR=str(tmp_path / "file" / "data")))

    assert (done.status, done.out) == (1, "")
    assert done.err == "The clinic can't start: DATA_DIR can't be made. See .env.example.\n"


@pytest.mark.parametrize("command", [(*MANAGE, "up"), pytest.param(WORKER, marks=pytest.mark.prove)], ids=" ".join)
def test_nothing_runs_on_unapplied_migrations(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*command, variables=demo(folder=tmp_path))

    start, _, end = done.err.partition(" migrations are ")
    assert (done.status, done.out) == (1, "")
    assert start.removeprefix("The clinic can't start: ").isdigit()
    assert end == "not applied; run `manage.py migrate`, or `manage.py up --migrate`.\n"


def test_the_server_does_not_run_on_unapplied_migrations(tmp_path: Path) -> None:
    done = run(*SERVER, variables=demo(folder=tmp_path))

    assert done.status == 4  # what makes gunicorn, too, stop instead of starting workers for ever
    assert " not applied; run `manage.py migrate`" in done.err
    assert "Traceback" not in done.err


READYZ = """
import django
django.setup()
from django.test import Client
answer = Client(headers={"host": "127.0.0.1"}).get("/readyz")
print(answer.status_code, answer.content.decode())
"""


def test_readyz_says_that_the_database_does_not_answer(tmp_path: Path) -> None:
    url = "postgresql://ann:hunter2@127.0.0.1:1/clinic"
    variables = demo(folder=tmp_path, DATABASE_URL=url, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(READYZ, variables=variables)

    assert done.out.splitlines()[-1] == (
        '503 {"status": "unavailable", "problems": ["database"], "words": ["The database does not answer."]}'
    )
    assert "hunter2" not in done.out + done.err


def test_readyz_says_that_migrations_are_missing(tmp_path: Path) -> None:
    variables = demo(folder=tmp_path, DJANGO_SETTINGS_MODULE="clinic.settings")

    done = run_python(READYZ, variables=variables)

    assert done.out.splitlines()[-1] == (
        '503 {"status": "unavailable", "problems": ["migrations"], "words": ["Migrations are not applied."]}'
    )


def test_django_s_own_checks_for_production_find_nothing() -> None:
    done = run(*MANAGE, "check", "--deploy", "--fail-level", "WARNING", variables=production())

    assert (done.status, done.out, done.err) == (0, "System check identified no issues (3 silenced).\n", "")


def test_django_s_own_checks_would_find_a_site_without_https() -> None:
    """The control: the same command has something to say where something is open."""
    address = {"SITE_URL": "http://localhost", "ALLOWED_HOSTS": "localhost"}

    done = run(*MANAGE, "check", "--deploy", "--fail-level", "WARNING", variables=production(**address))

    assert (done.status, "security.W012" in done.err) == (1, True)


PRODUCTION_SETTINGS = """
from clinic import settings
names = sorted("SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS "
    "SECURE_PROXY_SSL_HEADER SECOND_FACTOR_REQUIRED DEBUG WHITENOISE_USE_FINDERS".split())
print({name: getattr(settings, name) for name in names})
print(settings.STORAGES["staticfiles"]["BACKEND"], settings.PASSWORD_HASHERS[0], settings.CELERY_BROKER_URL)
"""


def test_production_is_closed() -> None:
    done = run_python(PRODUCTION_SETTINGS, variables=production(REDIS_URL="redis://queue.test:6379/1"))

    assert done.err == ""
    assert done.out.splitlines() == [
        (
            "{'CSRF_COOKIE_NAME': '__Host-csrftoken', 'CSRF_COOKIE_SECURE': True, 'DEBUG': False, 'SECOND_FACTOR_REQUIRED': True, 'SECURE_HSTS_SECONDS': 31536000, "
            "'SECURE_PROXY_SSL_HEADER': ('HTTP_X_FORWARDED_PROTO', 'https'), 'SECURE_SSL_REDIRECT': True, "
            "'SESSION_COOKIE_NAME': '__Host-sessionid', 'SESSION_COOKIE_SECURE': True, 'WHITENOISE_USE_FINDERS': False}"
        ),
        (
            "whitenoise.storage.CompressedManifestStaticFilesStorage "
            "django.contrib.auth.hashers.Argon2PasswordHasher redis://queue.test:6379/1"
        ),
    ]


def test_the_demo_runs_over_http() -> None:
    done = run_python(PRODUCTION_SETTINGS, variables=demo(folder=Path(os.environ["DATA_DIR"])))

    assert done.err == ""
    assert done.out.splitlines() == [
        (
            "{'CSRF_COOKIE_NAME': 'csrftoken', 'CSRF_COOKIE_SECURE': False, 'DEBUG': False, 'SECOND_FACTOR_REQUIRED': False, 'SECURE_HSTS_SECONDS': 0, "
            "'SECURE_PROXY_SSL_HEADER': None, 'SECURE_SSL_REDIRECT': False, 'SESSION_COOKIE_NAME': 'sessionid', "
            "'SESSION_COOKIE_SECURE': False, "
            "'WHITENOISE_USE_FINDERS': True}"
        ),
        (
            "django.contrib.staticfiles.storage.StaticFilesStorage "
            f"django.contrib.auth.hashers.Argon2PasswordHasher redis+socket://{os.environ['DATA_DIR']}/broker.sock"
        ),
    ]
