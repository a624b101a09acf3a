"""A place where mails can go is one record, and all of it: whoever adds one by half reads here what is missing.

What each scheme is read as is in test_environment.py.
"""

from collections.abc import Mapping
from types import SimpleNamespace

import pytest
from django.utils.module_loading import import_string

from clinic.running.mail_url import SCHEMES, SMTP, Scheme, as_lines, describe_landing, read_mail_url


def find_gaps(schemes: Mapping[str, Scheme]) -> list[str]:
    """What is missing, in words."""
    gaps = []
    for name, scheme in schemes.items():
        faults: list[str] = []
        read = read_mail_url(scheme.example, faults)
        if not scheme.example.startswith(f"{name}://") or faults:
            gaps.append(f"{name}: its example is not read")
        elif read["EMAIL_BACKEND"] != scheme.backend:
            gaps.append(f"{name}: its example is read as {read['EMAIL_BACKEND']}")
        gaps += [f"{name}: nothing says what it is" for said in (scheme.says, scheme.lands) if not said]
        try:
            import_string(scheme.backend)
        except ImportError:
            gaps.append(f"{name}: no backend {scheme.backend}")
    return gaps


def test_every_scheme_is_complete() -> None:
    assert find_gaps(SCHEMES) == []


def test_a_scheme_that_was_added_by_half_is_named() -> None:
    here = "booking.messages.file_backend."
    half = Scheme(example="pigeon://loft", says="by pigeon", lands="", backend=f"{here}Pigeon")
    other = Scheme(example="filemail:///mail", says="files", lands="files", backend=SMTP)

    assert find_gaps({"pigeon": half, "filemail": other}) == [
        "pigeon: its example is not read",
        "pigeon: nothing says what it is",
        f"pigeon: no backend {here}Pigeon",
        f"filemail: its example is read as {here}EmailBackend",
    ]


def test_the_example_of_each_stands_in_a_line_of_its_own() -> None:
    assert [line.split()[0] for line in as_lines().splitlines()] == [one.example for one in SCHEMES.values()]


@pytest.mark.parametrize(
    ("url", "lands"),
    [
        ("smtps://mail.example", "sent through mail.example"),
        ("filemail:///srv/mail", "files in /srv/mail"),
        ("consolemail://", "printed here"),
    ],
)
def test_whoever_starts_the_clinic_reads_where_mails_land(url: str, lands: str) -> None:
    settings = SimpleNamespace(**({"EMAIL_HOST": "", "EMAIL_FILE_PATH": None} | read_mail_url(url, [])))

    assert describe_landing(settings) == lands
