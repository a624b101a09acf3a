"""Whether a clinician has signed the rulebook that decides today, and the page about spasms.

Until then staff see a banner on every page of theirs, and clients a line on that page.
"""

from datetime import date, datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import RulebookSignature
from booking.rules.rulebook import load_rulebook
from booking.rules.spasms import load_text
from booking.wording.times import local_date
from services import catalogue
from services.refusals import Refusal


class SignatureRefused(Refusal):
    """This signature can't be recorded. `str()` is a sentence for staff."""


def current_signature() -> RulebookSignature | None:
    """The signature under the rulebook in force, if there is one."""
    return signatures_in_force().first()


def signatures_in_force() -> QuerySet[RulebookSignature]:
    """The same as a query, for who asks several things at once."""
    return RulebookSignature.objects.filter(rulebook_version=load_rulebook().version)


def signature_of_spasms() -> RulebookSignature | None:
    """Who has read the page about muscle spasms, word for word as it is now."""
    return _signature_under(load_text().version)


def _signature_under(version: str) -> RulebookSignature | None:
    return RulebookSignature.objects.filter(rulebook_version=version).first()


def record_signature(
    *, clinician_name: str, registration: str, signed_date: date, by: User, now: datetime, version: str = ""
) -> RulebookSignature:
    """Record that a clinician has signed `version`, without one the rulebook in force; signing twice keeps the first.

    Raises SignatureRefused for a day that is still to come.
    """
    if signed_date > local_date(now, catalogue.home_zone()):
        raise SignatureRefused(_("The date of the signature is still to come. Correct it."))
    signature, _is_new = RulebookSignature.objects.get_or_create(
        rulebook_version=version or load_rulebook().version,
        defaults={
            "clinician_name": clinician_name,
            "registration": registration,
            "signed_date": signed_date,
            "recorded_by": by,
            "recorded_at": now,
        },
    )
    return signature
