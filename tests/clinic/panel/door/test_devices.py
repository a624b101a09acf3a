"""No database: a device is known by its cookie alone."""

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from clinic.panel.door.devices import DEVICE_COOKIE, DEVICE_SALT, MOST_PEOPLE, name_key, read_device, remember_device

NOBODY = {"id": "", "people": []}


def asked(cookie: str = "", *, by: str = "ann") -> HttpRequest:
    request = RequestFactory().get("/panel/")
    request.COOKIES[DEVICE_COOKIE] = cookie
    request.user = User(username=by)
    return request


def cookie_of(request: HttpRequest) -> str:
    return str(remember_device(request, HttpResponse()).cookies[DEVICE_COOKIE].value)


def test_a_device_knows_its_people_with_the_last_one_first_and_keeps_its_name() -> None:
    once = cookie_of(asked(by="ann"))

    known = read_device(asked(cookie_of(asked(once, by="bob"))))

    assert known == {"id": read_device(asked(once))["id"], "people": [name_key("bob"), name_key("ann")]}


def test_a_device_that_many_share_forgets_who_was_there_first() -> None:
    cookie = ""
    for number in range(MOST_PEOPLE + 1):
        cookie = cookie_of(asked(cookie, by=f"member {number}"))

    people = read_device(asked(cookie))["people"]

    assert (len(people), name_key("member 0") in people) == (MOST_PEOPLE, False)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "made:up",
        signing.dumps({"id": "x", "people": ["ann"]}, salt="another"),
        signing.dumps(["x"], salt=DEVICE_SALT),
        signing.dumps({"id": "x"}, salt=DEVICE_SALT),
    ],
)
def test_what_we_did_not_write_is_no_known_device(cookie: str) -> None:
    assert read_device(asked(cookie)) == NOBODY


def test_one_name_is_one_key_however_it_is_typed_and_names_nobody() -> None:
    keys = {name_key(name) for name in ("ann", " ANN ", "Ann", "ａｎｎ")}

    assert (len(keys), "ann" in keys.pop(), name_key("bob") in keys) == (1, False, False)
