"""Links in mails: made anew each time, good for one purpose, and void once the visit's generation was raised."""

import re

import pytest
from django.conf import settings

from booking.links import REMINDERS, VISIT, BadLink, LinkRevoked, make_token, read_token, reminders_url, visit_url
from booking.models import Appointment
from tests.booking.messages.factories import make_visit

pytestmark = pytest.mark.django_db


def test_a_token_leads_back_to_its_visit() -> None:
    visit = make_visit()

    assert read_token(make_token(visit)) == visit
    assert read_token(make_token(visit, purpose=REMINDERS), purpose=REMINDERS) == visit


def test_a_token_is_the_same_each_time_and_stored_nowhere() -> None:
    visit = make_visit()

    token = make_token(visit)

    assert token == make_token(Appointment.objects.get(pk=visit.pk))
    mac = token.rpartition(".")[2]
    assert all(mac not in str(value) for value in Appointment.objects.values_list()[0])


def test_a_token_fits_a_path_unquoted() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]{40,60}", make_token(make_visit()))


@pytest.mark.parametrize(("made_for", "read_for"), [(VISIT, REMINDERS), (REMINDERS, VISIT)])
def test_a_link_for_one_purpose_opens_no_other(made_for: str, read_for: str) -> None:
    token = make_token(make_visit(), purpose=made_for)

    with pytest.raises(BadLink):
        read_token(token, purpose=read_for)


def test_raising_the_generation_revokes_earlier_links() -> None:
    visit = make_visit()
    old = make_token(visit)
    visit.link_generation += 1
    visit.save()

    with pytest.raises(LinkRevoked):
        read_token(old)
    assert read_token(make_token(visit)) == visit


def test_a_link_of_another_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = make_visit()
    token = make_token(visit)

    monkeypatch.setattr(settings, "LINK_KEY", "another key, as long as it has to be")

    with pytest.raises(BadLink):
        read_token(token)


@pytest.mark.parametrize("position", [0, 10, 22, 23, 30, -1])
def test_one_changed_character_is_refused(position: int) -> None:
    token = make_token(make_visit())
    wrong = list(token)
    wrong[position] = "B" if wrong[position] != "B" else "C"

    with pytest.raises(BadLink):
        read_token("".join(wrong))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "x" * 10_000,
        "a.b.c",
        "ä" * 22 + ".1." + "A" * 22,
        "A" * 22 + ".1." + "A" * 22,
        "\0",
        "%2e%2e",
        "../..",
    ],
)
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(BadLink):
        read_token(token)


def test_addresses_start_with_the_site_and_never_with_a_request() -> None:
    visit = make_visit()

    assert visit_url(visit) == f"{settings.SITE_URL}/visit/{make_token(visit)}/"
    assert reminders_url(visit) == f"{settings.SITE_URL}/visit/{make_token(visit, purpose=REMINDERS)}/reminders/"
