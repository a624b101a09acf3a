"""Headline, logo, colour and legal texts as an owner reads and changes them in the panel."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clinic.models import AuditEntry
from services.models import ClinicPolicy, Picture
from services.pictures import LOGO, encode, keep
from tests.cast import browser_of, make_member
from tests.pages import Page, find_form, press, read, send
from tests.services.test_pictures import make_upload

pytestmark = pytest.mark.django_db

TEXTS = {
    "headline": "Massage by the canal",
    "intro": "Two rooms, four people.",
    "controller": "Alder Street Ltd, 1 Alder Street",
    "legal_basis": "Consent.",
    "data_recipients": "Our host.",
    "complaints_to": "The Data Protection Commission",
    "terms": "Come on time.\n\nCall us.",
    "imprint": "Alder Street Ltd",
}


def logo(content: bytes | None = None) -> SimpleUploadedFile:
    sent = make_upload(kind="PNG").getvalue() if content is None else content
    return SimpleUploadedFile("logo.png", sent, content_type="image/png")


def opened(browser: Browser) -> Page:
    return read(browser.get(reverse("panel:set_up_website")))


def stored(*names: str) -> tuple[Any, ...]:
    return ClinicPolicy.objects.values_list(*names).get()


def names_on(page: Page) -> set[str]:
    return find_form(page, "Save")[0].names


def test_everything_that_is_typed_and_chosen_is_stored_shown_and_on_record(owner: Browser) -> None:
    sites = {"read_by": "https://WWW.Example.com/", "framed_by": "https://a.example:443"}

    told = press(owner, opened(owner), "Save", answers=TEXTS | sites | {"accent": "#1C456B", "logo": logo()})

    digest = Picture.objects.get().digest
    assert "Saved." in told.html
    assert stored(*TEXTS, "accent", "logo__digest", "read_by", "framed_by") == (
        *TEXTS.values(),
        "#1c456b",
        digest,
        "https://www.example.com",
        "https://a.example",
    )
    assert [reverse("booking:picture", args=[digest]) in told.html, 'fill="#1c456b"' in told.html] == [True, True]
    assert ("Massage by the canal" in told.html, "take_away" in names_on(told)) == (True, True)
    assert AuditEntry.objects.get(verb="change").fields == [
        "headline", "intro", "accent", "controller", "legal basis", "data recipients", "complaints to", "terms",
        "imprint", "read by", "framed by", "logo",
    ]  # fmt: skip


@pytest.mark.once
def test_a_page_that_is_sent_as_it_is_drawn_changes_nothing(owner: Browser) -> None:
    kept = keep(encode(make_upload(), shape=LOGO))
    lines = {"terms": "Come on time.\r\n\r\nCall us. ", "framed_by": "https://a.example\r\nhttps://b.example"}
    ClinicPolicy.objects.update_or_create(pk=1, defaults=TEXTS | lines | {"logo": kept, "accent": "#1c456b"})
    before = ClinicPolicy.objects.values().get()

    told = press(owner, opened(owner), "Save")

    assert "Nothing was changed." in told.html
    assert ClinicPolicy.objects.values().get() == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("accent", "said"),
    [("#ffd700", "Too pale to read."), ("#a81919", "Too close to the red of an emergency.")],
)
def test_a_colour_that_is_refused_keeps_the_logo_and_what_was_typed_and_comes_with_one_that_works(
    owner: Browser, accent: str, said: str
) -> None:
    typed = {"accent": accent, "headline": "Massage by the canal", "logo": logo()}

    refused = send(owner, opened(owner), "Save", typed)

    html = refused.content.decode()
    assert (refused.status_code, said in html, "The picture that you chose is still here." in html) == (422, True, True)
    assert not Picture.objects.exists()
    page = read(refused)
    button = next(one for one in find_form(page, "Save")[0].buttons if one.name == "use_accent")
    assert button.words == f"Use {button.value} and save"
    told = press(owner, page, button.words)
    assert "Saved." in told.html
    assert stored("headline", "accent", "logo__digest") == (
        "Massage by the canal",
        button.value,
        Picture.objects.get().digest,
    )


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"accent": "blue"}, "Write a colour like #54284a."),
        ({"headline": "x" * 61}, "Write at most 60 characters. These are 61."),
        ({"read_by": "http://b.example"}, "“http://b.example” is no address"),
        ({"framed_by": "*"}, "“*” is no address"),
        ({"logo": logo(b"<svg/>")}, "This is no picture that we can read."),
    ],
)
def test_what_can_not_be_is_refused_with_what_was_typed(owner: Browser, typed: dict[str, Any], said: str) -> None:
    answer = send(owner, opened(owner), "Save", typed | {"imprint": "Alder Street Ltd"})

    html = answer.content.decode()
    assert (answer.status_code, said in html, "Use #" in html) == (422, True, False)
    again = press(owner, read(answer), "Save", answers={} if "logo" in typed else dict.fromkeys(typed, ""))
    assert ("Saved." in again.html, stored("imprint", "logo")) == (True, ("Alder Street Ltd", None))


def test_a_logo_is_removed_by_a_tick_and_its_picture_goes_with_it(owner: Browser) -> None:
    press(owner, opened(owner), "Save", answers={"logo": logo()})
    before = Picture.objects.count()

    told = press(owner, opened(owner), "Save", answers={"take_away": "on"})

    assert (before, stored("logo"), Picture.objects.count()) == (1, (None,), 0)
    assert ("Saved." in told.html, "take_away" in names_on(told)) == (True, False)


def test_who_saves_later_is_told_what_the_first_has_changed_and_loses_nothing(owner: Browser) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine, theirs = opened(owner), opened(other)
    send(other, theirs, "Save", {"headline": "Massage by the canal"})

    answer = send(owner, mine, "Save", {"imprint": "Alder Street Ltd", "logo": logo()})

    html = answer.content.decode()
    assert (answer.status_code, stored("headline", "imprint", "logo")) == (409, ("Massage by the canal", "", None))
    assert "maeve has changed this since you opened the page: “Headline”." in html
    assert not Picture.objects.exists()
    press(owner, read(answer), "Save")
    assert stored("headline", "imprint", "logo") == (
        "Massage by the canal",
        "Alder Street Ltd",
        Picture.objects.get().pk,
    )


@pytest.mark.once
def test_of_two_logos_the_later_is_told_and_is_carried_along(owner: Browser) -> None:
    other = browser_of(make_member("owner", name="maeve"))
    mine, theirs = opened(owner), opened(other)
    send(other, theirs, "Save", {"logo": logo()})
    first = stored("logo__digest")

    own = logo(make_upload(300, 300).getvalue())
    answer = send(owner, mine, "Save", {"logo": own})

    assert (answer.status_code, stored("logo__digest")) == (409, first)
    assert "maeve has changed this since you opened the page: “Logo”." in answer.content.decode()
    press(owner, read(answer), "Save")
    assert (stored("logo__digest") != first, Picture.objects.count()) == (True, 1)
