from typing import Any

import pytest

from booking.models import Case
from tests.booking.web.visitors import at_result
from tests.cast import DOCTOR_FIRST, Clinic

pytestmark = pytest.mark.django_db


def shown(clinic: Clinic, **answers: Any) -> Any:
    browser, _draft = at_result(clinic, **answers)
    return browser.get("/book/result/").context


def test_who_is_sent_to_a_doctor_may_leave_a_number_and_may_not_book(clinic: Clinic) -> None:
    page = shown(clinic, **DOCTOR_FIRST)

    assert (page["may_book"], page["will_call"], page["call_form"] is None) == (False, False, False)
    assert len(page["explained"]) == 1


def test_once_a_call_is_wished_for_it_is_not_asked_again(clinic: Clinic) -> None:
    browser, _draft = at_result(clinic, **DOCTOR_FIRST)
    Case.objects.update(may_call=True)

    page = browser.get("/book/result/").context

    assert (page["will_call"], page["call_form"]) == (True, None)
