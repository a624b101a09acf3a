import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

from booking.scheduling.appointments import By
from clinic.panel.door.signed_in import hand_of, user_of


def test_whoever_is_signed_in_is_the_hand_by_which_a_visit_is_changed() -> None:
    request = RequestFactory().get("/panel/")
    request.user = User(username="ann")

    assert (user_of(request), hand_of(request)) == (request.user, By("staff", request.user))


def test_nobody_is_no_hand() -> None:
    request = RequestFactory().get("/panel/")
    request.user = AnonymousUser()

    with pytest.raises(AssertionError):
        hand_of(request)
