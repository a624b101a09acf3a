"""Every variable that the clinic reads from the environment: one record each, and all of it.

Reading (`environment.py`, `listening.py`), `.env.example` and `manage.py make_env` go by this table; tests keep them
equal. What a clinic changes by itself is a field of its policy instead.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clinic.running import mail_url

HEAD = """\
Every setting that the clinic reads from the environment. What a clinic changes by itself (notice, horizon, reminders,
currency ...) is in its policy instead, in the back office.

The demo (`make run`) needs none of this. For production copy the file to .env, fill it in, keep it readable for its
owner only, and load it before each command (a shell: `set -a; . ./.env; set +a`; systemd: `EnvironmentFile=`).
A missing, left-over or contradictory value stops web, worker and commands with a sentence that says which.
"""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """`says` stands above it in `.env.example`, `value` after its name there; with `is_optional` commented out.

    `make`: a secret, and how a fresh one is made, for the demo and by `make_env`.
    """

    name: str
    says: str
    value: str = ""
    is_optional: bool = False
    make: Callable[[], str] | None = None


def _make_token() -> str:
    return secrets.token_urlsafe(48)


def _make_fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="CLINIC_MODE",
        says="""\
production (the default) or demo. The demo makes its own secrets and answers this machine only, unless BIND says more.""",
        value="production",
    ),
    Setting(
        name="SITE_URL",
        says="The address that people type; links in mails start with it. https in production.",
        value="https://clinic.example",
    ),
    Setting(
        name="ALLOWED_HOSTS",
        says="Host names that are answered, separated by commas. The host of SITE_URL is one of them.",
        value="clinic.example",
    ),
    Setting(
        name="TRUSTED_PROXIES",
        says="""\
Your proxies in front, which append to X-Forwarded-For and set X-Forwarded-Proto: how many, all of them on this machine
or in your own network, or their addresses and networks (like 10.0.3.0/24, 2001:db8::7). With https 1 unless said
otherwise: the server itself speaks plain HTTP. What anybody else says in these headers is not believed.""",
        value="1",
    ),
    Setting(
        name="SECRET_KEY",
        says="""\
Signs sessions and forms. 32 or more random characters:
  python3 -c 'import secrets; print(secrets.token_urlsafe(48))'""",
        value="change-me",
        make=_make_token,
    ),
    Setting(
        name="LINK_KEY",
        says="""\
Signs the links in mails; another such value. Changing it makes every link that was sent useless.""",
        value="change-me-too",
        make=_make_token,
    ),
    Setting(
        name="HEALTH_DATA_KEYS",
        says="""\
Encrypts health answers. Fernet keys separated by commas: the first encrypts, all decrypt. To change keys put the new
one first and keep the old. WITHOUT THESE KEYS THE ANSWERS ARE LOST: keep a copy away from the database.
  python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'""",
        value="change-me",
        make=_make_fernet_key,
    ),
    Setting(
        name="EMAIL_URL",
        says=f"Where mails go:\n{mail_url.as_lines()}",
        value="smtp+tls://user:password@mail.example:587",
    ),
    Setting(
        name="MAIL_FROM",
        says="""\
Who the mails are from, with or without a name; the server above has to accept it as a sender. Unset: the contact
email of the clinic's policy. Answers go to the contact email either way.
  `manage.py send_test_mail you@example.org` says what the server makes of it.""",
        value='"The Clinic <hello@clinic.example>"',
        is_optional=True,
    ),
    Setting(
        name="DATABASE_URL",
        says="""\
Unset: SQLite, the file clinic.sqlite3 in DATA_DIR. A small clinic can run on that for real.
  sqlite:////srv/clinic/clinic.sqlite3
  postgresql://user:password@127.0.0.1:5432/clinic
  postgresql://user@//var/run/postgresql/clinic      through a socket in that folder""",
        value="postgresql://user:password@127.0.0.1:5432/clinic",
        is_optional=True,
    ),
    Setting(
        name="REDIS_URL",
        says="""\
Unset: `manage.py up` starts a small Valkey of its own, on a socket in DATA_DIR. Several machines share one.""",
        value="redis://127.0.0.1:6379/0",
        is_optional=True,
    ),
    Setting(
        name="DATA_DIR",
        says="Everything that is kept outside of the database server. Unset: var/ beside manage.py.",
        value="/srv/clinic",
        is_optional=True,
    ),
    Setting(
        name="BIND",
        says="""\
Where `manage.py up` listens. Unset: 127.0.0.1, for a proxy on this machine. 0.0.0.0 is every address of this machine,
:: those of IPv6 as well. With one of these the demo, too, answers the network around it, and only that.""",
        value="127.0.0.1",
        is_optional=True,
    ),
    Setting(
        name="PORT",
        says="The port there. Unset: 8000.",
        value="8000",
        is_optional=True,
    ),
    Setting(
        name="LOG_FORMAT",
        says="How log lines look: plain (the default), or json, one object a line.",
        value="json",
        is_optional=True,
    ),
    Setting(
        name="METRICS_TOKEN",
        says="""\
Who may ask for /metrics from another machine: programs that send "Authorization: Bearer <this>". 32 or more random
characters. Unset: only this machine itself may ask, past the proxy.""",
        is_optional=True,
    ),
)
SECRETS = tuple(setting.name for setting in SETTINGS if setting.make)


def read_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """All settings, without white space around them; empty where one is not set. Nothing else can be asked for."""
    return {setting.name: variables.get(setting.name, "").strip() for setting in SETTINGS}


def make_secrets() -> dict[str, str]:
    return {setting.name: setting.make() for setting in SETTINGS if setting.make}


def as_example() -> str:
    """The file `.env.example`."""
    return "\n".join([_comment(HEAD), *(_entry(setting) for setting in SETTINGS)])


def _entry(setting: Setting) -> str:
    line = f"{'#' * setting.is_optional}{setting.name}={setting.value}\n"
    return _comment(setting.says) + line


def _comment(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
