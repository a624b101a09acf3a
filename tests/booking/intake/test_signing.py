from datetime import timedelta

import pytest

from booking.intake.signing import SignatureRefused, current_signature, record_signature
from booking.models import RulebookSignature
from booking.rules.rulebook import load_rulebook
from tests.cast import NOW, TODAY, make_member, soon

pytestmark = pytest.mark.django_db


def sign(name: str, *, minutes: int = 0, days: int = 0) -> RulebookSignature:
    return record_signature(
        clinician_name=name,
        registration="IMC 12345",
        signed_date=TODAY + timedelta(days=days),
        by=make_member("owner", name=name),
        now=soon(minutes),
    )


def test_a_rulebook_that_is_signed_twice_keeps_the_first_signature() -> None:
    assert current_signature() is None

    first, second = sign("Dr Farrell"), sign("Dr Kelly", minutes=5)

    assert (second, current_signature(), RulebookSignature.objects.count()) == (first, first, 1)
    assert (first.rulebook_version, first.clinician_name, first.recorded_at) == (
        load_rulebook().version,
        "Dr Farrell",
        NOW,
    )


def test_a_signature_under_an_earlier_rulebook_does_not_count() -> None:
    sign("Dr Farrell")
    RulebookSignature.objects.update(rulebook_version="of before")

    assert current_signature() is None


def test_a_signature_of_a_day_that_is_still_to_come_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        sign("Dr Farrell", days=1)

    assert current_signature() is None
