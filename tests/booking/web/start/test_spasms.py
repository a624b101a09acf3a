import html
import re

import pytest
from django.test import Client as Browser

from booking.intake.signing import record_signature
from booking.models import RulebookSignature
from booking.rules.advice import CALL_AT_ONCE_IF
from booking.rules.spasms import load_text
from services.models import Location
from tests.cast import NOW, TODAY, Clinic, make_member

pytestmark = pytest.mark.django_db

NOBODY = "No clinician has checked this page yet."


def words_of(answer: object) -> str:
    """What a reader sees of the page, in one line."""
    text = re.sub(r"<(style|script|svg).*?</\1>|<[^>]+>", "", answer.content.decode(), flags=re.DOTALL)  # type: ignore[attr-defined]
    return " ".join(html.unescape(text).split())


def test_the_page_is_the_text_word_for_word_with_the_signs_of_every_result(clinic: Clinic) -> None:
    read = words_of(Browser().get("/spasms/"))

    for section in load_text().sections:
        for block in section.blocks:
            for line in block.lines:
                assert " ".join("".join(run.text for run in line).split()) in read
    assert [sign for sign in CALL_AT_ONCE_IF if sign not in read] == []


@pytest.mark.parametrize(("country", "number"), [("IE", "112"), ("US", "911"), ("GB", "999")])
def test_the_number_to_call_is_that_of_the_clinics_country(clinic: Clinic, country: str, number: str) -> None:
    Location.objects.update(country=country)

    page = Browser().get("/spasms/").content.decode()

    assert f'Call <a href="tel:{number}">{number}</a> at once if' in page


def test_it_says_who_has_checked_it_once_somebody_has(clinic: Clinic) -> None:
    before = words_of(Browser().get("/spasms/"))
    record_signature(
        version=load_text().version,
        clinician_name="Dr Mary Farrell",
        registration="12345",
        signed_date=TODAY,
        by=make_member("owner"),
        now=NOW,
    )

    after = words_of(Browser().get("/spasms/"))

    assert NOBODY in before
    assert NOBODY not in after
    assert "Checked by Dr Mary Farrell on Monday 23 November 2026." in after


def test_a_check_of_other_words_does_not_count(clinic: Clinic) -> None:
    record_signature(
        clinician_name="Dr Mary Farrell", registration="1", signed_date=TODAY, by=make_member("owner"), now=NOW
    )
    RulebookSignature.objects.create(
        rulebook_version="spasms-of-before",
        clinician_name="Dr Kelly",
        registration="2",
        signed_date=TODAY,
        recorded_by=make_member("owner", name="Una"),
        recorded_at=NOW,
    )

    assert NOBODY in words_of(Browser().get("/spasms/"))
