from decimal import Decimal

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from pytest_django.fixtures import Settings

from booking.models import Draft
from services.encrypted import decrypt, encrypt
from services.models import Therapist, TimeOff
from tests.cast import NOW, soon, take_off


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


@pytest.mark.django_db
def test_typed_text_is_a_token_in_the_column_and_an_empty_text_stays_empty() -> None:
    therapist = Therapist.objects.create(name="Ana Ruiz")
    for reason in ("MARKER é", ""):
        take_off(therapist, starts_at=NOW, ends_at=soon(60), reason=reason)

    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM services_timeoff ORDER BY id")
        stored = [reason for (reason,) in cursor.fetchall()]

    assert (decrypt(stored[0]), stored[1]) == ("MARKER é", "")
    assert list(TimeOff.objects.order_by("pk").values_list("reason", flat=True)) == ["MARKER é", ""]
    assert list(TimeOff.objects.exclude(reason="").values_list("reason", flat=True)) == ["MARKER é"]
    with pytest.raises(FieldError):
        TimeOff.objects.filter(reason="MARKER é").exists()


@pytest.mark.parametrize(("length", "complaints"), [(100, []), (101, ["reason"])])
def test_the_length_is_that_of_what_was_typed(length: int, complaints: list[str]) -> None:
    row = TimeOff(starts_at=NOW, ends_at=soon(60), reason="x" * length)

    try:
        row.clean_fields(exclude=["therapist"])
        found: list[str] = []
    except ValidationError as error:
        found = list(error.message_dict)

    assert found == complaints
