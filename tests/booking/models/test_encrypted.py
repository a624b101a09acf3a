from decimal import Decimal

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from pytest_django.fixtures import Settings

from booking.models import Draft
from booking.models.encrypted import decrypt, encrypt
from tests.factories import NOW, soon


@pytest.mark.parametrize(
    "value",
    [
        {"sites": ["neck"], "age_years": 40, "consent": True},
        {"duration_hours": Decimal("72.00000000000000000001")},
        {"duration_hours": Decimal("504.5")},
        "",
        [],
        {"name": "Zoë 🌿 שרה"},
    ],
)
def test_what_goes_in_comes_out(value: object) -> None:
    assert decrypt(encrypt(value)) == value


def test_keys_rotate_with_the_new_one_in_front(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.HEALTH_DATA_KEYS = [old]
    token = encrypt("MARKER")

    settings.HEALTH_DATA_KEYS = [new, old]

    assert decrypt(token) == "MARKER"
    settings.HEALTH_DATA_KEYS = [new]
    with pytest.raises(InvalidToken):
        decrypt(token)


@pytest.mark.django_db
def test_the_column_holds_no_plain_word_and_null_stays_null() -> None:
    Draft.objects.create(id="one", answers={"other_concern": "MARKER"}, created_at=NOW, expires_at=soon(60))

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers, typed FROM booking_draft")
        answers, typed = cursor.fetchone()

    assert "MARKER" not in answers
    assert typed is None
    assert Draft.objects.get().answers == {"other_concern": "MARKER"}
