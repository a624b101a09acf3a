"""Reads the environment into values and a list of faults. Knows nothing of Django's settings and never raises.

Settings have to import with an empty environment (`triage`, `rulebook`, `help` run without one), so a bad value is
replaced by a harmless one here and named in `faults`; whoever is about to touch data asks for the faults first
(`clinic.running.checks.require_configuration`). A fault never repeats a value: half of them are secrets.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from booking.networks import MOST_PROXIES, BadProxies, parse_address, parse_proxies
from clinic.running.database_url import DUMMY_DATABASE, read_database_url
from clinic.running.demo_secrets import folder_fault, load_demo_secrets
from clinic.running.listening import LOOPBACK, Place, own_address, read_place
from clinic.running.mail_url import read_mail_url
from clinic.running.mailbox import Mailbox, read_mailbox
from clinic.running.url_parts import MUST_BE_ENCODED, is_cut_by_a_sign, split_url
from clinic.running.variables import make_secrets, read_variables

BASE_DIR = Path(__file__).resolve().parents[2]

MODES = ("production", "demo")
LOG_FORMATS = ("plain", "json")
REDIS_SCHEMES = ("redis", "rediss")
PLACEHOLDER_MARKS = ("change-me", "changeme", "django-insecure", "example", "not-configured")
LEAST_SECRET_LENGTH = 32
DEMO_SECRETS = "demo-secrets.json"
LOCAL_NAMES = (".local", ".lan", ".internal", ".home.arpa")


@dataclass(frozen=True, kw_only=True)
class Environment:
    mode: str
    data_dir: Path
    place: Place
    site_url: str
    allowed_hosts: list[str]
    trusted_proxies: int | str
    secret_key: str = field(repr=False)
    link_key: str = field(repr=False)
    health_data_keys: list[str] = field(repr=False)
    database: dict[str, Any] = field(repr=False)
    redis_url: str = field(repr=False)
    email: dict[str, Any] = field(repr=False)
    mail_from: Mailbox
    log_format: str
    metrics_token: str = field(repr=False)
    faults: tuple[str, ...]

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def is_https(self) -> bool:
        return self.site_url.startswith("https://")

    @property
    def site_host(self) -> str:
        return urlsplit(self.site_url).hostname or ""


def read_environment(*, variables: Mapping[str, str]) -> Environment:
    """Side effect in demo mode only: the demo's secrets are made in DATA_DIR on first use (mode 0600)."""
    faults: list[str] = []
    values = read_variables(variables)
    mode = _read_mode(values, faults)
    data_dir = Path(values["DATA_DIR"] or BASE_DIR / "var").absolute()
    place = read_place(variables=values, faults=faults)
    if mode == "demo":
        given = {name: value for name, value in values.items() if value}
        values |= _demo_defaults(data_dir=data_dir, place=place, faults=faults) | given
    site_url = _read_site_url(values, faults, mode=mode, place=place)
    _refuse_equal_keys(values, faults)
    return Environment(
        mode=mode,
        data_dir=data_dir,
        place=place,
        site_url=site_url,
        allowed_hosts=_read_allowed_hosts(values, faults, mode=mode, place=place, site_url=site_url),
        trusted_proxies=_read_trusted_proxies(values, faults, site_url=site_url),
        secret_key=_read_secret(values, faults, name="SECRET_KEY"),
        link_key=_read_secret(values, faults, name="LINK_KEY"),
        health_data_keys=_read_health_data_keys(values, faults),
        redis_url=_read_redis_url(values, faults),
        email=read_mail_url(values["EMAIL_URL"], faults),
        mail_from=read_mailbox(values["MAIL_FROM"], faults),
        log_format=_read_log_format(values, faults),
        metrics_token=_read_metrics_token(values, faults),
        # Last, because one fault anywhere closes the database.
        database=_read_database(values, faults, data_dir=data_dir),
        faults=tuple(faults),
    )


def is_loopback(*, host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _may_show_demo(*, host: str, place: Place) -> bool:
    """On this machine; and on the network around it when BIND opens it to that."""
    if is_loopback(host=host) or place.bind.is_loopback:
        return is_loopback(host=host)
    address = parse_address(host)
    if address is None:
        return "." not in host or host.endswith(LOCAL_NAMES)
    return not address.is_global


def _demo_limit(place: Place) -> str:
    if place.bind.is_loopback:
        return "another machine, and the demo only runs on this one (CLINIC_MODE=demo)"
    return "a place on the internet, and the demo is only for the network around this machine (CLINIC_MODE=demo)"


def _read_mode(values: Mapping[str, str], faults: list[str]) -> str:
    mode = values["CLINIC_MODE"] or "production"
    if mode in MODES:
        return mode
    faults.append("CLINIC_MODE must be production or demo")
    return "production"


def _read_site_url(values: Mapping[str, str], faults: list[str], *, mode: str, place: Place) -> str:
    """Empty when there is none to rely on."""
    text = values["SITE_URL"].rstrip("/")
    if not text:
        faults.append("SITE_URL is not set")
        return ""
    parts = split_url(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        faults.append("SITE_URL must be an address like https://clinic.example")
        return ""
    if mode == "demo" and not _may_show_demo(host=parts.hostname, place=place):
        faults.append(f"SITE_URL names {_demo_limit(place)}")
        return ""
    if mode == "production" and parts.scheme == "http" and not is_loopback(host=parts.hostname):
        faults.append("SITE_URL must start with https:// in production")
    if parts.path or parts.query or parts.fragment or parts.username:
        faults.append("SITE_URL must be a scheme and a host, without a path, query or user")
    return f"{parts.scheme}://{parts.netloc}"


def _read_allowed_hosts(
    values: Mapping[str, str], faults: list[str], *, mode: str, place: Place, site_url: str
) -> list[str]:
    hosts = [host.lower() for host in _split_list(values["ALLOWED_HOSTS"])]
    if not hosts:
        faults.append("ALLOWED_HOSTS is not set")
    elif "*" in hosts:
        faults.append("ALLOWED_HOSTS must name the hosts, not *")
    elif any("/" in host or ":" in host.rpartition("]")[2] for host in hosts):
        faults.append("ALLOWED_HOSTS must be host names separated by commas, without scheme or port")
    elif mode == "demo" and not all(_may_show_demo(host=host, place=place) for host in hosts):
        faults.append(f"ALLOWED_HOSTS names {_demo_limit(place)}")
    elif site_url and not _allows(hosts, urlsplit(site_url).hostname or ""):
        faults.append("ALLOWED_HOSTS lacks the host of SITE_URL")
    return hosts


def _allows(hosts: list[str], host: str) -> bool:
    return any(host == name.strip("[]") or (name.startswith(".") and f".{host}".endswith(name)) for name in hosts)


def _read_trusted_proxies(values: Mapping[str, str], faults: list[str], *, site_url: str) -> int | str:
    """How many proxies stand in front, or which, as `booking.networks.parse_proxies` reads it."""
    # The server itself speaks plain HTTP; behind an https address there is at least the proxy that ends TLS.
    https = site_url.startswith("https://")
    text = values["TRUSTED_PROXIES"] or str(int(https))
    try:
        proxies = parse_proxies(text)
    except BadProxies:
        faults.append(
            f"TRUSTED_PROXIES must be a whole number from 0 to {MOST_PROXIES}, or addresses and networks of proxies"
        )
        return int(https)
    if https and not proxies:
        faults.append("TRUSTED_PROXIES is 0, but with an https SITE_URL a proxy must stand in front")
    return int(text) if text.isdigit() else text


def _read_secret(values: Mapping[str, str], faults: list[str], *, name: str) -> str:
    text = values[name]
    if not text:
        faults.append(f"{name} is not set")
    elif any(mark in text.lower() for mark in PLACEHOLDER_MARKS):
        faults.append(f"{name} is still a placeholder")
    elif len(text) < LEAST_SECRET_LENGTH or len(set(text)) < 8:
        faults.append(f"{name} must be {LEAST_SECRET_LENGTH} or more random characters")
    else:
        return text
    # Whatever is signed with this dies with the process, and nobody can guess it.
    return secrets.token_urlsafe(48)


def _refuse_equal_keys(values: Mapping[str, str], faults: list[str]) -> None:
    if values["SECRET_KEY"] and values["SECRET_KEY"] == values["LINK_KEY"]:
        faults.append("SECRET_KEY and LINK_KEY must differ")
    health_keys = _split_list(values["HEALTH_DATA_KEYS"])
    if any(values[name] in health_keys for name in ("SECRET_KEY", "LINK_KEY")):
        faults.append("HEALTH_DATA_KEYS must differ from SECRET_KEY and LINK_KEY")


def _read_health_data_keys(values: Mapping[str, str], faults: list[str]) -> list[str]:
    keys = _split_list(values["HEALTH_DATA_KEYS"])
    if not keys:
        faults.append("HEALTH_DATA_KEYS is not set")
    elif not all(_is_fernet_key(key) for key in keys):
        faults.append("HEALTH_DATA_KEYS must be Fernet keys separated by commas (32 bytes in URL-safe base64 each)")
    elif len(set(keys)) < len(keys):
        faults.append("HEALTH_DATA_KEYS names the same key twice")
    else:
        return keys
    return []


def _is_fernet_key(text: str) -> bool:
    try:
        key = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return False
    return len(key) == 32 and len(set(key)) > 4


def _read_redis_url(values: Mapping[str, str], faults: list[str]) -> str:
    text = values["REDIS_URL"]
    if not text:
        return ""
    parts = split_url(text)
    if is_cut_by_a_sign(text):
        faults.append(f"REDIS_URL {MUST_BE_ENCODED}")
        return ""
    if parts is None or parts.scheme not in REDIS_SCHEMES or not parts.hostname:
        faults.append("REDIS_URL must be an address like redis://host:6379/0")
        return ""
    return text


def _read_log_format(values: Mapping[str, str], faults: list[str]) -> str:
    name = values["LOG_FORMAT"] or "plain"
    if name in LOG_FORMATS:
        return name
    faults.append("LOG_FORMAT must be plain or json")
    return "plain"


def _read_metrics_token(values: Mapping[str, str], faults: list[str]) -> str:
    """Empty: only this machine itself may ask for `/metrics`."""
    return _read_secret(values, faults, name="METRICS_TOKEN") if values["METRICS_TOKEN"] else ""


def _read_database(values: Mapping[str, str], faults: list[str], *, data_dir: Path) -> dict[str, Any]:
    """The `default` entry of DATABASES; a backend that refuses every query when anything at all is at fault."""
    text = values["DATABASE_URL"] or f"sqlite:///{quote(str(data_dir / 'clinic.sqlite3'))}"
    database = read_database_url(text, faults, relative_to=BASE_DIR)
    return DUMMY_DATABASE if faults else database


def _split_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _demo_defaults(*, data_dir: Path, place: Place, faults: list[str]) -> dict[str, str]:
    host = own_address(place=place)
    if place.bind.is_unspecified and not _may_show_demo(host=host, place=place):
        host = LOOPBACK
    addresses = {
        "SITE_URL": f"http://{host}:{place.port}",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys([host, "127.0.0.1", "localhost", "[::1]"])),
        "EMAIL_URL": f"filemail://{quote(str(data_dir / 'mail'))}",
    }
    fault = ""
    try:
        return addresses | load_demo_secrets(path=data_dir / DEMO_SECRETS)
    except ValueError:
        fault = (
            f"{DEMO_SECRETS} in DATA_DIR can't be read; put a copy of it back, or delete the folder for a fresh demo"
        )
    except OSError as error:
        fault = folder_fault(error)
    faults.append(fault)
    # So that this is the only fault; nothing is ever read or signed with these.
    return addresses | make_secrets()
