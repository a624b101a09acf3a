from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from booking.intake.stops import is_stopped
from booking.messages import outbox
from tests.booking.messages.factories import make_many
from tests.cast import NOW
from tests.programs import production, run_python

pytestmark = pytest.mark.django_db
BACKEND = "booking.messages.file_backend.EmailBackend"


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Path:
    """The file of one mail that the clinic has sent."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = BACKEND, str(tmp_path)
    make_many(1)
    outbox.send_due(ask_gate=is_stopped, now=NOW)
    (file,) = tmp_path.glob("*.eml")
    return file


def test_the_mails_are_listed_and_open(client: Client, sent: Path) -> None:
    listed = client.get("/demo/mail/")
    opened = client.get(f"/demo/mail/{sent.stem}/")
    file = client.get(f"/demo/mail/{sent.stem}/file.eml")

    assert (listed.status_code, opened.status_code, file.status_code) == (200, 200, 200)
    assert f'href="/demo/mail/{sent.stem}/"' in listed.content.decode()
    assert "/visit/" in opened.content.decode()
    assert file.content == sent.read_bytes()


def test_a_name_that_is_not_there_is_not_found(client: Client, sent: Path) -> None:
    (sent.parent.parent / "outside.eml").write_text("not a mail of ours")

    answers = [client.get(f"/demo/mail/{name}/").status_code for name in ("nothing", "..%2Foutside", "%2e%2e")]

    assert answers == [404, 404, 404]


def test_before_the_first_mail_the_page_says_what_to_do(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "not made yet")

    assert "None yet." in client.get("/demo/mail/").content.decode()


def test_markup_in_a_name_stays_text(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    evil = Message()
    evil["Subject"], evil["To"], evil["Date"] = "<script>x</script>", "a@example.com", "today"
    evil["Message-ID"] = "<evil@example.com>"
    evil.set_payload("<script>y</script>")
    (tmp_path / "evil.eml").write_bytes(evil.as_bytes())

    pages = [client.get(path).content.decode() for path in ("/demo/mail/", "/demo/mail/evil/")]

    assert [page.count("<script>") for page in pages] == [0, 0]


def test_what_is_no_mail_is_left_out(client: Client, sent: Path) -> None:
    for name, content in {"empty": b"", "garbage": b"\xff\x07" * 150, "cut": sent.read_bytes()[:20]}.items():
        (sent.parent / f"{name}.eml").write_bytes(content)
    (sent.parent / "folder.eml").mkdir()
    (sent.parent / "nowhere.eml").symlink_to("gone")
    half = sent.read_bytes()
    (sent.parent / "half.eml").write_bytes(half[: len(half) // 2])

    listed = client.get("/demo/mail/")
    opened = {
        name: client.get(f"/demo/mail/{name}/").status_code for name in ("empty", "garbage", "cut", "folder", "half")
    }

    assert listed.status_code == 200
    assert listed.content.decode().count('href="/demo/mail/') == 2
    assert opened == {"empty": 404, "garbage": 404, "cut": 404, "folder": 404, "half": 200}


@pytest.mark.parametrize("spoil", [Path.touch, lambda path: path.write_bytes(b"\x07" * 300)])
def test_a_file_in_the_place_of_the_demos_folder_gives_way(spoil: Any, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = BACKEND, str(tmp_path / "mail")
    spoil(tmp_path / "mail")
    make_many(1)

    outbox.send_due(ask_gate=is_stopped, now=NOW)

    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


@pytest.mark.once
def test_in_production_there_is_no_such_address() -> None:
    code = "import django; django.setup(); from clinic.urls import urlpatterns; print([str(one.pattern) for one in urlpatterns])"

    done = run_python(code, variables=production(DJANGO_SETTINGS_MODULE="clinic.settings"))

    assert done.status == 0
    assert "demo" not in done.out
    assert "panel/" in done.out
