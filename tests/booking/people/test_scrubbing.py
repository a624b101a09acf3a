"""On SQLite what was erased has to leave the file as well; on PostgreSQL there is nothing to do."""

from django.db import connection

from booking.models import Client
from booking.people.erasing import erase_client
from booking.people.scrubbing import scrub, scrub_after_erasing
from booking.scheduling.appointments import SYSTEM
from tests.booking.people.files import marks_in_files
from tests.cast import NOW


def test_what_is_erased_is_in_the_file_until_its_log_is_emptied(person: Client) -> None:
    """Without the scrub the same test finds the person."""
    erase_client(client=person, by=SYSTEM, now=NOW)

    assert (marks_in_files() != set()) is (connection.vendor == "sqlite")


def test_without_overwriting_the_person_stays_in_the_file(person: Client) -> None:
    """The pages in the file keep what was deleted from them: what start-up asserts is needed."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA secure_delete=OFF")
    try:
        erase_client(client=person, by=SYSTEM, now=NOW)

        assert scrub()
        assert (marks_in_files() != set()) is (connection.vendor == "sqlite")
    finally:
        connection.close()


def test_a_scrub_that_had_to_wait_is_made_up_by_the_sweep(person: Client) -> None:
    erase_client(client=person, by=SYSTEM, now=NOW)

    scrub_after_erasing(now=NOW)

    assert marks_in_files() == set()
