"""What every page of the panel goes through: signed in, second factor, the right role; then the page."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import add_never_cache_headers

from clinic.panel.door.pages import PAGES
from clinic.panel.door.rights import Denied, check, find_member
from clinic.panel.door.way_in import send_for_a_role, way_in

Page = Callable[..., HttpResponse]


def staff_page(address: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[Page], Page]:
    """A page of the panel, with the right that `PAGES` has for its address. It gets the member beside the request.

    Permission is checked before anything is loaded. `address`, `right` and `methods` can be read from the page, for the
    tests that walk the list of addresses.
    """
    right = PAGES[address].right

    def decorate(page: Page) -> Page:
        @functools.wraps(page)
        def run(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            elsewhere = way_in(request)
            if elsewhere is not None:
                return elsewhere
            member = find_member(request.user)
            if member is None:
                return send_for_a_role(request)
            try:
                check(member, right)
                if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                    return HttpResponseNotAllowed(methods)
                answer = page(request, member, **kwargs)
            except Denied as error:
                raise PermissionDenied from error
            # After signing out, "back" must not bring a person's page out of the browser's memory.
            add_never_cache_headers(answer)
            return answer

        run.address, run.right, run.methods = address, right, methods  # type: ignore[attr-defined]
        return run

    return decorate
