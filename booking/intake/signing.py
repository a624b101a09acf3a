"""Whether a clinician has signed the rulebook that decides today. Until then staff see a banner on every page."""

from datetime import date, datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from booking.models import RulebookSignature
from booking.rules.rulebook import load_rulebook
from booking.wording.times import local_date
from services import catalogue
from services.refusals import Refusal


class SignatureRefused(Refusal):
    """This signature can't be recorded. `str()` is a sentence for staff."""


def current_signature() -> RulebookSignature | None:
    """The signature under the rulebook in force, if there is one."""
    return RulebookSignature.objects.filter(rulebook_version=load_rulebook().version).first()


def record_signature(
    *, clinician_name: str, registration: str, signed_date: date, by: User, now: datetime
) -> RulebookSignature:
    """Record that a clinician has signed the version in force; signing it twice keeps the first.

    Raises SignatureRefused for a day that is still to come.
    """
    if signed_date > local_date(now, catalogue.home_zone()):
        raise SignatureRefused(_("The date of the signature is still to come. Correct it."))
    signature, _is_new = RulebookSignature.objects.get_or_create(
        rulebook_version=load_rulebook().version,
        defaults={
            "clinician_name": clinician_name,
            "registration": registration,
            "signed_date": signed_date,
            "recorded_by": by,
            "recorded_at": now,
        },
    )
    return signature
