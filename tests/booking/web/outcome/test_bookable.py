from typing import Any

import pytest

from tests.booking.web.visitors import at_result
from tests.cast import CAREFUL, WITH_A_NOTE, Clinic, make_treatment

pytestmark = pytest.mark.django_db


def shown(clinic: Clinic, **answers: Any) -> Any:
    make_treatment(key="deep_tissue")
    browser, _draft = at_result(clinic, **answers)
    return browser.get("/book/result/").context


def test_a_result_with_nothing_to_report_goes_on_with_what_was_chosen(clinic: Clinic) -> None:
    page = shown(clinic)

    onward = page["ways"].onward
    assert (page["level"], onward.label, onward.url) == ("CLEAR", "Choose a time", "/book/when/")
    assert (page["not_offered"], page["explained"], page["conditions"]) == ("", [], [])


def test_with_care_what_is_not_offered_is_named_and_explained(clinic: Clinic) -> None:
    page = shown(clinic, **CAREFUL)

    assert (page["level"], page["not_offered"], page["nothing_left"]) == (
        "CAUTION",
        "Deep tissue and Trigger point therapy",
        False,
    )
    assert len(page["explained"]) == 1


def test_what_has_to_be_settled_first_is_said(clinic: Clinic) -> None:
    assert len(shown(clinic, **WITH_A_NOTE)["conditions"]) == 1
