import pytest

from booking.messages import outbox
from booking.models import Message
from tests.booking.messages.factories import make_policy, make_visit
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def test_message_ids_differ_and_name_the_site() -> None:
    make_policy()
    outbox.announce(appointment=make_visit(), kind=Message.Kind.BOOKED, now=NOW)

    ids = Message.objects.values_list("message_id", flat=True)

    assert len(set(ids)) == 3
    assert all(one.startswith("<") and one.endswith("@127.0.0.1>") for one in ids)
