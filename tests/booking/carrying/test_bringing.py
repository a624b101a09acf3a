"""A list on its way in: nothing is written before it is applied, then all of it, once. On both engines."""

import os
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from booking.carrying import bringing
from booking.carrying.bringing import BringRefused, OutOfDate
from booking.carrying.columns import Column
from booking.carrying.undoing import undo
from booking.models import Bringing, Brought, Client, DeskLine, SearchKey
from booking.people.erasing import erase_client
from booking.people.search import find_drift, find_people, read_question
from booking.scheduling.appointments import SYSTEM
from tests.booking.carrying.lists import bring, make_list, upload
from tests.cast import EMAIL, NOW, PHONE, make_client, make_member
from tests.processes import Crew

pytestmark = pytest.mark.django_db

TWO = "Name,Email,Phone,DOB\nNiamh Byrne,niamh@example.com,085 555 0199,1980-12-31\nCian,cian@example.ie,,\n"


@pytest.fixture
def ann() -> User:
    return make_member("owner", name="ann")


def people() -> list[tuple[str, str, str, str, int]]:
    rows = Client.objects.order_by("pk")
    return [(one.name, one.email, one.phone, one.birth_date, one.version) for one in rows]


def test_nothing_is_written_before_it_is_applied_and_the_file_is_encrypted(ann: User) -> None:
    row = upload(TWO, ann)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM booking_bringing")
        stored = str(cursor.fetchall())
    assert (people(), SearchKey.objects.count(), DeskLine.objects.count()) == ([], 0, 0)
    assert [mark for mark in ("Niamh", "cian", "clients.csv", "1980") if mark in stored] == []
    assert row.kept_until == NOW + timedelta(days=1)


def test_applying_writes_new_people_and_fills_in_what_is_empty_in_known_ones(ann: User) -> None:
    make_client()
    row = upload(TWO + "Cian,cian@example.ie,01 555 0177,\n", ann)

    done = bringing.apply(row, now=NOW)

    assert people() == [
        ("Niamh Byrne", EMAIL, "085 555 0199", "1980-12-31", 2),
        ("Cian", "cian@example.ie", "01 555 0177", "", 1),
    ]
    assert (done.counts, done.applied_at, done.text, done.plan) == ({"new": 1, "filled": 1, "skipped": 0}, NOW, "", "")
    assert list(Brought.objects.values_list("line", "is_new", "filled")) == [
        (2, False, ["phone", "birth_date"]),
        (3, True, []),
    ]
    assert list(find_drift()) == []
    assert [one.name for one in find_people(read_question("015550177", country="IE")).hits] == ["Cian"]


def test_what_is_known_is_never_overwritten(ann: User) -> None:
    Client.objects.create(name="Niamh Byrne", email=EMAIL, phone=PHONE, birth_date="1979-01-01", created_at=NOW)

    done = bring("Name,Email,Phone\nNiamh Byrne,niamh@example.com,085 555 0199\n", ann)

    assert people() == [("Niamh Byrne", EMAIL, PHONE, "1979-01-01", 1)]
    assert done.counts == {"new": 0, "filled": 0, "skipped": 1}


def test_a_choice_makes_somebody_else_of_a_double(ann: User) -> None:
    make_client()
    row = upload(TWO, ann)
    bringing.choose(row, choices={"2": "new"})

    done = bringing.apply(row, now=NOW)

    assert done.counts == {"new": 2, "filled": 0, "skipped": 0}


def test_a_second_press_changes_nothing(ann: User) -> None:
    row = upload(TWO, ann)
    bringing.apply(row, now=NOW)

    again = bringing.apply(row, now=NOW + timedelta(seconds=5))

    assert (again.applied_at, Client.objects.count()) == (NOW, 2)


def test_more_numbers_and_mapped_notes_become_desk_lines(ann: User) -> None:
    text = "Name,Phone,Home phone,Remarks\nCian,085 555 0199,01 555 0177,Parks outside\n"
    row = upload(text, ann)
    bringing.look(row, columns=(Column.NAME, Column.PHONE, Column.PHONE, Column.NOTES), today=NOW.date())

    bringing.apply(row, now=NOW)

    written = [(one.text, one.written_by) for one in DeskLine.objects.all()]
    assert written == [("Other phone: 01 555 0177", ann), ("Parks outside", ann)]


def test_a_list_is_compared_with_whoever_came_in_after_it_was_looked_at(ann: User) -> None:
    mine, theirs = upload(TWO, ann), upload(TWO, make_member("owner", name="bob"))
    bringing.apply(theirs, now=NOW)

    with pytest.raises(OutOfDate, match="come into your records meanwhile"):
        bringing.apply(mine, now=NOW)
    bringing.look(mine, today=NOW.date())
    done = bringing.apply(mine, now=NOW)

    assert (done.counts, Client.objects.count()) == ({"new": 0, "filled": 0, "skipped": 2}, 2)


def test_a_list_that_came_in_can_not_be_given_up_and_one_taken_back_not_brought_in_again(ann: User) -> None:
    row = upload(TWO, ann)
    done = bringing.apply(row, now=NOW)

    with pytest.raises(BringRefused, match="brought in already"):
        bringing.give_up(row)
    undo(done, now=NOW)
    with pytest.raises(BringRefused, match="taken back meanwhile"):
        bringing.apply(row, now=NOW)

    assert Client.objects.count() == 0


def test_what_was_chosen_or_given_up_meanwhile_is_not_applied(ann: User) -> None:
    make_client()
    row = upload(TWO, ann)
    bringing.choose(Bringing.objects.get(), choices={"2": "new"})

    with pytest.raises(BringRefused, match="Something else was chosen meanwhile"):
        bringing.apply(row, now=NOW)
    bringing.give_up(row)
    with pytest.raises(BringRefused, match="given up meanwhile"):
        bringing.apply(row, now=NOW)

    assert Client.objects.count() == 1


def test_a_record_that_was_erased_meanwhile_stops_all_of_it(ann: User) -> None:
    known = make_client()
    row = upload("Name,Email,Phone\nCian,c@example.ie,\nNiamh Byrne,niamh@example.com,085 555 0199\n", ann)
    Client.objects.filter(pk=known.pk).update(erased_at=NOW)

    with pytest.raises(BringRefused, match="line 3 was merged or erased meanwhile"):
        bringing.apply(row, now=NOW)

    assert Client.objects.count() == 1


def test_a_list_that_waits_goes_when_somebody_in_it_is_erased(ann: User) -> None:
    known = make_client()
    upload("Name,Email\nCian,c@example.ie\n", make_member("owner", name="bob"))
    upload(TWO, ann)

    erase_client(client=known, by=SYSTEM, now=NOW)

    assert [one.user.username for one in Bringing.objects.all()] == ["bob"]


def test_a_list_without_a_name_has_to_be_mapped_first(ann: User) -> None:
    row = bringing.upload(file=bringing.Upload("x.csv", b"Who,Where\nAnn,Here\n"), by=ann, now=NOW)

    with pytest.raises(BringRefused, match="No column has the names"):
        bringing.look(row, today=NOW.date())


def test_files_end_with_their_day_and_one_gives_way_to_the_next(ann: User) -> None:
    upload(TWO, ann)
    row = upload(TWO, ann)

    left = [
        (bringing.prune(now=NOW + after), Bringing.objects.count())
        for after in (timedelta(hours=23, minutes=59), timedelta(days=1))
    ]

    assert (row.public_id != "", left) == (True, [(0, 1), (1, 0)])


@pytest.mark.parametrize("size", [2_000, pytest.param(50_000, marks=pytest.mark.prove)])
def test_a_long_list_comes_in_whole(ann: User, size: int) -> None:
    done = bring(make_list(size), ann)

    last = find_people(read_question(f"p{size - 1}@example.ie", country="IE")).hits
    assert (done.counts["new"], Client.objects.count(), Brought.objects.count()) == (size, size, size)
    assert [one.name for one in last] == [f"Person{size - 1} Walsh{size - 1}"]


# --- Two at once, and killed on the way ---------------------------------------------------------------------------------


def apply_it(*, bringing_id: int, dies_after: int = 0, in_pieces: bool = False) -> int:
    """Apply in a process of its own; it dies once so many handfuls are written. `in_pieces`: each is committed by itself."""
    row = Bringing.objects.get(pk=bringing_id)
    create, written = Brought.objects.bulk_create, []

    def count(*args: object, **named: object) -> object:
        found = create(*args, **named)  # type: ignore[arg-type]
        written.append(1)
        if in_pieces:
            connection.cursor().execute("COMMIT")
            connection.cursor().execute("BEGIN")
        if len(written) == dies_after:
            os._exit(9)
        return found

    Brought.objects.bulk_create = count  # type: ignore[method-assign,assignment]
    try:
        return sum(bringing.apply(row, now=NOW).counts.values())
    finally:
        Brought.objects.bulk_create = create  # type: ignore[method-assign]


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_bring_everybody_once(crew: Crew) -> None:
    row = upload(make_list(60), make_member("owner"))

    outcomes = crew.run(apply_it, [{"bringing_id": row.pk}] * 2)

    assert ([one.value for one in outcomes], Client.objects.count()) == ([60, 60], 60)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_bring_the_same_list_at_once_bring_everybody_once(crew: Crew) -> None:
    rows = [upload(make_list(60), make_member("owner", name=name)) for name in ("ann", "bob")]

    outcomes = crew.run(apply_it, [{"bringing_id": row.pk} for row in rows])

    assert (sorted(one.error or "" for one in outcomes), Client.objects.count()) == (["", "OutOfDate"], 60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("handfuls", [1, 3], ids=["after the first", "with everybody written"])
def test_a_process_that_dies_on_the_way_leaves_nothing_and_the_list_can_be_applied(crew: Crew, handfuls: int) -> None:
    row = upload(make_list(1_100), make_member("owner"))

    (dead,) = crew.run(apply_it, [{"bringing_id": row.pk, "dies_after": handfuls}])
    left = (Client.objects.count(), SearchKey.objects.count(), Brought.objects.count())
    bringing.apply(row, now=NOW)

    assert (dead.error, left, Client.objects.count()) == ("Died", (0, 0, 0), 1_100)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_one_transaction_half_of_it_stays(crew: Crew) -> None:
    row = upload(make_list(1_100), make_member("owner"))

    (dead,) = crew.run(apply_it, [{"bringing_id": row.pk, "dies_after": 2, "in_pieces": True}])

    assert (dead.error, Client.objects.count()) == ("Died", 1_000)
