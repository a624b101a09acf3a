"""Who somebody is, what they give, and whether they work here."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Stranding
from services.models import Therapist
from tests.cast import EMAIL, Clinic, book, make_treatment, sign_in
from tests.clinic.panel.pages import put_on_to_do
from tests.pages import Page, press, read, send
from tests.services.test_pictures import make_upload

pytestmark = pytest.mark.django_db


def profile(browser: Browser, clinic: Clinic) -> Page:
    return read(browser.get(reverse("panel:set_up_profile", args=[clinic.therapists[0].pk])))


def test_skills_that_are_taken_away_name_their_visits_and_the_portrait_comes_along(
    owner: Browser, clinic: Clinic
) -> None:
    off_offer, other = make_treatment(key="cupping"), make_treatment(key="deep_tissue")
    clinic.therapists[0].treatments.add(off_offer)
    off_offer.is_active = False
    off_offer.save()
    visit = book(clinic, "10:00", email=EMAIL)
    page = profile(owner, clinic)
    typed = {
        "name": "Ana Ruiz",
        "treatments": [other.pk],
        "about": "Backs and necks.",
        "gender": "woman",
        "upload": SimpleUploadedFile("a.jpg", make_upload().getvalue(), content_type="image/jpeg"),
    }

    asked = send(owner, page, "Save", typed)
    saved = put_on_to_do(owner, read(asked))

    assert (asked.status_code, visit.reference in asked.content.decode()) == (409, True)
    assert (saved.status, "1 visit needs a new time" in saved.html) == (200, True)
    made = Therapist.objects.get(pk=clinic.therapists[0].pk)
    assert (made.name, made.about, made.gender, made.portrait is not None, set(made.treatments.all())) == (
        "Ana Ruiz",
        "Backs and necks.",
        "woman",
        True,
        {off_offer, other},
    )


def test_who_leaves_is_asked_about_first_and_comes_back_with_hours_and_skills(owner: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "10:00", email=EMAIL)
    ana = clinic.therapists[0]

    asked = send(owner, profile(owner, clinic), "No longer works here")
    back = press(owner, read(asked), "Go back")
    still_here = Therapist.objects.get(pk=ana.pk).is_active
    gone = put_on_to_do(owner, read(asked))
    left = list(Stranding.objects.filter(ended_at=None).values_list("appointment", "why"))
    returned = press(owner, profile(owner, clinic), "Works here again")

    assert (asked.status_code, still_here, back.url) == (409, True, reverse("panel:set_up_profile", args=[ana.pk]))
    assert ("Therapist 1 works here no longer." in gone.html, left) == (True, [(visit.pk, "left")])
    assert "Therapist 1 works here again." in returned.html
    assert (Therapist.objects.get(pk=ana.pk).is_active, list(ana.treatments.all())) == (True, [clinic.treatment])
    assert not Stranding.objects.filter(ended_at=None).exists()


def test_who_saves_a_profile_that_somebody_else_has_changed_is_told_first(owner: Browser, clinic: Clinic) -> None:
    def stored() -> tuple[str, str, set[int]]:
        ana = Therapist.objects.get(pk=clinic.therapists[0].pk)
        return ana.about, ana.training, set(ana.treatments.values_list("pk", flat=True))

    other, words = make_treatment(key="deep_tissue"), {"about": "Backs and necks."}
    mine = {"training": "A diploma.", "treatments": [clinic.treatment.pk, other.pk]}
    opened, ben = profile(owner, clinic), sign_in("owner", name="ben")
    theirs = [send(ben, opened, "Save", words).status_code for _press in range(2)]

    refused = press(owner, opened, "Save", answers=mine)
    after_refusal = stored()
    saved = send(owner, refused, "Save", words)

    told = "Somebody has changed this since you opened the page: “In their own words”."
    assert theirs == [302, 302]  # the second of two presses is no conflict
    assert (refused.status, refused.html.count(told)) == (409, 1)
    assert after_refusal == ("Backs and necks.", "", {clinic.treatment.pk})
    assert (saved.status_code, stored()) == (302, ("Backs and necks.", "A diploma.", {clinic.treatment.pk, other.pk}))
