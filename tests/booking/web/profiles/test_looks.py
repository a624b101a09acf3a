import pytest
from django.test import Client as Browser
from django.urls import reverse

from services.models import ClinicPolicy
from services.pictures import LOGO, PORTRAIT, encode, keep
from tests.cast import Clinic
from tests.services.test_pictures import make_upload

pytestmark = pytest.mark.django_db


def test_a_picture_is_kept_for_ever_and_an_unknown_one_is_not_found() -> None:
    picture = keep(encode(make_upload(), shape=PORTRAIT))

    answer = Browser().get(reverse("booking:picture", args=[picture.digest]))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert "Set-Cookie" not in answer
    assert Browser().get(reverse("booking:picture", args=["0" * 64])).status_code == 404


def test_a_colour_that_a_clinic_may_have_is_a_stylesheet_and_no_other() -> None:
    assert "--plum: #1c456b;" in Browser().get("/colour/1c456b.css").content.decode()
    for refused in ("ffd700", "a81919", "zzz", "1c456b0"):
        assert Browser().get(f"/colour/{refused}.css").status_code == 404


def test_every_page_has_the_clinics_colour_and_logo(clinic: Clinic) -> None:
    plain = Browser().get("/").content.decode()
    logo = keep(encode(make_upload(), shape=LOGO))
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"accent": "#1c456b", "logo": logo})

    page = Browser().get("/").content.decode()

    assert ("/colour/" in plain, "site-logo" in plain) == (False, False)
    assert '<link rel="stylesheet" media="screen" href="/colour/1c456b.css">' in page
    assert f'<img class="site-logo" src="/picture/{logo.digest}.webp" alt="">' in page
