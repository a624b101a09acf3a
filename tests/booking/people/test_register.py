"""Every field that is stored is in the register, or is said to be about nobody."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import connection, models

from booking.people import register
from booking.people.register import (
    KEEPS,
    NOT_ABOUT_A_PERSON,
    REGISTER,
    UNBOOKED,
    Erased,
    listed_twice,
    unknown,
    unlisted,
)


def stored_fields() -> dict[str, set[str]]:
    """Every installed model, a library's too, with its columns; a key that says nothing but which row it is left out."""
    return {
        model._meta.label: {field.name for field in model._meta.local_concrete_fields if not is_bare_key(field)}
        for model in apps.get_models(include_auto_created=True)
    }


def is_bare_key(field: "models.Field[object, object]") -> bool:
    return field.name == "id"


def test_every_stored_field_is_listed() -> None:
    found = unlisted(stored_fields())

    assert found == set(), "Say in booking/people/register.py whom these are about, or that they are about nobody"


def test_a_field_that_nobody_listed_is_named() -> None:
    stored = stored_fields()
    stored["booking.Client"].add("shoe_size")
    stored["booking.Diary"] = {"words"}

    assert unlisted(stored) == {"booking.Client.shoe_size", "booking.Diary.words"}


def test_nothing_is_listed_that_is_not_stored_or_twice() -> None:
    assert (unknown(stored_fields()), listed_twice()) == (set(), set())


def test_what_is_listed_and_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "NOT_ABOUT_A_PERSON", {**NOT_ABOUT_A_PERSON, "booking.Client": ("name", "hat")})

    assert (unknown(stored_fields()), listed_twice()) == ({"booking.Client.hat"}, {"booking.Client.name"})


@pytest.mark.django_db
def test_no_table_of_the_database_is_past_the_models() -> None:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert set(connection.introspection.table_names()) - ours == {"django_migrations"}


def test_what_stays_says_why_and_what_goes_needs_no_reason() -> None:
    wrong = [
        f"{table.model}.{one.name}"
        for table in REGISTER
        for one in table
        if bool(one.why) != (one.erased is Erased.KEPT)
    ]

    assert wrong == []


def test_a_table_that_keeps_its_rows_says_of_each_field_what_becomes_of_it() -> None:
    """With one field that stays, "deleted with its row" would be a promise that nobody keeps."""
    mixed = {
        table.model
        for table in REGISTER
        if not table.is_deleted and any(one.erased is Erased.WITH_ITS_ROW for one in table)
    }

    assert mixed == set()


def test_everything_is_kept_for_a_time_that_somebody_said() -> None:
    used = {one.keep for table in REGISTER for one in table}

    assert used | {UNBOOKED} == set(KEEPS)
    assert [keep.key for keep in KEEPS if bool(keep.years) == bool(keep.fixed)] == []


def test_what_belongs_to_a_person_can_be_found_and_what_is_copied_has_a_name() -> None:
    copied = [table for table in REGISTER if any(one.is_copied for one in table)]

    assert [table.model for table in copied if not (table.ties and table.part)] == []
    for table in copied:
        words = [str(one.words) for one in table if one.is_copied]
        assert len(words) == len(set(words)), table.model


def test_a_table_with_one_field_that_stays_is_not_deleted() -> None:
    table = next(one for one in REGISTER if one.model == "booking.Condition")
    first, *rest = table.fields
    kept = replace(table, fields=(replace(first, erased=Erased.KEPT), *rest))

    assert (table.is_deleted, kept.is_deleted) == (True, False)
