"""Whoever comes from what waits, or from their own day, goes back there: each page and form on the way carries it along."""

from django.http import HttpRequest

NAME, TO_DO, DAY = "back", "to-do", "day"


def comes_from(request: HttpRequest) -> str:
    """TO_DO or DAY; empty for whoever comes from anywhere else."""
    sent = (request.POST if request.method == "POST" else request.GET).get(NAME, "")
    return sent if sent in (TO_DO, DAY) else ""


def comes_from_to_do(request: HttpRequest) -> bool:
    return comes_from(request) == TO_DO
