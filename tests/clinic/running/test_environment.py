import stat
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from clinic.running.database_url import DUMMY_DATABASE
from clinic.running.environment import BASE_DIR, is_loopback, read_environment
from clinic.running.listening import Place
from clinic.running.url_parts import MUST_BE_ENCODED
from tests.programs import KEY_ONE, KEY_TWO, production


def test_a_complete_production_environment_has_no_fault() -> None:
    found = read_environment(variables=production())

    assert found.faults == ()
    assert found.place == Place(bind=ip_address("127.0.0.1"), port=8000)
    assert (found.mode, found.trusted_proxies, found.is_https) == ("production", 1, True)
    assert (found.site_url, found.site_host) == ("https://clinic.test", "clinic.test")
    assert found.allowed_hosts == ["clinic.test", "www.clinic.test"]
    assert found.health_data_keys == [KEY_ONE, KEY_TWO]
    assert found.redis_url == ""


def test_an_empty_environment_names_everything_that_is_missing() -> None:
    found = read_environment(variables={})

    names = ["SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "LINK_KEY", "HEALTH_DATA_KEYS", "EMAIL_URL"]
    assert found.faults == tuple(f"{name} is not set" for name in names)
    assert found.mode == "production"
    assert found.data_dir == BASE_DIR / "var"


SECRET_FAULT = "must be 32 or more random characters"
FAULTS: list[tuple[dict[str, str | None], str]] = [
    ({"CLINIC_MODE": "staging"}, "CLINIC_MODE must be production or demo"),
    ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535"),
    ({"PORT": "0"}, "PORT must be a whole number from 1 to 65535"),
    ({"PORT": "65536"}, "PORT must be a whole number from 1 to 65535"),
    ({"PORT": "9" * 5000}, "PORT must be a whole number from 1 to 65535"),
    ({"PORT": "٨٠٨٠"}, "PORT must be a whole number from 1 to 65535"),
    (
        {"TRUSTED_PROXIES": "one"},
        "TRUSTED_PROXIES must be a whole number from 0 to 9, or addresses and networks of proxies",
    ),
    (
        {"TRUSTED_PROXIES": "-1"},
        "TRUSTED_PROXIES must be a whole number from 0 to 9, or addresses and networks of proxies",
    ),
    (
        {"TRUSTED_PROXIES": "0"},
        "TRUSTED_PROXIES is 0, but with an https SITE_URL a proxy must stand in front",
    ),
    ({"SITE_URL": None}, "SITE_URL is not set"),
    ({"SITE_URL": "clinic.test"}, "SITE_URL must be an address like https://clinic.example"),
    ({"SITE_URL": "ftp://clinic.test"}, "SITE_URL must be an address like https://clinic.example"),
    ({"SITE_URL": "https://"}, "SITE_URL must be an address like https://clinic.example"),
    ({"SITE_URL": "https://clinic.test:https"}, "SITE_URL must be an address like https://clinic.example"),
    ({"SITE_URL": "https://[::1"}, "SITE_URL must be an address like https://clinic.example"),
    ({"SITE_URL": "http://clinic.test"}, "SITE_URL must start with https:// in production"),
    (
        {"SITE_URL": "https://clinic.test/book"},
        "SITE_URL must be a scheme and a host, without a path, query or user",
    ),
    ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
    ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is not set"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts, not *"),
    ({"ALLOWED_HOSTS": "other.test"}, "ALLOWED_HOSTS lacks the host of SITE_URL"),
    (
        {"ALLOWED_HOSTS": "https://clinic.test"},
        "ALLOWED_HOSTS must be host names separated by commas, without scheme or port",
    ),
    (
        {"ALLOWED_HOSTS": "clinic.test:443"},
        "ALLOWED_HOSTS must be host names separated by commas, without scheme or port",
    ),
    ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
    ({"SECRET_KEY": "  "}, "SECRET_KEY is not set"),
    ({"SECRET_KEY": "change-me"}, "SECRET_KEY is still a placeholder"),
    ({"SECRET_KEY": "django-insecure-0Zk3vQm8Lr5Tn2Xc7Wb4Hd9Jf6Pg"}, "SECRET_KEY is still a placeholder"),
    ({"SECRET_KEY": "0Zk3vQm8Lr5Tn2Xc7Wb4Hd9Jf6Pg1Ss"}, f"SECRET_KEY {SECRET_FAULT}"),
    ({"SECRET_KEY": "abcabcabc" * 9}, f"SECRET_KEY {SECRET_FAULT}"),
    ({"LINK_KEY": None}, "LINK_KEY is not set"),
    ({"LINK_KEY": "change-me-too"}, "LINK_KEY is still a placeholder"),
    ({"LINK_KEY": "short"}, f"LINK_KEY {SECRET_FAULT}"),
    ({"LINK_KEY": production()["SECRET_KEY"]}, "SECRET_KEY and LINK_KEY must differ"),
    ({"LINK_KEY": KEY_ONE}, "HEALTH_DATA_KEYS must differ from SECRET_KEY and LINK_KEY"),
    ({"HEALTH_DATA_KEYS": None}, "HEALTH_DATA_KEYS is not set"),
    ({"HEALTH_DATA_KEYS": f"{KEY_ONE},{KEY_ONE}"}, "HEALTH_DATA_KEYS names the same key twice"),
    ({"EMAIL_URL": None}, "EMAIL_URL is not set"),
]
FAULTS += [
    (
        {"HEALTH_DATA_KEYS": keys},
        "HEALTH_DATA_KEYS must be Fernet keys separated by commas (32 bytes in URL-safe base64 each)",
    )
    for keys in ("change-me", KEY_ONE[:-2], f"{KEY_ONE},short", "ключ", "A" * 43 + "=", KEY_ONE + KEY_TWO)
]
FAULTS += [
    ({"EMAIL_URL": url}, "EMAIL_URL must be like smtp+tls://user:password@host:587, smtps://host or filemail:///folder")
    for url in ("mail.test", "http://mail.test", "smtp://", "smtp://mail.test:port", "filemail://", "dummymail://")
]
FAULTS += [
    ({"DATABASE_URL": url}, "DATABASE_URL must start with sqlite:// or postgresql://")
    for url in (
        "mysql://root@db/clinic",
        "x.sqlite3",
        "sqllite:///x",
    )
]
FAULTS += [
    ({"DATABASE_URL": url}, "DATABASE_URL must name a file, like sqlite:////srv/clinic/clinic.sqlite3")
    for url in ("sqlite://", "sqlite:///:memory:", "sqlite:///", "sqlite://db/clinic.sqlite3", "sqlite://:memory:")
]
FAULTS += [
    ({"DATABASE_URL": url}, "DATABASE_URL names a file with a sign that must be percent-encoded: # is %23, ? is %3F")
    for url in ("sqlite:////srv/c#1/clinic.sqlite3", "sqlite:////srv/clinic?.sqlite3")
]
FAULTS += [
    ({name: f"{scheme}://ann:{password}@host.test:1234/clinic"}, f"{name} {MUST_BE_ENCODED}")
    for name, scheme in (("DATABASE_URL", "postgresql"), ("REDIS_URL", "redis"), ("EMAIL_URL", "smtp+tls"))
    for password in ("pa#ss", "12#34", "pa/ss", "12/34", "pa?ss", "p@a#ss", "#", "pa[ss")
]
FAULTS += [
    (
        {"DATABASE_URL": url},
        "DATABASE_URL must name a database, like postgresql://user:password@host:5432/clinic",
    )
    for url in (
        "postgresql://",
        "postgresql://db.test",
        "postgresql://user:secret@db.test:5432/",
        "postgresql://db:port/clinic",
    )
]
FAULTS += [
    ({"REDIS_URL": url}, "REDIS_URL must be an address like redis://host:6379/0")
    for url in ("localhost:6379", "http://localhost", "redis://", "redis://localhost:port")
]


@pytest.mark.parametrize(("changes", "fault"), FAULTS)
def test_a_wrong_value_is_one_fault_and_closes_the_database(changes: dict[str, str | None], fault: str) -> None:
    found = read_environment(variables=production(**changes))

    assert found.faults == (fault,)
    assert found.database == DUMMY_DATABASE


@pytest.mark.parametrize(
    "changes",
    [
        {"SITE_URL": "ftp://me:hunter2@clinic.test"},
        {"SECRET_KEY": "hunter2"},
        {"LINK_KEY": "hunter2"},
        {"HEALTH_DATA_KEYS": "hunter2"},
        {"EMAIL_URL": "imap://me:hunter2@mail.test"},
        {"DATABASE_URL": "mysql://me:hunter2@db.test/clinic"},
        {"DATABASE_URL": "postgresql://me:hunter2@db.test:port/clinic"},
        {"DATABASE_URL": "postgresql://me:hun#ter2@db.test/clinic"},
        {"EMAIL_URL": "smtp://me:hun/ter2@mail.test"},
        {"REDIS_URL": "rabbit://me:hunter2@queue.test"},
    ],
)
def test_a_fault_repeats_no_value(changes: dict[str, str]) -> None:
    faults = read_environment(variables=production(**changes)).faults

    assert len(faults) == 1
    assert "hun" not in faults[0]


def test_with_a_fault_in_a_key_nothing_can_be_signed_or_read_with_what_was_given() -> None:
    found = read_environment(variables=production(SECRET_KEY="change-me", HEALTH_DATA_KEYS="change-me"))
    again = read_environment(variables=production(SECRET_KEY="change-me", HEALTH_DATA_KEYS="change-me"))

    assert found.health_data_keys == []
    assert len({found.secret_key, again.secret_key, "change-me"}) == 3


def test_several_faults_are_all_named() -> None:
    found = read_environment(variables=production(LINK_KEY=None, PORT="x", REDIS_URL="x"))

    assert found.faults == (
        "PORT must be a whole number from 1 to 65535",
        "LINK_KEY is not set",
        "REDIS_URL must be an address like redis://host:6379/0",
    )


@pytest.mark.parametrize(
    ("hosts", "site_url"),
    [
        (".clinic.test", "https://clinic.test"),
        (".clinic.test", "https://www.clinic.test"),
        ("CLINIC.TEST", "https://clinic.test:8443/"),
        ("[::1]", "http://[::1]:8000"),
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost"),
    ],
)
def test_allowed_hosts_that_hold_the_host_of_the_site(hosts: str, site_url: str) -> None:
    assert read_environment(variables=production(ALLOWED_HOSTS=hosts, SITE_URL=site_url)).faults == ()


def test_production_over_http_on_this_machine_trusts_no_proxy() -> None:
    found = read_environment(variables=production(ALLOWED_HOSTS="localhost", SITE_URL="http://localhost:8000"))

    assert (found.faults, found.trusted_proxies, found.is_https) == ((), 0, False)


SMTP = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "mail.test"}


@pytest.mark.parametrize(
    ("url", "email"),
    [
        ("smtp://mail.test", SMTP | {"EMAIL_PORT": 25}),
        ("smtp+tls://mail.test", SMTP | {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        ("smtps://mail.test", SMTP | {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        (
            "smtp+ssl://me:p%3Aw@mail.test:1465",
            SMTP | {"EMAIL_PORT": 1465, "EMAIL_USE_SSL": True, "EMAIL_HOST_USER": "me", "EMAIL_HOST_PASSWORD": "p:w"},
        ),
        ("consolemail://", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        (
            "filemail:///srv/my%20mail",
            {"EMAIL_BACKEND": "booking.messages.file_backend.EmailBackend", "EMAIL_FILE_PATH": "/srv/my mail"},
        ),
    ],
)
def test_email(url: str, email: dict[str, Any]) -> None:
    found = read_environment(variables=production(EMAIL_URL=url))

    assert found.faults == ()
    assert found.email == email


def test_the_demo_makes_its_secrets_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "my data #1"
    first = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(folder), "PORT": "8123"})
    second = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(folder), "PORT": "8123"})

    assert first == second
    assert first.faults == ()
    assert first.site_url == "http://127.0.0.1:8123"
    assert first.allowed_hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert first.email["EMAIL_FILE_PATH"] == str(folder / "mail")
    assert first.database["NAME"] == str(folder / "clinic.sqlite3")
    assert len({first.secret_key, first.link_key, *first.health_data_keys}) == 3
    assert [path.name for path in folder.iterdir()] == ["demo-secrets.json"]
    assert stat.S_IMODE((folder / "demo-secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_demo_takes_what_is_given(tmp_path: Path) -> None:
    given = production(
        CLINIC_MODE="demo", DATA_DIR=str(tmp_path), SITE_URL="http://localhost", ALLOWED_HOSTS="localhost"
    )

    found = read_environment(variables=given)

    assert found.faults == ()
    assert (found.secret_key, found.link_key) == (given["SECRET_KEY"], given["LINK_KEY"])
    assert found.health_data_keys == [KEY_ONE, KEY_TWO]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"SITE_URL": "http://clinic.test"},
            "SITE_URL names another machine, and the demo only runs on this one (CLINIC_MODE=demo)",
        ),
        (
            {"ALLOWED_HOSTS": "127.0.0.1,clinic.test"},
            "ALLOWED_HOSTS names another machine, and the demo only runs on this one (CLINIC_MODE=demo)",
        ),
    ],
)
def test_the_demo_refuses_to_be_public(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    found = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path), **changes})

    assert found.faults == (fault,)


SHOWN = "a place on the internet, and the demo is only for the network around this machine (CLINIC_MODE=demo)"


@pytest.mark.parametrize(
    ("changes", "site_url", "allowed_hosts"),
    [
        ({"BIND": "192.168.1.5"}, "http://192.168.1.5:8000", ["192.168.1.5", "127.0.0.1", "localhost", "[::1]"]),
        ({"BIND": "fd00::5"}, "http://[fd00::5]:8000", ["[fd00::5]", "127.0.0.1", "localhost", "[::1]"]),
        ({"BIND": "0.0.0.0", "SITE_URL": "http://100.64.0.9", "ALLOWED_HOSTS": "100.64.0.9"}, "http://100.64.0.9", ["100.64.0.9"]),
        ({"BIND": "0.0.0.0", "SITE_URL": "http://10.0.0.7", "ALLOWED_HOSTS": "10.0.0.7"}, "http://10.0.0.7", ["10.0.0.7"]),
        ({"BIND": "0.0.0.0", "SITE_URL": "http://desk.local", "ALLOWED_HOSTS": "desk.local,desk"}, "http://desk.local", ["desk.local", "desk"]),
        ({"BIND": "::", "SITE_URL": "http://desk:8000", "ALLOWED_HOSTS": "desk"}, "http://desk:8000", ["desk"]),
    ],
)  # fmt: skip
def test_the_demo_is_shown_on_the_network_around_it_when_told_so(
    tmp_path: Path, changes: dict[str, str], site_url: str, allowed_hosts: list[str]
) -> None:
    found = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path), **changes})

    assert (found.faults, found.site_url, found.allowed_hosts) == ((), site_url, allowed_hosts)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"SITE_URL": "http://clinic.test", "ALLOWED_HOSTS": "desk"}, (f"SITE_URL names {SHOWN}",)),
        ({"SITE_URL": "http://desk", "ALLOWED_HOSTS": "desk,8.8.8.8"}, (f"ALLOWED_HOSTS names {SHOWN}",)),
    ],
)
def test_the_demo_is_never_shown_on_the_internet(
    tmp_path: Path, changes: dict[str, str], faults: tuple[str, ...]
) -> None:
    variables = {"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path), "BIND": "0.0.0.0", **changes}

    assert read_environment(variables=variables).faults == faults


LOST_SECRETS = (
    "demo-secrets.json in DATA_DIR can't be read; put a copy of it back, or delete the folder for a fresh demo",
)


@pytest.mark.parametrize(
    "kept", [b"", b"not json", b'["SECRET_KEY"]', b'{"SECRET_KEY": 5}', b"\xff\x00" * 150, b"[" * 100_000, b"null"]
)
def test_the_demo_does_not_replace_secrets_that_it_cannot_read(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "demo-secrets.json").write_bytes(kept)

    found = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path)})

    assert found.faults == LOST_SECRETS
    assert (tmp_path / "demo-secrets.json").read_bytes() == kept


def test_a_folder_in_the_place_of_the_demos_secrets_stays(tmp_path: Path) -> None:
    (tmp_path / "demo-secrets.json").mkdir()

    found = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path)})

    assert found.faults == LOST_SECRETS
    assert (tmp_path / "demo-secrets.json").is_dir()


def test_secrets_that_were_cut_short_stay(tmp_path: Path) -> None:
    variables = {"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path)}
    read_environment(variables=variables)
    whole = (tmp_path / "demo-secrets.json").read_text()
    (tmp_path / "demo-secrets.json").write_text(whole[: len(whole) // 2])

    found = read_environment(variables=variables)

    assert found.faults == LOST_SECRETS


def test_the_demo_needs_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    found = read_environment(variables={"CLINIC_MODE": "demo", "DATA_DIR": str(tmp_path / "file")})

    assert found.faults == ("DATA_DIR can't be made",)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("clinic.test", False),
        ("localhost.clinic.test", False),
        ("127.0.0.1.clinic.test", False),
    ],
)
def test_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host=host) is expected
