from typing import Any

import pytest
from django.contrib.auth.models import User
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from clinic.panel.door.second_factor import (
    RECOVERY_CODES,
    confirm_device,
    make_recovery_codes,
    read_code,
    spell_secret,
    unconfirmed_device,
)
from tests.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(time_machine: Any) -> User:
    time_machine.move_to(NOW, tick=False)
    return User.objects.create_user("ann")


def test_a_code_is_read_as_people_type_it() -> None:
    assert read_code(" 123 456 ") == "123456"


def test_a_device_is_confirmed_by_its_code_and_nothing_else(user: User) -> None:
    device = unconfirmed_device(user)
    code = f"{totp(device.bin_key):06d}"

    refused = [confirm_device(user, wrong) for wrong in ("", "abcdef", "-1")]
    confirmed = confirm_device(user, code)

    assert refused == [None] * 3
    assert (confirmed, list(TOTPDevice.objects.values_list("confirmed", flat=True))) == (device, [True])


def test_the_device_that_is_being_set_up_is_the_same_each_time_the_page_is_opened(user: User) -> None:
    assert unconfirmed_device(user) == unconfirmed_device(user)
    assert TOTPDevice.objects.count() == 1


def test_new_recovery_codes_end_the_old_ones(user: User) -> None:
    first, second = make_recovery_codes(user), make_recovery_codes(user)

    assert (len(first), len(second), set(first) & set(second)) == (RECOVERY_CODES, RECOVERY_CODES, set())
    assert sorted(StaticToken.objects.values_list("token", flat=True)) == sorted(second)


def test_a_secret_is_spelled_in_groups_of_four() -> None:
    device = TOTPDevice(key="00" * 20)

    assert spell_secret(device) == " ".join(["AAAA"] * 8)
