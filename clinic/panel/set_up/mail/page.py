"""What the page about mail shows."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.messages.sender import find_sender
from booking.messages.trial import find_trials
from booking.models import Message
from booking.pages.layout import PressForm
from booking.wording.times import format_moment
from clinic.panel.home import home_wall
from services.models import ClinicPolicy


@dataclass(frozen=True)
class MailSetUpPage:
    """`leaves`: how mail goes out, never with a password. `sender` is empty where nobody has said from whom.

    `waits`: the last test is on its way, and the page looks again by itself. `lands`: a page that shows the mails of
    the demo; empty elsewhere.
    """

    leaves: str
    sender: str
    answer: str
    is_done: bool
    waits: bool
    press: PressForm
    lands: str


def load_mail_page(policy: ClinicPolicy) -> MailSetUpPage:
    trials = find_trials(policy=policy)
    last, sender = next(iter(trials), None), find_sender(policy=policy)
    is_done = any(one.state == Message.State.SENT for one in trials)
    return MailSetUpPage(
        leaves=say_leaving(),
        sender=str(sender) if sender else "",
        answer=_say(last) if last else _("No test has gone out yet."),
        is_done=is_done,
        waits=last is not None and last.state in Message.ON_THE_WAY,
        press=PressForm(
            label=_("Send me a test"), action=reverse("panel:set_up_mail"), style="quiet" if is_done else "primary"
        ),
        lands=reverse("demo_mails") if settings.IS_DEMO else "",
    )


def say_leaving() -> str:
    """In words, as `up` says it when it starts."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return _("Email leaves by %(server)s.") % {"server": settings.EMAIL_HOST}
    if settings.EMAIL_FILE_PATH:
        return _("Emails are not sent, but kept as files.")
    return _("Emails are not sent: they are only printed.")


def _say(last: Message) -> str:
    words = {"email": last.recipient, "when": format_moment(last.sent_at or last.created_at, home_wall())}
    if last.state == Message.State.SENT:
        return _("The test to %(email)s went out: %(when)s.") % words
    if last.state in Message.ON_THE_WAY:
        return _("The test to %(email)s is on its way.") % words
    reason = _(last.reason) if last.reason else _("Nobody knows whether it went out.")
    return _("The test to %(email)s did not go out. %(reason)s") % (words | {"reason": reason})
