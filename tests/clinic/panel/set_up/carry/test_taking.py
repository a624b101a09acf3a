"""Everything out: what is in the archive, what is not without the tick, and that it comes in again."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from booking.carrying import files
from booking.carrying.columns import recognise
from booking.carrying.people import People, Person, read_people
from booking.models import Client
from clinic.panel.set_up.carry.taking import stream_archive
from tests.booking.people.planting import plant_person
from tests.cast import NOW, Clinic

pytestmark = pytest.mark.django_db

# What is no health data: who somebody is, who booked for them, and who works here.
IN_CLEAR = {"NAMEMARK", "mailmark@example.com", "PHONEMARK", "BOOKERMARK", "1980-05-17"}
HEALTH = {"ANSWERMARK", "EARLIERMARK", "REMARKMARK", "FOUNDMARK", "ADDEDMARK", "LIMITMARK", "LINEMARK", "ACCESSMARK"}


def take(*, with_health: bool) -> dict[str, bytes]:
    packed = io.BytesIO(b"".join(stream_archive(with_health=with_health)))
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_health_data_goes_along_only_where_it_is_asked_for(clinic: Clinic) -> None:
    plant_person(clinic)

    without, everything = (
        {
            mark
            for mark in IN_CLEAR | HEALTH
            for content in take(with_health=ticked).values()
            if mark.encode() in content
        }
        for ticked in (False, True)
    )

    assert (without, everything) == (IN_CLEAR, IN_CLEAR | HEALTH)


def test_there_is_a_csv_and_a_json_of_each_table_and_rows_refer_by_number(clinic: Clinic) -> None:
    visit = plant_person(clinic)

    found = take(with_health=False)

    names = {name.partition(".")[0] for name in found}
    visits: list[dict[str, Any]] = json.loads(found["visits.json"])
    therapists: list[dict[str, Any]] = json.loads(found["therapists.json"])
    assert {"clients", "person", "visits", "mails", "treatments", "prices", "hours", "rooms", "policy"} <= names
    assert {"prices_from_a_day", "phrases_for_notes", "templates_for_notes"} <= names
    assert [row["treatments"] for row in therapists] == [
        sorted(one.treatments.values_list("pk", flat=True)) for one in clinic.therapists
    ]
    assert {"notes", "safety_checks", "cases", "on_the_way"} & names == set()
    assert [(row["number"], row["person_number"], row["treatment"]) for row in visits] == [
        (visit.pk, visit.client_id, "Swedish")
    ]
    assert set(found) == {f"{name}.{kind}" for name in names - {"clients"} for kind in ("csv", "json")} | {
        "clients.csv"
    }


def test_the_clients_come_in_again_and_no_cell_is_a_formula(owner: Browser) -> None:
    Client.objects.create(name="=HYPERLINK(1)", phone="+353 85 555 0199", created_at=NOW)
    Client.objects.create(name="Seán Ó Briain", email="s@example.ie", birth_date="1980-12-31", created_at=NOW)

    content = take(with_health=False)["clients.csv"]

    sheet = files.read_sheet(files.read_text(content))
    assert b"\n=" not in content
    assert read_people(sheet, recognise(sheet.header), country="IE", today=date(2026, 11, 23)) == People(
        (
            Person(2, "=HYPERLINK(1)", phone="+353 85 555 0199"),
            Person(3, "Seán Ó Briain", email="s@example.ie", birth_date="1980-12-31"),
        )
    )
