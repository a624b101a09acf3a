from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from clinic.models import AuditEntry
from clinic.record.audit import write_entry, write_view
from services.sealed import make_seals, missing_seals
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def test_the_database_refuses_to_change_or_delete_an_entry() -> None:
    make_seals()
    entry = write_entry(by=None, verb="view", object_type="client", object_id=7, now=NOW, fields=["contacts"])

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(verb="nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()

    assert AuditEntry.objects.get() == entry


STATEMENTS = {
    "update": "UPDATE clinic_auditentry SET verb = 'nothing'",
    "update of one column of one row": "UPDATE clinic_auditentry SET by_id = NULL WHERE id = (SELECT MAX(id) FROM clinic_auditentry)",
    "delete": "DELETE FROM clinic_auditentry",
    "truncate": "TRUNCATE clinic_auditentry",
    "replace": (
        "REPLACE INTO clinic_auditentry (id, at, verb, object_type, object_id, fields) "
        "SELECT id, at, 'nothing', object_type, object_id, fields FROM clinic_auditentry"
    ),
}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
@pytest.mark.both_engines
def test_no_statement_gets_past_the_triggers(name: str) -> None:
    """By hand at the database, too. SQLite knows no TRUNCATE, PostgreSQL no REPLACE; there it is the engine that refuses."""
    make_seals()
    write_entry(by=User.objects.create(username="owner"), verb="view", object_type="client", object_id=7, now=NOW)
    before = list(AuditEntry.objects.values())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENTS[name])

    assert list(AuditEntry.objects.values()) == before


def test_a_line_written_over_another_is_refused() -> None:
    make_seals()
    entry = write_entry(by=None, verb="view", object_type="client", object_id=7, now=NOW)

    entry.verb = "nothing"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()

    assert AuditEntry.objects.get().verb == "view"


def test_without_the_triggers_an_entry_can_be_changed_so_it_is_they_that_refuse() -> None:
    entry = write_entry(by=None, verb="view", object_type="client", object_id=7, now=NOW)

    assert AuditEntry.objects.filter(pk=entry.pk).update(verb="nothing") == 1


def test_triggers_are_made_once_and_missed_when_they_are_gone() -> None:
    assert AuditEntry.seal.missing() == set(AuditEntry.seal.triggers())

    make_seals()
    make_seals()

    assert (AuditEntry.seal.find(), missing_seals()) == (set(AuditEntry.seal.triggers()), set())


def test_looking_at_a_person_is_one_row_in_a_quarter_of_an_hour() -> None:
    user = User.objects.create(username="reception")
    for minutes in (0, 5, 14, 15, 20):
        write_view(by=user, client_id=7, now=NOW + timedelta(minutes=minutes), fields=["contacts", "restrictions"])

    rows = list(AuditEntry.objects.order_by("at").values_list("at", "object_id", "fields"))

    assert rows == [
        (NOW, "7", ["contacts", "restrictions"]),
        (NOW + timedelta(minutes=15), "7", ["contacts", "restrictions"]),
    ]


def test_what_was_not_shown_yet_in_this_quarter_of_an_hour_is_a_line_of_its_own() -> None:
    user = User.objects.create(username="owner")
    for minutes, fields in ((0, ["case"]), (1, ["visit", "answers"]), (2, ["answers"]), (3, ["case", "visit"])):
        write_view(by=user, client_id=7, now=NOW + timedelta(minutes=minutes), fields=fields)

    rows = list(AuditEntry.objects.order_by("at").values_list("at", "fields"))

    assert rows == [(NOW, ["case"]), (NOW + timedelta(minutes=1), ["visit", "answers"])]
