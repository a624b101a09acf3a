"""Where mails go: what EMAIL_URL may say, one record for each scheme."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import environ

from clinic.running.url_parts import MUST_BE_ENCODED, is_cut_by_a_sign, split_url

SMTP = "django.core.mail.backends.smtp.EmailBackend"
NONE = {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """`example` and `says` stand in `.env.example`. `lands` is what `up` says, with Django's settings in it.

    `parsed_as`: the scheme that django-environ knows for the same, and `port`: the one where none is given; of servers.
    """

    example: str
    says: str
    lands: str
    backend: str
    parsed_as: str = ""
    port: int = 0


def _server(example: str, says: str, *, parsed_as: str, port: int) -> Scheme:
    lands = "sent through {EMAIL_HOST}"
    return Scheme(example=example, says=says, lands=lands, backend=SMTP, parsed_as=parsed_as, port=port)


SCHEMES: Mapping[str, Scheme] = {
    "smtp+tls": _server("smtp+tls://user:password@mail.example:587", "STARTTLS", parsed_as="smtp+tls", port=587),
    # Elsewhere smtps means TLS from the first byte (RFC 8314); django-environ reads it as STARTTLS.
    "smtps": _server(
        "smtps://user:password@mail.example:465", "TLS from the first byte", parsed_as="smtp+ssl", port=465
    ),
    "smtp+ssl": _server("smtp+ssl://user:password@mail.example:465", "the same", parsed_as="smtp+ssl", port=465),
    "smtp": _server("smtp://127.0.0.1:25", "without TLS, to a relay on this machine", parsed_as="smtp", port=25),
    "filemail": Scheme(
        example="filemail:///srv/clinic/mail",
        says="files in a folder",
        lands="files in {EMAIL_FILE_PATH}",
        backend="booking.messages.file_backend.EmailBackend",
    ),
    "consolemail": Scheme(
        example="consolemail://",
        says="printed; not for real clients",
        lands="printed here",
        backend="django.core.mail.backends.console.EmailBackend",
    ),
}


def read_mail_url(text: str, faults: list[str]) -> dict[str, Any]:
    """Django's EMAIL_* settings. Unset counts as a fault: a clinic whose mails go nowhere must not start."""
    if not text:
        faults.append("EMAIL_URL is not set")
        return NONE
    parts = split_url(text)
    scheme = SCHEMES.get(parts.scheme if parts else text.partition("://")[0])
    if scheme and scheme.port and is_cut_by_a_sign(text):
        faults.append(f"EMAIL_URL {MUST_BE_ENCODED}")
        return NONE
    if parts and scheme and scheme.port and parts.hostname:
        return _server_settings(scheme, rest=text.partition("://")[2])
    if parts and parts.scheme == "filemail" and scheme and parts.path.strip("/") and not parts.netloc:
        return {"EMAIL_BACKEND": scheme.backend, "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts and parts.scheme == "consolemail" and scheme:
        return {"EMAIL_BACKEND": scheme.backend}
    faults.append("EMAIL_URL must be like smtp+tls://user:password@host:587, smtps://host or filemail:///folder")
    return NONE


def describe_landing(settings: Any) -> str:
    """Where mails go by these Django settings, in words for whoever has started the clinic."""
    lands = next(one.lands for one in SCHEMES.values() if one.backend == settings.EMAIL_BACKEND)
    return lands.format(EMAIL_HOST=settings.EMAIL_HOST, EMAIL_FILE_PATH=settings.EMAIL_FILE_PATH)


def as_lines() -> str:
    """The schemes in columns, for `.env.example`."""
    width = max(len(one.example) for one in SCHEMES.values()) + 3
    return "\n".join(f"  {one.example:<{width}}{one.says}" for one in SCHEMES.values())


def _server_settings(scheme: Scheme, *, rest: str) -> dict[str, Any]:
    config: dict[str, Any] = dict(environ.Env.email_url_config(f"{scheme.parsed_as}://{rest}"))
    found = {name: value for name, value in config.items() if value is not None and name != "EMAIL_FILE_PATH"}
    return found | {"EMAIL_PORT": config.get("EMAIL_PORT") or scheme.port}
