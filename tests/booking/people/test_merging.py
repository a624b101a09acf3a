"""Two records of one person become one, with all that belongs to them, and two again for a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from booking.intake.decisions import newest_intake
from booking.models import Appointment, Case, Claim, Client, Condition, DeskLine, Draft, Intake, Merge, Message
from booking.notes.content import Content
from booking.notes.granting import grant_reading
from booking.notes.reading import has_grant, notes_of
from booking.notes.writing import sign_note
from booking.people.copying import collect_personal_data
from booking.people.erasing import erase_client
from booking.people.merging import CHOSEN, COMES_OVER, RecordChanged, find_merge, merge, prune_merges, undo_merge
from booking.scheduling import appointments
from booking.scheduling.appointments import SYSTEM, NotAllowed, TwoAtOnce
from booking.scheduling.claims import find_drift
from services.sealed import drop_seals, make_seals, missing_seals
from tests.cast import DOCTOR_FIRST, NOW, STAFF, Clinic, book, make_client, make_intake, make_member

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def make_two(clinic: Clinic) -> tuple[Client, Client]:
    """Niamh, who came once, and her second record with another email, a line, a case and a journey on the way."""
    kept = make_client()
    book(clinic, "10:00", days=1, client=kept)
    gone = Client.objects.create(
        name="Niamh Byrne Kelly", email="nk@example.com", phone="+353871234567", created_at=NOW
    )
    book(clinic, "12:00", days=1, client=gone)
    DeskLine.objects.create(client=gone, text="Speaks softly", written_at=NOW, written_by=make_member("owner"))
    Case.objects.create(kind=Case.Kind.SEND_DATA, client=gone, opened_at=NOW)
    Draft.objects.create(client=gone, created_at=NOW, expires_at=NOW + A_DAY)
    return kept, gone


def unite(kept: Client, gone: Client, *from_gone: str, now: Any = NOW) -> Merge:
    return merge(kept=kept, gone=gone, from_gone=from_gone, by=STAFF, now=now, versions=(kept.version, gone.version))


def owners() -> dict[str, list[Any]]:
    """Whose every row is, claims included."""
    found = {
        model._meta.label: list(model._default_manager.order_by("pk").values_list("pk", "client"))
        for model in (Appointment, *COMES_OVER)
    }
    claims = Claim.objects.filter(kind=Claim.Kind.CLIENT).order_by("pk")
    intakes = Intake.objects.order_by("pk").values_list("pk", "previous")
    people = Client.objects.order_by("pk").values_list("pk", *CHOSEN, "merged_into")
    return found | {
        "claims": list(claims.values_list("pk", "resource_id")),
        "previous": list(intakes),
        "people": list(people),
        "conditions": list(Condition.objects.order_by("pk").values_list("appointment", "kind")),
    }


def test_all_that_refers_to_a_person_comes_over_or_is_named_here() -> None:
    """A table that somebody adds is not forgotten: it comes over, or it says why not."""
    stays = {
        "booking.Merge": "what undoes it",
        "booking.NotTheSame": "two records",
        "booking.Client": "merged_into",
        "booking.Brought": "a record that was merged stays when the list is undone",
    }
    refers = {relation.related_model._meta.label for relation in Client._meta.related_objects}

    assert refers - stays.keys() - {"booking.SearchKey"} == {model._meta.label for model in (Appointment, *COMES_OVER)}
    assert [label for label in stays if label not in {model._meta.label for model in apps.get_models()}] == []


def test_a_merge_brings_everything_and_the_chosen_fields(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)

    unite(kept, gone, "phone")

    kept.refresh_from_db()
    gone.refresh_from_db()
    whose = owners()
    assert {
        owner
        for label in ("booking.Appointment", *(model._meta.label for model in COMES_OVER))
        for _pk, owner in whose[label]
    } == {kept.pk}
    assert {owner for _pk, owner in whose["claims"]} == {kept.pk}
    assert (kept.name, kept.email, kept.phone) == ("Niamh Byrne", "niamh@example.com", "+353871234567")
    assert (gone.merged_into, gone.name) == (kept, "Niamh Byrne Kelly")
    assert list(find_drift(now=NOW)) == []


def test_undoing_is_exactly_back(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    make_intake(client=kept, now=NOW + timedelta(hours=1))
    before = owners()

    undo_merge(merge=unite(kept, gone, "name", "phone", now=NOW + timedelta(hours=2)), by=STAFF, now=NOW + A_DAY)

    assert owners() == before
    assert list(find_drift(now=NOW)) == []
    assert Merge.objects.count() == 0


def test_notes_and_who_may_read_them_come_over_and_go_back(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    ana, ben = (
        make_member("therapist", clinic, number=number, name=name) for number, name in enumerate(("ana", "ben"))
    )
    Appointment.objects.update(state="completed")
    for person in (kept, gone):
        visit = person.appointments.get()
        sign_note(appointment=visit, content=Content(next=person.name), seen=0, by_id=ana.pk, now=NOW)
    grant_reading(client=gone, reader_id=ben.pk, reason="Ana is ill", until=NOW + A_DAY, by_id=ana.pk, now=NOW)

    def read() -> tuple[list[str], list[str], list[bool]]:
        mine, theirs = ([note.content["next"] for note in notes_of(person)] for person in (kept, gone))
        return mine, theirs, [has_grant(person, reader_id=ben.pk, now=NOW) for person in (kept, gone)]

    make_seals()  # a signed note is not touched: it hangs on its visit
    try:
        before = read()
        done = unite(kept, gone)
        together = read()
        undo_merge(merge=done, by=STAFF, now=NOW + timedelta(hours=1))
        assert missing_seals() == set()
    finally:
        drop_seals()

    assert before == (["Niamh Byrne"], ["Niamh Byrne Kelly"], [False, True])
    assert together == (["Niamh Byrne Kelly", "Niamh Byrne"], [], [True, False])
    assert read() == before


def test_what_happened_since_stays_where_it_makes_sense(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    done = unite(kept, gone, "name")
    kept.refresh_from_db()
    appointments.correct_person(
        client=kept, wanted={"name": "Niamh B. Kelly"}, seen_version=kept.version, by=STAFF, now=NOW
    )
    last = newest_intake(kept)
    since = book(clinic, "10:00", days=2, client=kept, with_form=False, now=NOW + timedelta(minutes=1))
    on_theirs = book(clinic, "10:00", days=3, client=gone, intake=last, now=NOW + timedelta(minutes=1))
    assert last is not None
    assert on_theirs.client == kept  # whoever had the old record open books for the one that counts

    undo_merge(merge=done, by=STAFF, now=NOW + timedelta(minutes=2))

    last.refresh_from_db()
    on_theirs.refresh_from_db()
    since.refresh_from_db()
    kept.refresh_from_db()
    assert (kept.name, since.client, on_theirs.client, last.client) == ("Niamh B. Kelly", kept, gone, gone)
    assert list(find_drift(now=NOW)) == []


def test_two_visits_at_once_are_two_people(clinic: Clinic) -> None:
    kept, gone = make_client(), make_client("Niamh Byrne Kelly")
    visits = [book(clinic, "10:00", days=1, client=kept), book(clinic, "10:30", days=1, client=gone, therapist=1)]
    before = owners()

    with pytest.raises(TwoAtOnce) as refused:
        unite(kept, gone)

    assert [visit.reference in str(refused.value) for visit in visits] == [True, True]
    assert owners() == before


def test_lighter_answers_are_looked_at_before_the_next_visit(clinic: Clinic) -> None:
    """The other record was told to see a physician; the newest answers of the kept one are clear."""
    kept, gone = make_client(), make_client("Niamh Byrne Kelly")
    stopped = make_intake(client=gone, answers=DOCTOR_FIRST, now=NOW)
    clear = make_intake(client=kept, now=NOW + timedelta(hours=1))
    visit = book(clinic, "14:00", days=1, client=kept, intake=clear, now=NOW + timedelta(hours=1))
    before = owners()

    done = unite(kept, gone, now=NOW + timedelta(hours=2))

    clear.refresh_from_db()
    assert (newest_intake(kept), clear.previous) == (clear, stopped)
    assert list(visit.conditions.values_list("kind", flat=True)) == ["corrected_answers"]
    undo_merge(merge=done, by=STAFF, now=NOW + timedelta(hours=3))
    assert owners() == before


def test_a_newer_stop_counts_for_the_visits_of_both(clinic: Clinic) -> None:
    kept, gone = make_client(), make_client("Niamh Byrne Kelly")
    visit = book(clinic, "14:00", days=1, client=kept, email="niamh@example.com")
    make_intake(client=gone, answers=DOCTOR_FIRST, now=NOW + timedelta(hours=1))

    unite(kept, gone, now=NOW + timedelta(hours=2))

    assert Message.objects.filter(appointment=visit, kind=Message.Kind.STOPPED, state="queued").count() == 1


def test_a_record_that_was_corrected_meanwhile_is_looked_at_again(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    appointments.correct_person(client=gone, wanted={"name": "Niamh Kelly"}, seen_version=1, by=STAFF, now=NOW)
    before = owners()

    with pytest.raises(RecordChanged):
        unite(kept, gone)

    assert owners() == before


def test_merging_twice_undoing_twice_and_after_a_day_are_refused(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    done = unite(kept, gone)
    kept.refresh_from_db()

    for now in (NOW + A_DAY, NOW + 2 * A_DAY):
        with pytest.raises(NotAllowed):
            undo_merge(merge=done, by=STAFF, now=now)
    with pytest.raises(NotAllowed):
        unite(kept, gone)
    undo_merge(merge=done, by=STAFF, now=NOW)
    with pytest.raises(NotAllowed):
        undo_merge(merge=done, by=STAFF, now=NOW)


def test_after_a_day_only_that_it_was_one_is_left(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    unite(kept, gone)
    assert prune_merges(now=NOW + A_DAY - timedelta(seconds=1)) == 0

    assert prune_merges(now=NOW + A_DAY) == 1

    gone.refresh_from_db()
    assert (Merge.objects.count(), gone.name, gone.email, gone.phone, gone.merged_into) == (0, "", "", "", kept)
    assert find_merge(kept, now=NOW) is None


def test_the_copy_and_erasing_cover_what_was_merged(clinic: Clinic) -> None:
    kept, gone = make_two(clinic)
    unite(kept, gone)
    Appointment.objects.update(state="completed", ends_at=NOW - timedelta(hours=1), starts_at=NOW - timedelta(hours=2))
    copy = collect_personal_data(client=kept)

    erase_client(client=kept, by=SYSTEM, now=NOW)

    assert (copy["person"]["name"], [one["name"] for one in copy["merged_records"]]) == (
        "Niamh Byrne",
        ["Niamh Byrne Kelly"],
    )
    assert [line["line"] for line in copy["desk_lines"]] == ["Speaks softly"]
    assert set(Client.objects.values_list("name", "email", "phone")) == {("Erased", "", "")}
    assert (Merge.objects.count(), DeskLine.objects.count()) == (0, 0)
