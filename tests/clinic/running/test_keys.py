"""Everything that is encrypted moves to the first key, while people go on writing."""

from typing import Any

import pytest
from cryptography.fernet import Fernet

from booking.models import Intake
from clinic.running import keys
from clinic.running.keys import Tally
from services import encrypted_columns
from services.encrypted_columns import Column
from tests.cast import make_client, make_intake

pytestmark = pytest.mark.django_db
ANSWERS = {"other_concern": "ANSWERMARK"}


def column() -> Column:
    return next(one for one in encrypted_columns.encrypted_columns() if one.label == "booking.Intake.answers")


def put_a_new_key_first(settings: Any) -> tuple[str, list[str]]:
    """Returns the new key, and the keys of before."""
    before = list(settings.HEALTH_DATA_KEYS)
    new = Fernet.generate_key().decode()
    settings.HEALTH_DATA_KEYS = [new, *before]
    return new, before


def test_what_was_cut_off_goes_on_where_it_was(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypted_columns, "ROWS_AT_ONCE", 2)
    for _ in range(5):
        make_intake(answers=ANSWERS, client=make_client())
    put_a_new_key_first(settings)
    make_intake(answers=ANSWERS, client=make_client())
    replace, batches = encrypted_columns.replace, []

    def until_it_dies(*args: Any) -> None:
        batches.append(args)
        if len(batches) == 2:
            raise KeyboardInterrupt
        replace(*args)

    monkeypatch.setattr(keys, "replace", until_it_dies)
    with pytest.raises(KeyboardInterrupt):
        keys.rotate(column())
    monkeypatch.setattr(keys, "replace", replace)

    assert keys.rotate(column()) == Tally(current=3, older=3)
    assert keys.rotate(column()) == Tally(current=6)


def test_an_answer_that_changes_meanwhile_is_kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = make_intake(answers=ANSWERS, client=make_client())
    put_a_new_key_first(settings)
    replace = encrypted_columns.replace

    def after_somebody_wrote(*args: Any) -> None:
        Intake.objects.filter(pk=intake.pk).update(answers={"other_concern": "newer"})
        replace(*args)

    monkeypatch.setattr(keys, "replace", after_somebody_wrote)
    keys.rotate(column())

    assert Intake.objects.get().answers == {"other_concern": "newer"}
