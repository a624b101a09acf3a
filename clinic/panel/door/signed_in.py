"""Whoever is signed in, as what they change records them."""

from django.contrib.auth.models import User
from django.http import HttpRequest

from booking.models import AppointmentEvent
from booking.scheduling.appointments import By


def user_of(request: HttpRequest) -> User:
    """The account behind a page that has checked that somebody is signed in."""
    assert isinstance(request.user, User)
    return request.user


def hand_of(request: HttpRequest) -> By:
    """The same person as the hand by which a visit is changed."""
    return By(AppointmentEvent.Actor.STAFF, user_of(request))


def known_as(user: User) -> str:
    """Who signs: a therapist by the name that clients know, anybody else by their own."""
    profile = getattr(user, "staff_profile", None)
    return str((profile and profile.therapist) or user.get_full_name() or user.username)
