"""Links that were sent stop working: nothing is shown or done by them any more, and a new one goes out once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail

from booking import links
from booking.cases import follow_up
from booking.intake.stops import is_stopped
from booking.links import LinkRevoked, visit_url
from booking.messages import outbox
from booking.models import Appointment, Case, Message, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, By, ChangedMeanwhile, NoAddress, NotAllowed, TooLate
from tests.booking.web.visitors import make_visit
from tests.cast import NOW, TODAY, Clinic, at, make_intake, soon

pytestmark = pytest.mark.django_db

THURSDAY = TODAY + timedelta(days=3)


@pytest.fixture
def visit(clinic: Clinic) -> Appointment:
    return make_visit(clinic, starts_at=at("14:30", day=THURSDAY))


@pytest.fixture
def reception() -> By:
    return By("staff", User.objects.create_user("reception"))


def mails(visit: Appointment) -> list[tuple[str, str]]:
    rows = Message.objects.filter(appointment=visit, kind=Message.Kind.NEW_LINK).order_by("id")
    return list(rows.values_list("state", "recipient"))


def send() -> list[Any]:
    """What goes out now."""
    before = len(mail.outbox)
    outbox.send_due(ask_gate=is_stopped, now=soon(30))
    return mail.outbox[before:]


def test_old_links_lead_nowhere_and_the_new_one_is_mailed(visit: Appointment, reception: By) -> None:
    send()
    old = links.make_token(visit)
    version = visit.version

    fresh = appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=True)

    with pytest.raises(LinkRevoked):
        links.read_token(old)
    event = fresh.events.last()
    assert event is not None
    assert (event.verb, event.by, event.at) == ("revoke links", reception.user, soon(5))
    assert (fresh.version, fresh.state, fresh.starts_at) == (version, State.BOOKED, visit.starts_at)
    assert mails(visit) == [("queued", "niamh@example.com")]
    (sent,) = send()
    assert (sent.to, visit_url(fresh) in sent.body, old in sent.body) == (["niamh@example.com"], True, False)


def test_without_a_new_link_no_mail_goes_out_and_reminders_carry_it(visit: Appointment, reception: By) -> None:
    send()
    old = links.make_token(visit)

    fresh = appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=False)

    assert (mails(visit), send()) == ([], [])
    outbox.send_due(ask_gate=is_stopped, now=visit.starts_at - timedelta(hours=26))
    reminder = mail.outbox[-1]
    assert reminder.subject.startswith("Tomorrow, 14:30")
    assert (links.make_token(fresh) in reminder.body, old in reminder.body) == (True, False)


def test_a_mail_that_waits_for_the_server_carries_the_new_link(visit: Appointment, reception: By) -> None:
    """The confirmation has not gone out yet."""
    old = links.make_token(visit)

    fresh = appointments.revoke_links(appointment=visit, by=reception, now=soon(1), send_new=False)

    (booked,) = send()
    assert (links.make_token(fresh) in booked.body, old in booked.body) == (True, False)


def test_a_second_click_changes_nothing(visit: Appointment, reception: By) -> None:
    seen = visit.events.latest("id").pk

    for _ in range(2):
        appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=True, seen_event=seen)

    visit.refresh_from_db()
    assert (visit.link_generation, visit.events.filter(verb="revoke links").count(), len(mails(visit))) == (2, 1, 1)


def test_twice_on_purpose_mails_once_while_the_first_still_waits(visit: Appointment, reception: By) -> None:
    for minute in (5, 6):
        appointments.revoke_links(appointment=visit, by=reception, now=soon(minute), send_new=True)

    visit.refresh_from_db()
    assert (visit.link_generation, len(mails(visit))) == (3, 1)
    new_links = [sent for sent in send() if sent.subject.startswith("A new link")]
    assert [links.make_token(visit) in sent.body for sent in new_links] == [True]
    appointments.revoke_links(appointment=visit, by=reception, now=soon(40), send_new=True)
    assert [state for state, _to in mails(visit)] == ["sent", "queued"]


def test_who_has_not_seen_the_last_change_is_told_of_it(visit: Appointment, reception: By) -> None:
    seen = visit.events.latest("id").pk
    appointments.confirm_attendance(appointment=visit, now=soon(1))

    with pytest.raises(ChangedMeanwhile):
        appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=True, seen_event=seen)

    visit.refresh_from_db()
    assert (visit.link_generation, mails(visit)) == (1, [])


def test_a_new_link_needs_an_address_and_a_visit_to_come(visit: Appointment, reception: By) -> None:
    def refusal(**fields: Any) -> str:
        Appointment.objects.filter(pk=visit.pk).update(**fields)
        visit.refresh_from_db()
        may_send = appointments.may_send_new_link(visit, now=soon(5))
        try:
            appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=True)
        except (NoAddress, NotAllowed, TooLate) as refused:
            return "" if may_send else type(refused).__name__
        return "sent" if may_send else ""

    starts_at = visit.starts_at
    assert [
        refusal(booker_email=""),
        refusal(booker_email="niamh@example.com", state=State.NO_SHOW),
        refusal(state=State.BOOKED, starts_at=NOW),
        refusal(starts_at=starts_at),
    ] == ["NoAddress", "NotAllowed", "TooLate", "sent"]
    visit.refresh_from_db()
    assert visit.link_generation == 2


@pytest.mark.parametrize("state", [State.HELD, State.EXPIRED])
def test_what_has_no_link_yet_is_left_alone(visit: Appointment, reception: By, state: State) -> None:
    Appointment.objects.filter(pk=visit.pk).update(state=state, deadline_at=soon(10))

    with pytest.raises(NotAllowed):
        appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=False)


PRESSES: dict[str, Callable[[Appointment], object]] = {
    "move": lambda visit: appointments.move(
        appointment=visit, starts_at=at("10:00", day=THURSDAY), therapist_id=None, by=CLIENT, now=soon(6)
    ),
    "cancel": lambda visit: appointments.cancel(appointment=visit, by=CLIENT, now=soon(6)),
    "undo": lambda visit: appointments.undo_cancel(appointment=visit, by=CLIENT, now=soon(6)),
    "undo move": lambda visit: appointments.undo_move(appointment=visit, by=CLIENT, now=soon(6)),
    "undo booking": lambda visit: appointments.undo_booking(appointment=visit, now=soon(6)),
    "address": lambda visit: appointments.correct_email(
        appointment=visit, email="other@example.com", hand=appointments.Hand(address="", device=""), now=soon(6)
    ),
    "confirm": lambda visit: appointments.confirm_attendance(appointment=visit, now=soon(6)),
    "reminders": lambda visit: appointments.set_reminders(appointment=visit, wanted=False, now=soon(6)),
    "email": lambda visit: appointments.confirm_email(appointment=visit, now=soon(6)),
    "form": lambda visit: appointments.replace_form(
        appointment=visit, intake=make_intake(client=visit.client), by=CLIENT, now=soon(6)
    ),
    "data": lambda visit: follow_up.ask_about_data(kind=Case.Kind.SEND_DATA, appointment=visit, now=soon(6)),
}


@pytest.mark.parametrize("press", PRESSES)
def test_who_has_opened_a_link_before_can_do_nothing_by_it_afterwards(
    visit: Appointment, reception: By, press: str
) -> None:
    if press == "undo":
        appointments.cancel(appointment=visit, by=CLIENT, now=soon(1))
    if press == "undo move":
        PRESSES["move"](visit)
    opened = links.read_token(links.make_token(visit))
    appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=False)
    before = (visit.events.count(), Case.objects.count())

    with pytest.raises(LinkRevoked):
        PRESSES[press](opened)

    assert (visit.events.count(), Case.objects.count()) == before
    PRESSES[press](links.read_token(links.make_token(Appointment.objects.get(pk=visit.pk))))


def test_staff_are_not_asked_for_a_link(visit: Appointment, reception: By) -> None:
    appointments.revoke_links(appointment=visit, by=reception, now=soon(5), send_new=False)

    assert appointments.cancel(appointment=visit, by=reception, now=soon(6)).state == State.CANCELLING
