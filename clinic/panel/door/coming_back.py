"""Whoever comes from what waits goes back there: each page and form on the way carries it along."""

from django.http import HttpRequest

NAME, TO_DO = "back", "to-do"


def comes_from_to_do(request: HttpRequest) -> bool:
    sent = request.POST if request.method == "POST" else request.GET
    return sent.get(NAME) == TO_DO
