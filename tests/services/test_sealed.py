import pytest
from django.db import DatabaseError, transaction

from clinic.models import AuditEntry
from clinic.record.audit import write_entry
from services.sealed import make_seals, missing_seals, opened
from tests.cast import NOW

pytestmark = pytest.mark.django_db
TABLE = "clinic_auditentry"


def give_up_the_trail() -> None:
    AuditEntry.objects.all().delete()


def test_a_guarded_table_gives_rows_up_while_it_is_opened_and_is_guarded_again() -> None:
    make_seals()
    write_entry(by=None, verb="view", object_type="client", object_id=7, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        give_up_the_trail()

    with transaction.atomic(), opened(TABLE):
        give_up_the_trail()

    assert (AuditEntry.objects.count(), missing_seals()) == (0, set())
    write_entry(by=None, verb="view", object_type="client", object_id=7, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        give_up_the_trail()


def test_a_table_is_guarded_again_where_giving_up_fails() -> None:
    make_seals()

    with pytest.raises(ZeroDivisionError), transaction.atomic(), opened(TABLE):
        raise ZeroDivisionError

    assert missing_seals() == set()
