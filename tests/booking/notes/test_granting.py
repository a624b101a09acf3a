"""Letting somebody read a person's notes, and taking it back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from booking.models import NoteGrant
from booking.notes.granting import GrantRefused, end_reading, grant_reading, running_grants
from booking.notes.reading import has_grant
from tests.cast import NOW, make_client

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_grant_counts_until_its_end_or_until_it_is_taken_back() -> None:
    person, owner, reader = make_client(), User.objects.create_user("owner"), User.objects.create_user("reader")
    grant = grant_reading(client=person, reader_id=reader.pk, reason="Ill", until=NOW + DAY, by_id=owner.pk, now=NOW)

    before = [has_grant(person, reader_id=reader.pk, now=NOW + after) for after in (timedelta(0), DAY)]
    listed = list(running_grants(now=NOW))
    end_reading(grant=grant, now=NOW)
    end_reading(grant=grant, now=NOW + DAY / 2)

    assert (before, listed) == ([True, False], [grant])
    assert (has_grant(person, reader_id=reader.pk, now=NOW), list(running_grants(now=NOW))) == (False, [])
    assert NoteGrant.objects.get().ended_at == NOW


@pytest.mark.parametrize("until", [NOW, NOW - DAY, NOW + timedelta(days=367)])
def test_a_grant_without_a_near_end_is_refused(until: object) -> None:
    person, owner = make_client(), User.objects.create_user("owner")

    with pytest.raises(GrantRefused):
        grant_reading(client=person, reader_id=owner.pk, reason="Ill", until=until, by_id=owner.pk, now=NOW)  # type: ignore[arg-type]

    assert NoteGrant.objects.count() == 0
