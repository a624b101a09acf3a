import pytest
from django.contrib.auth.models import User
from django.db import connection

from booking.cases import clearances, follow_up
from booking.models import Case, Client
from services.models import ClinicPolicy
from tests.cast import DOCTOR_FIRST, NOW, make_client, make_intake, soon

pytestmark = pytest.mark.django_db


def test_a_case_without_contact_is_only_counted_until_the_client_wants_a_call() -> None:
    case = Case.objects.get(intake=make_intake(answers=DOCTOR_FIRST))
    assert (case.state, case.closed_at) == (Case.State.CLOSED, NOW)

    called_for = follow_up.ask_for_call(case=case, name="Niamh", phone="01 555 0100", now=soon(2))

    assert (called_for.state, called_for.closed_at, called_for.may_call) == (Case.State.OPEN, None, True)
    assert [event.verb for event in case.events.all()] == ["open", "call asked"]


@pytest.mark.parametrize("ending", [Case.State.CLOSED, Case.State.DECLINED])
def test_a_wish_for_a_call_opens_a_case_again_that_was_over_and_tells_staff(ending: Case.State) -> None:
    ClinicPolicy.objects.update_or_create(defaults={"contact_email": "desk@clinic.test"})
    case = Case.objects.get(intake=make_intake(answers=DOCTOR_FIRST, client=make_client()))
    follow_up.take_step(case=case, state=ending, by=User.objects.create(username="owner"), now=soon(1))

    for _time in range(2):
        case = follow_up.ask_for_call(case=case, name="Niamh", phone="01 555 0100", now=soon(2))

    assert (case.state, case.closed_at, case.may_call) == (Case.State.OPEN, None, True)
    assert [event.verb for event in case.events.all()] == ["open", ending.value, "call asked", "call asked"]
    assert list(case.messages.order_by("id").values_list("state", "due_at")) == [("queued", NOW), ("queued", soon(2))]


def test_a_known_client_brings_the_contact() -> None:
    client = make_client()

    case = Case.objects.get(intake=make_intake(answers=DOCTOR_FIRST, client=client))

    assert (case.state, case.contact_email, case.may_call) == (Case.State.OPEN, client.email, False)


def test_steps_are_told_as_events_with_an_encrypted_note() -> None:
    owner = User.objects.create(username="owner")
    case = follow_up.open_case(kind=Case.Kind.PHYSICIAN, client=make_client(), now=NOW)

    follow_up.take_step(case=case, state=Case.State.CALLED, by=owner, now=soon(5), note="MARKER left a message")
    declined = follow_up.take_step(case=case, state=Case.State.DECLINED, by=owner, now=soon(9))

    assert (declined.state, declined.closed_at, declined.owner) == (Case.State.DECLINED, soon(9), owner)
    assert [event.note for event in case.events.all()] == [None, "MARKER left a message", None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM booking_caseevent WHERE note IS NOT NULL")
        assert "MARKER" not in cursor.fetchone()[0]


def test_only_a_letter_clears() -> None:
    owner = User.objects.create(username="owner")
    case = follow_up.open_case(kind=Case.Kind.PHYSICIAN, client=make_client(), now=NOW)

    with pytest.raises(ValueError, match="recorded letter"):
        follow_up.take_step(case=case, state=Case.State.CLEARED, by=owner, now=NOW)


def test_answers_that_follow_others_leave_one_case_to_work_on() -> None:
    first = make_intake(answers=DOCTOR_FIRST)
    follow_up.ask_for_call(case=Case.objects.get(intake=first), name="Niamh", phone="01 555 0100", now=soon(1))

    second = make_intake(answers=DOCTOR_FIRST | {"other_concern": "more"}, previous=first, now=soon(2))

    before, after = Case.objects.get(intake=first), Case.objects.get(intake=second)
    assert (before.state, before.closed_at) == (Case.State.CLOSED, soon(2))
    assert (after.state, after.contact_name, after.contact_phone, after.may_call) == (
        Case.State.OPEN,
        "Niamh",
        "01 555 0100",
        True,
    )
    assert before.events.latest("id").note == "Answered again: see the newer case."


@pytest.mark.parametrize("later", [DOCTOR_FIRST, {}])
def test_a_graver_case_stays_open_beside_what_is_said_later(later: dict[str, list[str]]) -> None:
    first = make_intake(answers={"emergency_symptoms": ["breathless_or_blood"]}, client=make_client())

    make_intake(answers=later, previous=first, client=first.client, now=soon(2))

    assert Case.objects.get(intake=first).state == Case.State.OPEN


def test_a_requested_visit_leaves_the_case_of_earlier_answers_open() -> None:
    first = make_intake(answers=DOCTOR_FIRST, client=make_client())
    second = make_intake(previous=first, client=first.client, now=soon(2))

    follow_up.open_case(kind=Case.Kind.REQUESTED, intake=second, client=first.client, now=soon(3))

    assert Case.objects.get(intake=first).state == Case.State.OPEN


@pytest.mark.parametrize(("name", "state"), [("Niamh Byrne", Case.State.OPEN), ("", Case.State.CLOSED)])
def test_a_case_with_a_name_is_open_also_without_any_contact(name: str, state: Case.State) -> None:
    nobody = Client.objects.create(name=name, created_at=NOW)

    case = follow_up.open_case(kind=Case.Kind.REQUESTED, client=nobody, now=NOW)

    assert case.state == state


def test_a_cleared_case_is_opened_again_only_by_taking_its_letter_back() -> None:
    owner = User.objects.create(username="owner")
    make_intake(answers=DOCTOR_FIRST, client=make_client())
    letter = clearances.Letter(
        written_by="Dr Kelly", written_date=NOW.date(), allowed_treatments=("swedish",), valid_until=NOW.date()
    )
    clearances.record_clearance(case=Case.objects.get(), letter=letter, by=owner, now=NOW)

    with pytest.raises(ValueError, match="taking it back"):
        follow_up.take_step(case=Case.objects.get(), state=Case.State.OPEN, by=owner, now=NOW)

    assert Case.objects.get().state == Case.State.CLEARED
