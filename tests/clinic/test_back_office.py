"""The Django admin is on record as the panel is: who added, changed, removed or looked at what, and who got a role."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from clinic.back_office import BackOffice, Recorded
from clinic.models import AuditEntry
from clinic.panel.door import staff_changes
from services.models import Room, Treatment
from tests.back_office import add, change, delete, delete_several, open_page, save
from tests.cast import NOW, Clinic, book, browser_of, make_superuser
from tests.pages import find_form, read
from tests.services.places import unasked

pytestmark = pytest.mark.django_db

MARK = "PLANTEDREMARK"


@pytest.fixture
def superuser(clinic: Clinic) -> Browser:
    return browser_of(User.objects.create_superuser("boss"))


def lines() -> list[tuple[str, str, str, list[str]]]:
    rows = AuditEntry.objects.order_by("id")
    return list(rows.values_list("verb", "object_type", "object_id", "fields"))


def test_every_page_of_the_admin_is_on_record_also_those_of_libraries() -> None:
    assert isinstance(admin.site._wrapped, BackOffice)  # type: ignore[attr-defined]
    assert {type(page).__name__ for page in admin.site._registry.values() if not isinstance(page, Recorded)} == set()
    registered = {model._meta.label for model in admin.site._registry}
    assert "auth.User" in registered
    assert registered & {"auth.Group", "otp_totp.TOTPDevice", "otp_static.StaticDevice"} == set()


def test_a_row_added_changed_and_removed_is_three_lines_without_a_value(superuser: Browser, clinic: Clinic) -> None:
    add(superuser, Room, {"location": clinic.location.pk, "name": MARK, "order": 7})
    room = Room.objects.get(name=MARK)
    change(superuser, room, {"name": MARK * 2, "order": 8})
    delete(superuser, room)

    assert [(verb, kind, number) for verb, kind, number, _ in lines()] == [
        ("add", "room", str(room.pk)),
        ("change", "room", str(room.pk)),
        ("remove", "room", str(room.pk)),
    ]
    assert lines()[1][3] == ["Name", "Order"]
    assert MARK not in str(list(AuditEntry.objects.values()))


def test_several_rows_removed_at_once_are_a_line_each(superuser: Browser, clinic: Clinic) -> None:
    rooms = [Room.objects.create(location=clinic.location, name=f"{MARK} {n}") for n in range(3)]

    delete_several(superuser, rooms)

    removed = {number for verb, _, number, _ in lines() if verb == "remove"}
    assert removed == {str(room.pk) for room in rooms}


def test_what_a_row_inside_a_row_is_called_is_left_out(superuser: Browser, clinic: Clinic) -> None:
    length = clinic.treatment.lengths.get(minutes=60)
    page = open_page(superuser, Treatment, "change", clinic.treatment.pk)
    form, _button = find_form(page, "Save")
    row = next(one.name for one in form.fields if one.name.endswith("-id") and one.value == str(length.pk))

    answer = save(superuser, page, {row.replace("-id", "-price"): "61.00"})

    length.refresh_from_db()
    assert (answer.status_code, length.price) == (302, 61)
    assert [(verb, kind) for verb, kind, *_ in lines()] == [("change", "treatment")]
    assert lines()[0][3] == ["Price"]
    assert "60" not in str(lines()[0][3])


def test_looking_at_persons_in_the_admin_is_on_record(superuser: Browser, clinic: Clinic) -> None:
    visit = book(clinic, "14:00", name=MARK)

    superuser.get(reverse("admin:booking_client_changelist"), {"q": MARK})
    superuser.get(reverse("admin:booking_appointment_change", args=[visit.pk]))

    assert lines() == [("list", "client", "", []), ("view", "client", str(visit.client_id), ["visit", "contacts"])]
    assert MARK not in str(list(AuditEntry.objects.values()))


def test_reading_the_trail_in_the_admin_is_on_record(superuser: Browser, clinic: Clinic) -> None:
    superuser.get(reverse("admin:clinic_auditentry_changelist"))

    assert lines() == [("list", "auditentry", "", [])]


def test_every_page_has_the_clinic_s_name_and_a_way_back(superuser: Browser, clinic: Clinic) -> None:
    pages = [read(superuser.get(path)) for path in ("/admin/", "/admin/auth/user/", "/admin/services/room/add/")]

    assert {("/panel/set-up/" in [link.href for link in page.links]) for page in pages} == {True}
    assert ["back office" in page.html for page in pages] == [True] * 3
    assert superuser.get("/admin/auth/user/add/").status_code == 403


def test_no_page_opens_without_the_second_factor_nor_to_who_was_demoted_or_disabled(settings: Any) -> None:
    boss, bob, cleo = [make_superuser(name) for name in ("boss", "bob", "cleo")]
    sessions = [browser_of(user) for user in (boss, bob, cleo)]

    def opens() -> list[list[int]]:
        return [[one.get(path).status_code for path in ("/admin/", "/admin/services/room/")] for one in sessions]

    before = opens()
    change: dict[str, Any] = {
        "name": "Bob",
        "email": "",
        "role": "reception",
        "therapist": None,
        "by": boss,
        "now": NOW,
    }
    staff_changes.change_account(user=bob, **change)
    staff_changes.disable(user=cleo, leaves=False, by=boss, now=NOW, review=unasked)
    after = opens()
    settings.SECOND_FACTOR_REQUIRED = True

    assert before == [[200, 200]] * 3
    assert after == [[200, 200], [302, 302], [302, 302]]
    assert opens() == [[302, 302]] * 3
    assert sessions[0].get("/admin/")["Location"] == "/admin/login/?next=/admin/"
