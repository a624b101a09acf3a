"""Bootstrap's files come from a small package of one person. They are Bootstrap 5.3.8 to the byte, or the tests fail."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

BOOTSTRAP = {
    "vendor/bootstrap/css/bootstrap.min.css": "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    "vendor/bootstrap/js/bootstrap.bundle.min.js": "e4fd49181388c48ec5040bd3fe66f57c29c8e67fcd8502b3354b96ec7ab47cc7",
}


@pytest.mark.parametrize(("name", "digest"), BOOTSTRAP.items())
def test_bootstrap_is_what_its_makers_published(name: str, digest: str) -> None:
    path = finders.find(name)

    assert path is not None
    assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest


def test_htmx_of_the_second_generation_is_there() -> None:
    assert finders.find("django_htmx/htmx-2.min.js") is not None
