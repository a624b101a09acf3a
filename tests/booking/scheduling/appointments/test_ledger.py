import pytest

from booking.models import TYPED, Claim, State
from booking.scheduling import appointments
from booking.scheduling.appointments import CLIENT, ChangedMeanwhile, NotAllowed, TooEarly
from booking.scheduling.appointments.ledger import By, check_own_repeat, check_step, check_unchanged, lapse, record
from tests.cast import NOW, STAFF, Clinic, at, book, make_draft, make_member, soon

pytestmark = pytest.mark.django_db


def test_only_what_was_done_after_the_editor_looked_is_news(clinic: Clinic) -> None:
    visit = book(clinic)
    seen = visit.events.latest("id").pk

    check_unchanged(visit, seen_event=seen)
    check_unchanged(visit, seen_event=None)
    later = record(visit, verb="arrive", by=STAFF, now=soon(1))
    with pytest.raises(ChangedMeanwhile) as news:
        check_unchanged(visit, seen_event=seen)

    assert news.value.event == later


def test_what_is_so_already_is_a_second_click_of_the_same_hand_and_news_of_anothers(clinic: Clinic) -> None:
    visit = book(clinic)
    seen = visit.events.latest("id").pk
    ann, bob = (By("staff", make_member("reception", name=name)) for name in ("ann", "bob"))
    record(visit, verb="cancel", by=ann, now=soon(1))

    check_own_repeat(visit, seen_event=seen, by=ann)
    with pytest.raises(ChangedMeanwhile):
        check_own_repeat(visit, seen_event=seen, by=bob)


def test_a_step_is_the_tables_for_this_hand_and_not_before_its_time(clinic: Clinic) -> None:
    visit = book(clinic, "14:30")

    assert check_step(visit, target=State.ARRIVED, by=STAFF, now=at("12:30")) == "arrive"
    with pytest.raises(TooEarly, match=r"possible from .*12:30"):
        check_step(visit, target=State.ARRIVED, by=STAFF, now=at("12:29"))
    with pytest.raises(NotAllowed, match="This visit is booked"):
        check_step(visit, target=State.ARRIVED, by=CLIENT)


def test_a_kept_start_whose_time_is_up_gives_its_cells_back_and_forgets_who_was_typed(clinic: Clinic) -> None:
    kept = appointments.keep_start(
        draft=make_draft(clinic=clinic),
        starts_at=at("14:30"),
        therapist_id=clinic.therapists[0].pk,
        address="192.0.2.1",
        now=NOW,
    )
    kept.booker_name, kept.booker_email = "Niamh Byrne", "niamh@example.com"

    lapse(kept, now=soon(10))

    kept.refresh_from_db()
    assert (kept.state, kept.deadline_at, [getattr(kept, name) for name in TYPED]) == (
        State.EXPIRED,
        None,
        [""] * len(TYPED),
    )
    assert (Claim.objects.count(), kept.messages.count(), kept.events.latest("id").at) == (0, 0, soon(10))
