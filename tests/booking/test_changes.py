"""The number that moves with whatever staff's day shows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F

from booking import changes
from booking.models import Appointment, Change, Draft, Message, Parking
from services.models import Room, Therapist
from tests.booking.messages.factories import make_message
from tests.cast import NOW, Clinic, book, make_client, make_draft

pytestmark = pytest.mark.django_db


def values() -> list[int]:
    return list(Change.objects.order_by("pk").values_list("value", flat=True))


@contextmanager
def moving(*, expected: bool) -> Iterator[None]:
    before = changes.read_number()
    yield
    assert (changes.read_number() != before) is expected


def test_every_table_below_the_panel_is_watched_or_named_with_a_reason() -> None:
    models = [
        model._meta.label
        for app in ("services", "booking")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]

    assert sorted(changes.UNWATCHED) == sorted(set(models) - {model._meta.label for model in changes.watched()})
    assert all(changes.UNWATCHED.values())


def test_the_triggers_are_there_after_a_migrate_and_are_made_again_where_they_are_gone() -> None:
    assert changes.missing_triggers() == set()

    changes.drop_triggers()
    assert len(changes.missing_triggers()) == 3 * len(list(changes.watched()))
    changes.make_triggers()

    assert changes.missing_triggers() == set()


def test_the_triggers_of_a_table_that_is_not_watched_any_more_go_with_the_next_migrate(monkeypatch: Any) -> None:
    monkeypatch.delitem(changes.UNWATCHED, "booking.SearchKey")
    changes.make_triggers()
    assert changes.missing_triggers() == set()
    monkeypatch.setitem(changes.UNWATCHED, "booking.SearchKey", "written with its person")

    with moving(expected=True):
        changes.make_triggers()

    client = make_client()
    with moving(expected=False):
        client.search_keys.all().delete()


def test_a_row_that_is_added_changed_or_removed_moves_the_number(clinic: Clinic) -> None:
    with moving(expected=True):
        room = Room.objects.create(location=clinic.location, name="Attic")
    with moving(expected=True):
        Room.objects.filter(pk=room.pk).update(name="Loft")
    with moving(expected=True):
        room.delete()
    with moving(expected=True):
        clinic.therapists[0].treatments.clear()
    with moving(expected=True):
        Parking.objects.bulk_create([Parking(since=NOW)], ignore_conflicts=True)


def test_without_the_triggers_nothing_moves(clinic: Clinic) -> None:
    """The negative control; and nobody is told that nothing has changed."""
    changes.drop_triggers()
    before = values()

    Therapist.objects.update(name="Ana")

    assert (values(), changes.read_number()) == (before, None)


def test_one_trigger_that_is_missing_is_enough_for_there_to_be_no_number(engine: str) -> None:
    known = changes.read_number()
    with connection.cursor() as cursor:
        on = " ON booking_case" if engine == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER booking_case_changed_update{on}")

    gone = changes.read_number()
    changes.make_triggers()

    assert (known is None, gone, changes.read_number() in (None, known)) == (False, None, False)


@pytest.mark.django_db(transaction=True)
def test_what_changed_while_a_trigger_was_switched_off_counts(engine: str, clinic: Clinic) -> None:
    """Only PostgreSQL can: a restore of data alone does."""
    if engine == "sqlite":
        return
    with moving(expected=True), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE services_therapist DISABLE TRIGGER USER")
        cursor.execute("UPDATE services_therapist SET name = 'Ana'")
        cursor.execute("ALTER TABLE services_therapist ENABLE TRIGGER USER")


def test_what_no_day_shows_moves_nothing(clinic: Clinic) -> None:
    draft = make_draft(clinic=clinic)

    with moving(expected=False):
        Draft.objects.filter(pk=draft.pk).update(expires_at=F("expires_at") + timedelta(hours=1))
        Appointment.objects.filter(pk=0).update(version=2)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("queued", "claimed", False),
        ("claimed", "handed_off", False),
        ("handed_off", "sent", False),
        ("queued", "suppressed", False),
        ("handed_off", "deferred", True),
        ("handed_off", "failed", True),
        ("handed_off", "unknown", True),
        ("failed", "queued", True),
        ("deferred", "claimed", True),
        ("suppressed", "queued", True),
    ],
)
@pytest.mark.both_engines
def test_a_mail_moves_the_number_only_off_its_plain_way(
    before: str, after: str, expected: bool, clinic: Clinic
) -> None:
    message = make_message(visit=book(clinic), state=before, lease_token="one", lease_until=NOW, reason="why")

    with moving(expected=expected):
        Message.objects.filter(pk=message.pk).update(state=after)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_after_a_later_one_is_not_missed(engine: str, clinic: Clinic) -> None:
    """The greatest number of a row would be; and neither waits for the other, where the engine has several writers."""
    if engine == "sqlite":
        return  # one writer at a time
    seen: list[str | None] = []

    def change_meanwhile() -> None:
        Therapist.objects.filter(pk=clinic.therapists[1].pk).update(name="Mei")
        seen.append(changes.read_number())
        connection.close()

    with transaction.atomic():
        Therapist.objects.filter(pk=clinic.therapists[0].pk).update(name="Ana")
        other = threading.Thread(target=change_meanwhile)
        other.start()
        other.join(timeout=20)

    assert len(seen) == 1
    assert changes.read_number() != seen[0]


def test_folding_leaves_one_row_and_the_number_as_it_was(clinic: Clinic) -> None:
    book(clinic)
    before = changes.read_number()

    changes.fold()

    assert (changes.read_number(), Change.objects.count()) == (before, 1)
