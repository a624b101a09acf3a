"""The rulebook is read before it is signed."""

import pytest
from django.urls import reverse

from booking.models import RulebookSignature
from booking.rules.spasms import load_text
from tests.cast import sign_in
from tests.pages import press, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


@pytest.mark.parametrize("role", ["owner", "reception", "therapist"])
def test_the_rulebook_is_read_in_the_panel_before_it_is_signed(role: str) -> None:
    page = read(sign_in(role).get(reverse("panel:rulebook")))

    assert page.status == 200
    assert page.html.count("<h3 id=") > 50
    assert "Until a clinician has signed this version" in page.html


def test_an_owner_finds_the_rulebook_where_it_is_signed() -> None:
    browser = sign_in("owner")
    page = read(browser.get(reverse("panel:signature")))

    link = next(link for link in page.links if link.words == "Read or print the rulebook")
    assert browser.get(link.href).status_code == 200
    signed = {"clinician_name": "Dr Farrell", "registration": "12345", "signed_date": "2026-11-23"}
    press(browser, page, "Record the signature", answers=signed)
    assert RulebookSignature.objects.get().clinician_name == "Dr Farrell"


def test_a_signature_of_a_day_that_is_still_to_come_is_refused_and_what_was_typed_stays() -> None:
    browser = sign_in("owner")
    page = read(browser.get(reverse("panel:signature")))
    signed = {"clinician_name": "Dr Farrell", "registration": "12345", "signed_date": "2027-11-23"}

    refused = press(browser, page, "Record the signature", answers=signed)

    assert refused.status == 422
    assert "The date of the signature is still to come. Correct it." in refused.html
    assert {
        field.name: field.value for form in refused.posts for field in form.fields if field.name in signed
    } == signed
    assert not RulebookSignature.objects.exists()


def test_an_owner_records_who_has_checked_the_page_about_spasms() -> None:
    browser = sign_in("owner")
    page = read(browser.get(reverse("panel:spasms_signature")))
    signed = {"clinician_name": "Dr Farrell", "registration": "12345", "signed_date": "2026-11-23"}

    press(browser, page, "Record the signature", answers=signed)

    assert RulebookSignature.objects.get().rulebook_version == load_text().version
    assert "Checked by Dr Farrell (registration 12345) on 23 November 2026." in " ".join(
        read(browser.get(reverse("panel:spasms_signature"))).html.split()
    )
