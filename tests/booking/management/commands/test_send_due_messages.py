import io

import pytest
from django.core.management import call_command

from booking.models import Heartbeat
from tests.booking.messages.factories import make_policy
from tests.booking.test_tasks import make_due_message

pytestmark = pytest.mark.django_db


def test_the_command_sends_the_same_and_prints_one_line_of_figures() -> None:
    make_policy()
    make_due_message()
    first, second = io.StringIO(), io.StringIO()

    call_command("send_due_messages", stdout=first)
    call_command("send_due_messages", stdout=second)

    assert (first.getvalue(), second.getvalue()) == ("1 due: 1 sent\n", "0 due: nothing to send\n")
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["send_due_messages"]
