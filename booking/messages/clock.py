"""The database's clock: the one that all workers share.

A worker whose own clock is a day off must neither send reminders early or late nor steal or stretch a lease. So the
task and the command ask the database for the time of a sweep and hand it down as `now`, and leases are written and
compared by the database itself. On SQLite that is the clock of the one machine on which everything runs.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

_QUERIES = {
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
}


def read_database_clock() -> datetime:
    """The moment by the database's clock, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERIES[connection.vendor])
        (moment,) = cursor.fetchone()
    if isinstance(moment, str):
        return datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def from_database_now(span: timedelta) -> Combinable:
    """The database's clock plus `span`, computed in the statement that uses it."""
    return ExpressionWrapper(Now() + span, output_field=DateTimeField())
