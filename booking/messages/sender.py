"""Who the clinic's mails are from: what MAIL_FROM says, else the contact address of the clinic's policy.

Never a guess from the host name: a server takes only the addresses that the clinic may send from.
"""

from dataclasses import dataclass
from email.utils import quote

from django.conf import settings

from booking.messages.plain import one_line
from services.models import ClinicPolicy

# The demo's mails reach nobody, so it may do without.
DEMO_ADDRESS = "clinic@localhost"


@dataclass(frozen=True)
class Sender:
    """`address` is the envelope's and the header's alike, and whom a calendar names as the organiser."""

    name: str
    address: str

    def __str__(self) -> str:
        """As a From header. The name is in quotes and not encoded yet: Django does that."""
        return f'"{quote(self.name)}" <{self.address}>' if self.name else self.address


def find_sender(*, policy: ClinicPolicy) -> Sender | None:
    """None where the clinic has said neither: then no mail can go out, and staff are told."""
    address = settings.MAIL_FROM.address or policy.contact_email or (DEMO_ADDRESS if settings.IS_DEMO else "")
    name = settings.MAIL_FROM.name or one_line(policy.clinic_name)
    return Sender(name, address) if address else None
