"""Merging in the panel: side by side, one choice a row, undone by a button."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.models import Client
from clinic.models import AuditEntry
from tests.cast import NOW, Clinic, book, make_client
from tests.pages import Page, read, send

pytestmark = pytest.mark.django_db


def make_two() -> tuple[Client, Client]:
    second = Client.objects.create(
        name="Niamh Byrne", email="second@example.com", phone="+353871234567", created_at=NOW
    )
    return make_client(), second


def side_by_side(browser: Browser, kept: Client, gone: Client) -> Page:
    return read(browser.get(reverse("panel:person_merge", args=[kept.public_id, gone.public_id])))


def test_two_records_are_found_merged_and_taken_apart(clinic: Clinic, reception: Browser) -> None:
    kept, gone = make_two()
    record = reverse("panel:person", args=[kept.public_id])
    merge = reverse("panel:person_merge", args=[kept.public_id, gone.public_id])
    assert f'href="{merge}"' in reception.get(record).content.decode()

    done = send(reception, side_by_side(reception, kept, gone), "Merge into one record", {"email": "other"})

    kept.refresh_from_db()
    assert (done["Location"], kept.email, kept.phone) == (record, "second@example.com", "+353871234567")
    old = reception.get(reverse("panel:person", args=[gone.public_id]))
    assert (old.status_code, old["Location"]) == (302, record)
    send(reception, read(reception.get(record)), "Undo the merge")
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.email, kept.phone, gone.merged_into) == ("niamh@example.com", "", None)
    lines = AuditEntry.objects.exclude(verb="view").order_by("pk").values_list("verb", "object_id", "fields")
    assert list(lines) == [("merge", str(kept.pk), ["email", "phone"]), ("undo merge", str(kept.pk), [])]


def test_any_other_record_is_found_and_compared_and_never_the_person_s_own(clinic: Clinic, reception: Browser) -> None:
    kept, other = make_client("Fatima Haddad"), make_client("Fatima Nolan")
    record = read(reception.get(reverse("panel:person", args=[kept.public_id])))
    path = reverse("panel:person_same", args=[kept.public_id])
    assert f'href="{path}"' in record.html

    found = send(reception, read(reception.get(path)), "Find", {"words": "fatima"})

    assert [one.public_id for one in found.context["page"].found] == [other.public_id]
    merge = reverse("panel:person_merge", args=[kept.public_id, other.public_id])
    assert f'href="{merge}"' in found.content.decode()
    looks = AuditEntry.objects.filter(object_id=str(other.pk)).values_list("fields", flat=True)
    assert list(looks) == [["contacts"]]


def test_visits_at_the_same_time_are_named_and_nothing_is_saved(clinic: Clinic, reception: Browser) -> None:
    kept, gone = make_two()
    visits = [book(clinic, "10:00", client=kept), book(clinic, "10:30", client=gone, therapist=1)]

    told = send(reception, side_by_side(reception, kept, gone), "Merge into one record", {"email": "other"})

    page = read(told)
    assert told.status_code == 409
    assert [visit.reference in page.html for visit in visits] == [True, True]
    chosen = {one.name: one.value for one in page.posts[-2].fields if one.is_on and one.kind == "radio"}
    assert chosen == {"email": "other", "phone": "other"}
    assert not Client.objects.exclude(merged_into=None).exists()


def test_two_people_are_told_apart_and_not_asked_about_again(clinic: Clinic, reception: Browser) -> None:
    kept, gone = make_two()
    record = reverse("panel:person", args=[kept.public_id])

    send(reception, read(reception.get(record)), "Not the same")

    assert "Perhaps the same person" not in reception.get(record).content.decode()
    assert list(AuditEntry.objects.exclude(verb="view").values_list("verb", flat=True)) == ["tell apart"]
    assert gone.merged_into is None
