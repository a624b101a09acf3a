"""Profiles, places and the clinic's look, edited in the back office."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.admin.offers import LocationForm
from services.admin.policy import PolicyForm
from services.admin.shifts import TherapistForm
from services.admin.uploads import carry_picture, drop_unused_pictures
from services.models import ClinicPolicy, Location, Picture, Therapist
from tests.services.test_pictures import make_upload

pytestmark = pytest.mark.django_db


def upload(content: bytes | None = None) -> dict[str, Any]:
    return {"upload": SimpleUploadedFile("ana.jpg", make_upload().getvalue() if content is None else content)}


def therapist_form(therapist: Therapist, data: dict[str, Any], files: dict[str, Any] | None = None) -> TherapistForm:
    return TherapistForm({"name": "Ana Ruiz", "is_active": "on"} | data, files or {}, instance=therapist)


def test_a_portrait_is_sent_kept_and_taken_away() -> None:
    ana = Therapist.objects.create(name="Ana Ruiz")

    therapist_form(ana, {}, upload()).save()
    first = Therapist.objects.get().portrait
    therapist_form(Therapist.objects.get(), {"about": "Slow cases."}).save()
    kept = Therapist.objects.get().portrait
    therapist_form(Therapist.objects.get(), {"take_away": "on"}).save()
    drop_unused_pictures()

    assert first is not None
    assert kept == first
    assert (Therapist.objects.get().portrait, Picture.objects.count()) == (None, 0)


def test_what_is_no_picture_is_refused_and_keeps_the_one_before() -> None:
    form = therapist_form(Therapist.objects.create(name="Ana Ruiz"), {}, upload(b"<svg/>"))

    assert form.errors == {"upload": ["This is no picture that we can read. Send a JPEG, PNG or WebP."]}
    assert not Picture.objects.exists()


def test_what_is_carried_along_is_read_with_the_same_care() -> None:
    ana = Therapist.objects.create(name="Ana Ruiz")
    unreadable = {"upload": ["This is no picture that we can read. Send a JPEG, PNG or WebP."]}

    refused = [therapist_form(ana, {"carried": sent}).errors for sent in ("bm8gcGljdHVyZQ==", "not base64")]

    assert refused == [unreadable, unreadable]
    assert (carry_picture(TherapistForm, upload(b"<svg/>")), carry_picture(TherapistForm, {})) == ({}, {})


def test_more_than_sixty_words_are_refused_with_their_number() -> None:
    ana = Therapist.objects.create(name="Ana Ruiz")

    assert therapist_form(ana, {"about": "word " * 60}).errors == {}
    assert therapist_form(ana, {"about": "word " * 61}).errors == {"about": ["Sixty words at most; these are 61."]}


def test_a_link_to_a_map_is_https() -> None:
    place = Location(name="Here", address="1 Street", phone="01 555 0142", time_zone="Europe/Dublin")
    data = {"name": "Here", "address": "1 Street", "phone": "01 555 0142", "time_zone": "Europe/Dublin"}

    for link in ("http://maps.example/", "javascript:alert(1)"):
        assert "map_link" in LocationForm(data | {"map_link": link}, instance=place).errors
    assert "map_link" not in LocationForm(data | {"map_link": "https://maps.example/"}, instance=place).errors


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("accent", "#ffd700", "Too pale to read. This one works: #"),
        ("accent", "#a81919", "Too close to the red of an emergency. This one works: #"),
        ("headline", "x" * 61, "at most 60"),
        ("intro", "x" * 121, "at most 120"),
        ("read_by", "https://a.example\nhttp://b.example", "“http://b.example” is no address"),
        ("framed_by", "*", "“*” is no address"),
        ("framed_by", "https://a.example; script-src *", "“https://a.example;” is no address"),
    ],
)
def test_what_would_break_the_look_or_the_fence_is_refused_in_words(field: str, value: str, fault: str) -> None:
    form = PolicyForm({field: value}, instance=ClinicPolicy(pk=1))

    assert fault in str(form.errors[field].as_text())


@pytest.mark.parametrize(
    ("field", "value"),
    [("accent", "#1C456B"), ("read_by", "https://a.example\r\nhttps://b.example:8443"), ("headline", "x" * 60)],
)
def test_what_fits_is_taken(field: str, value: str) -> None:
    assert field not in PolicyForm({field: value}, instance=ClinicPolicy(pk=1)).errors


def test_websites_are_kept_as_browsers_name_them() -> None:
    form = PolicyForm(
        {"read_by": "https://WWW.Example.com/", "framed_by": "https://a.example:443"}, instance=ClinicPolicy(pk=1)
    )

    assert {"read_by", "framed_by"}.isdisjoint(form.errors)
    assert (form.cleaned_data["read_by"], form.cleaned_data["framed_by"]) == (
        "https://www.example.com",
        "https://a.example",
    )
