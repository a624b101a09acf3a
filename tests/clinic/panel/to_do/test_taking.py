"""Who has what waits."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.models import Taken
from clinic.panel.door.rights import Denied, Member
from clinic.panel.door.waiting import FORM, REQUEST
from clinic.panel.to_do.taking import COUNTS_FOR, DoneAlready, TakenAlready, find_holders, give_back, take
from tests.cast import NOW, Clinic, book, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def test_it_is_taken_once_given_back_and_free_after_a_long_day(clinic: Clinic) -> None:
    visit = book(clinic, "13:00", days=1, with_form=False)
    ana, ben = make_member("reception", name="ana"), make_member("owner", name="ben")
    member = Member(user_id=ana.pk, role="reception", therapist_id=None)
    about: dict[str, Any] = {"kind": FORM, "row_id": visit.pk, "member": member}

    take(**about, by=ana, now=NOW)
    take(**about, by=ana, now=NOW)
    with pytest.raises(TakenAlready, match="ana has it already"):
        take(**about, by=ben, now=NOW)
    give_back(kind=FORM, row_id=visit.pk, by=ben)

    assert [(one.name, one.since) for one in find_holders(kinds=[FORM], now=NOW).values()] == [("ana", NOW)]

    late = NOW + COUNTS_FOR
    assert find_holders(kinds=[FORM], now=late) == {}
    take(**about, by=ben, now=late)
    assert list(Taken.objects.values_list("by__username", "at")) == [("ben", late)]
    give_back(kind=FORM, row_id=visit.pk, by=ben)
    assert Taken.objects.count() == 0


def test_nobody_takes_what_does_not_wait_or_is_not_theirs_to_see(clinic: Clinic) -> None:
    visit = book(clinic, "13:00", with_form=False)
    user = make_member("therapist", clinic, number=1)
    member = Member(user_id=user.pk, role="therapist", therapist_id=clinic.therapists[1].pk)

    with pytest.raises(DoneAlready):
        take(kind=FORM, row_id=visit.pk, member=member, by=user, now=NOW)
    with pytest.raises(Denied):
        take(kind=REQUEST, row_id=visit.pk, member=member, by=user, now=NOW - timedelta(minutes=1))
    assert Taken.objects.count() == 0


def test_the_database_has_the_last_word_on_who_was_first() -> None:
    ana, ben = make_member("reception", name="ana"), make_member("owner", name="ben")
    Taken.objects.create(kind=FORM, row_id=1, by=ana, at=NOW)
    Taken.objects.create(kind=REQUEST, row_id=1, by=ben, at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Taken.objects.create(kind=FORM, row_id=1, by=ben, at=NOW)
