"""The demo's post box: the mails that its clinic has written, as pages. In production these addresses do not exist."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Self

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.web.site import Page, load_site, show

SHOWN = 100


@dataclass(frozen=True)
class Mail:
    """`name` is the file's, without its ending."""

    name: str
    subject: str
    recipient: str
    date: str
    text: str
    attachments: tuple[str, ...]

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """None for anything but a mail of ours: anything may lie in that folder, or be gone in the meantime."""
        try:
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            body = mail.get_body(preferencelist=("plain",))
            read = cls(
                name=file.stem,
                subject=mail["Subject"],
                recipient=mail["To"],
                date=mail["Date"],
                text=body.get_content() if body else "",
                attachments=tuple(part.get_filename() or "" for part in mail.iter_attachments()),
            )
        except Exception:  # noqa: BLE001 - the parser trips over odd bytes in many ways, and each means the same
            return None
        return read if mail["Message-ID"] else None


@dataclass(frozen=True, kw_only=True)
class MailsPage(Page):
    mails: list[Mail]


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    mail: Mail


@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """The latest mails, the newest first."""
    read = (Mail.read(file) for file in _files())
    return show(request, "demo/mails.html", MailsPage(site=load_site(), mails=list(islice(filter(None, read), SHOWN))))


@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as its reader sees it, with links that work."""
    found = Mail.read(_find(name))
    if found is None:
        raise Http404
    return show(request, "demo/mail.html", MailPage(site=load_site(), mail=found))


@require_safe
@never_cache
def mail_file(request: HttpRequest, name: str) -> HttpResponse:
    """The mail as it was sent, for a mail program."""
    return HttpResponse(_find(name).read_bytes(), content_type="message/rfc822")


def _files() -> list[Path]:
    if not settings.EMAIL_FILE_PATH:
        return []
    found = [file for file in Path(settings.EMAIL_FILE_PATH).glob("*.eml") if file.is_file()]
    return sorted(found, key=_written_at, reverse=True)


def _written_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0


def _find(name: str) -> Path:
    """By comparison with what is there, so that no name leads elsewhere."""
    found = next((file for file in _files() if file.stem == name), None)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("", mails, name="demo_mails"),
    path("<str:name>/", mail, name="demo_mail"),
    path("<str:name>/file.eml", mail_file, name="demo_mail_file"),
]
