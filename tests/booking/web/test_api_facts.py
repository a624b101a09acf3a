"""Places and people in the public JSON contract, and which other websites may read it."""

import pytest
from django.test import Client as Browser

from booking.web import api_urls
from services.models import ClinicPolicy, Location, Therapist
from tests.booking.web.test_api import check, schema_of
from tests.cast import Clinic

pytestmark = pytest.mark.django_db
OURS, OTHER = "https://www.clinic.example", "https://www.other.example"


def test_places_that_are_open_are_told(clinic: Clinic) -> None:
    Location.objects.create(name="Closed", address="2 Street", phone="01 555 0143", is_active=False)

    found = Browser().get("/api/v1/locations").json()

    check(found, schema_of("/api/v1/locations", 200))
    place = clinic.location
    assert [(one["id"], one["name"], one["step_free"]) for one in found] == [(place.pk, place.name, "unknown")]


def test_people_who_work_here_are_told_with_what_they_say_of_themselves(clinic: Clinic) -> None:
    first, second = clinic.therapists[:2]
    Therapist.objects.filter(pk=first.pk).update(languages="Irish", gender="woman")
    Therapist.objects.filter(pk=second.pk).update(is_active=False)

    found = Browser().get("/api/v1/therapists").json()

    check(found, schema_of("/api/v1/therapists", 200))
    assert found == [
        {
            "id": first.pk,
            "name": first.name,
            "treatments": ["swedish"],
            "languages": "Irish",
            "gender": "woman",
            "about": "",
        }
    ]


@pytest.mark.parametrize("path", [str(pattern.pattern) for pattern in api_urls.urlpatterns])
def test_only_websites_that_the_clinic_named_may_read(clinic: Clinic, path: str) -> None:
    address = f"/api/v1/{path}"
    before = Browser().get(address, headers={"origin": OURS})
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"read_by": f"https://shop.example\n{OURS}"})

    named, other, none = (Browser().get(address, headers=one) for one in ({"origin": OURS}, {"origin": OTHER}, {}))

    assert named["Access-Control-Allow-Origin"] == OURS
    for answer in (before, other, none):
        assert "Access-Control-Allow-Origin" not in answer
    assert all("Origin" in answer["Vary"] for answer in (named, other, none))


@pytest.mark.parametrize("path", [str(pattern.pattern) for pattern in api_urls.urlpatterns])
def test_a_wrong_method_is_told_in_json(clinic: Clinic, path: str) -> None:
    answer = Browser().post(f"/api/v1/{path}")

    assert (answer.status_code, answer.json(), answer["Allow"]) == (
        405,
        {"detail": "Only GET is answered here."},
        "GET, HEAD",
    )


def test_only_websites_that_the_clinic_named_may_frame_public_pages(clinic: Clinic) -> None:
    before = Browser().get("/")
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"framed_by": f"{OURS}\nhttps://shop.example:8443"})

    after, panel = Browser().get("/"), Browser().get("/panel/sign-in/")

    assert (before["X-Frame-Options"], "frame-ancestors 'none'" in before["Content-Security-Policy"]) == ("DENY", True)
    assert "X-Frame-Options" not in after
    assert f"frame-ancestors {OURS} https://shop.example:8443" in after["Content-Security-Policy"]
    assert "default-src 'none'" in after["Content-Security-Policy"]
    assert (panel["X-Frame-Options"], "frame-ancestors 'none'" in panel["Content-Security-Policy"]) == ("DENY", True)
