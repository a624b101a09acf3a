"""From an empty clinic to one that takes bookings, by the pages of the set-up; and stopping it again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from booking.intake.signing import record_signature
from booking.models import Heartbeat, Message
from booking.tasks import send_due_messages
from clinic.models import AuditEntry
from services import catalogue
from services.models import ClinicPolicy, Location
from tests.cast import NOW, Clinic, make_member, sign_in
from tests.pages import read, send
from tests.services.places import make_location

pytestmark = pytest.mark.django_db
PLACE = {"clinic_name": "Alder Street", "address": "14 Alder Street\nDublin 8", "phone": "01 555 0142"}


def test_the_start_of_an_empty_clinic_has_the_place_as_its_next_step(db: None) -> None:
    owner = sign_in("owner")

    page = owner.get(reverse("panel:set_up")).content.decode()
    missing = owner.get(reverse("panel:go_live")).content.decode()

    assert "0 of 8 done" in page
    assert page.count("start-next") == 1
    assert "Opening soon" in page
    assert "Somebody with treatments and hours" in missing
    assert "Open online booking" not in missing


def test_the_place_is_one_form_and_confirms_the_number(db: None) -> None:
    owner = sign_in("owner")
    page = owner.get(reverse("panel:set_up_place"), {"country": "US"})
    first = send(owner, read(page), "Save", PLACE | {"country": "IE"})

    second = send(owner, read(first), "Save", {})

    place, policy = Location.objects.get(), ClinicPolicy.current()
    assert first.status_code == 422
    assert "In Ireland the usual number is 112." in first.content.decode()
    assert second["Location"] == reverse("panel:set_up")
    assert (place.name, place.country, place.time_zone) == ("Alder Street", "IE", "Europe/Dublin")
    assert (policy.currency, policy.emergency_number, policy.emergency_number_confirmed) == ("EUR", "112", True)


def test_a_tab_from_before_takes_nothing_of_the_place_back(clinic: Clinic) -> None:
    owner, address = sign_in("owner"), reverse("panel:set_up_place")
    stale = read(owner.get(address))
    twice = [send(owner, stale, "Save", {"phone": "01 555 0143"}).status_code for _press in range(2)]

    refused = send(owner, stale, "Save", {"parking": "In the yard"})
    between = Location.objects.get()
    send(owner, read(refused), "Save", {})

    place = Location.objects.get()
    assert twice == [302, 302]
    assert (refused.status_code, "since you opened the page: “Phone”" in refused.content.decode()) == (409, True)
    assert (between.phone, between.parking) == ("01 555 0143", "")
    assert (place.phone, place.parking) == ("01 555 0143", "In the yard")


def test_no_country_is_guessed_but_by_the_browser_s_clock_and_then_one_save_is_enough(db: None) -> None:
    owner, address = sign_in("owner"), reverse("panel:set_up_place")
    zones = ("UTC", "Asia/Calcutta", "Australia/Perth", "Europe/Berlin", "America/Buenos_Aires")
    drawn = [
        owner.get(address, query).context["page"].form.initial for query in ({}, *({"zone": zone} for zone in zones))
    ]

    saved = send(owner, read(owner.get(address, {"zone": "Europe/Dublin"})), "Save", PLACE)

    found = [(one["country"], one["time_zone"], one["emergency_number"]) for one in drawn]
    place, policy = Location.objects.get(), ClinicPolicy.current()
    assert found == [
        ("", "", ""),
        ("", "", ""),
        ("IN", "", "112"),
        ("AU", "Australia/Perth", "000"),
        ("DE", "Europe/Berlin", "112"),
        ("AR", "America/Argentina/Buenos_Aires", "107"),
    ]
    assert saved["Location"] == reverse("panel:set_up")
    assert (place.country, place.time_zone) == ("IE", "Europe/Dublin")
    assert (policy.emergency_number, policy.emergency_number_confirmed) == ("112", True)


def test_only_currencies_that_people_pay_with_are_offered_and_the_clinic_s_own(db: None) -> None:
    ClinicPolicy.objects.update_or_create(pk=1, defaults={"currency": "DEM"})
    make_location()
    form = read(sign_in("owner").get(reverse("panel:set_up_place"))).posts[-1]

    offered = {code for one in form.fields if one.name == "currency" for code in one.choices}

    assert offered & {"EUR", "XOF", "XCD", "DEM", "FRF", "XAU", "XXX", "XTS"} == {"EUR", "XOF", "XCD", "DEM"}


def test_a_test_mail_takes_the_real_way_and_then_counts(clinic: Clinic, settings: Any) -> None:
    ClinicPolicy.objects.update(contact_email="desk@alder.example")
    owner = sign_in("owner")

    send(owner, read(owner.get(reverse("panel:set_up_mail"))), "Send me a test", {})
    waiting = owner.get(reverse("panel:set_up_mail")).content.decode()
    send_due_messages()

    after = owner.get(reverse("panel:set_up_mail")).content.decode()
    assert "is on its way" in waiting
    assert "went out" in after
    assert list(Message.objects.values_list("kind", "state", "recipient")) == [("trial", "sent", "desk@alder.example")]
    # Another server, and nothing is proved any more.
    settings.EMAIL_HOST = "other.example"
    assert "No test has gone out yet." in owner.get(reverse("panel:set_up_mail")).content.decode()


def test_a_clinic_that_has_everything_opens_by_one_press_and_stops_by_two(clinic: Clinic, monkeypatch: Any) -> None:
    ClinicPolicy.objects.update(opened_at=None, prices_confirmed_at=None, contact_email="desk@alder.example")
    member = make_member("owner")
    owner = Browser()
    owner.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    record_signature(clinician_name="Dr Ó Sé", registration="1", signed_date=NOW.date(), by=member, now=NOW)
    monkeypatch.setattr("clinic.panel.set_up.load.has_gone_out", lambda *, policy: True)
    for words in ("These are right", "This is right"):
        send(owner, read(owner.get(reverse("panel:set_up"))), words, {})

    send(owner, read(owner.get(reverse("panel:set_up"))), "Open online booking", {})
    opened = owner.get(reverse("panel:set_up"))
    is_open = ClinicPolicy.current().is_open
    send(owner, read(owner.get(reverse("panel:stop_booking"))), "Stop online booking", {})

    assert (is_open, ClinicPolicy.current().is_open) == (True, False)
    assert "Clients can book online now." in opened.content.decode()
    lines = AuditEntry.objects.filter(object_type="online booking").order_by("pk")
    assert list(lines.values_list("verb", flat=True)) == ["open", "stop"]


def test_the_start_counts_what_is_there_and_shows_the_website_as_if_it_were_open(clinic: Clinic) -> None:
    ClinicPolicy.objects.update(opened_at=None, prices_confirmed_at=None)
    owner = sign_in("owner")

    offers = len(catalogue.treatments_on_offer(on=NOW.date()))
    page = read(owner.get(reverse("panel:set_up")))
    shown = owner.get(next(link.href for link in page.links if link.words == "See it with bookings open"))
    ClinicPolicy.objects.update(opened_at=NOW)
    opened = owner.get(reverse("panel:see_open"))

    rail = {link.words for link in page.links}
    assert [words for words in rail if words.startswith("Start ") and words.endswith(" of 8")] != []
    assert rail >= {"Rooms 2", f"Treatments and prices {offers}", "People and hours 2", "Email Test it"}
    assert "Safety rulebook To sign" in rail
    assert "Therapist 1 and Therapist 2: 112 hours a week." in page.html
    assert " minutes to go, once the rules are read" in page.html
    told = "Only you see this page. Nothing can be booked until you go live."
    assert [words in shown.content.decode() for words in (told, "Swedish", "The next free times")] == [True] * 3
    assert opened["Location"] == "/"


def test_a_copy_of_the_data_is_what_was_checked_until_it_is_old(clinic: Clinic) -> None:
    ClinicPolicy.objects.update(opened_at=None)
    owner = sign_in("owner")
    told = []

    for age in (None, timedelta(hours=1), timedelta(days=2)):
        if age is not None:
            Heartbeat.objects.update_or_create(name=Heartbeat.BACKUP, defaults={"beat_at": NOW - age})
        page = owner.get(reverse("panel:set_up")).content.decode()
        told.append(["A copy of the data every night" in page, "A copy of the data was made on Monday" in page])

    assert told == [[True, False], [False, True], [True, False]]
