"""Rows that are written in one call. On both engines."""

from datetime import timedelta
from typing import Any

import pytest

from booking.models import DeskLine, Message
from services.bulk import update_each
from tests.booking.messages.factories import make_message
from tests.cast import NOW, make_client, make_member

pytestmark = pytest.mark.django_db


def test_each_row_gets_values_of_its_own_and_keeps_its_other_columns(django_assert_num_queries: Any) -> None:
    rows = [make_message(visit=None, key=f"mail {number}") for number in range(3)]
    for number, row in enumerate(rows):
        row.due_at, row.reason, row.recipient = NOW + timedelta(hours=number), f"why {number}", "not@written.example"

    with django_assert_num_queries(1):
        update_each(rows[:2], ["due_at", "reason"])

    stored = list(Message.objects.order_by("pk").values_list("due_at", "reason"))
    assert stored[:2] == [(NOW, "why 0"), (NOW + timedelta(hours=1), "why 1")]
    assert stored[2][1] == ""
    assert not Message.objects.filter(recipient="not@written.example").exists()


def test_an_encrypted_column_is_stored_encrypted() -> None:
    line = DeskLine.objects.create(client=make_client(), text="x", written_at=NOW, written_by=make_member("owner"))
    line.text = "Parks outside"

    update_each([line], ["text"])

    raw = DeskLine.objects.extra(select={"raw": "text"}).values_list("raw", flat=True)[0]
    assert (DeskLine.objects.get().text, "Parks" in raw) == ("Parks outside", False)


def test_none_at_all_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        update_each([], ["reason"])
