from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from booking.messages import reasons
from booking.messages.delivery import Delivery, Post, Result
from booking.messages.file_backend import EmailBackend

NAME = "booking.messages.file_backend.EmailBackend"


def make_mail(*, message_id: str = "<abc@clinic.test>", body: str = "Hello") -> EmailMessage:
    return EmailMessage(
        "Your visit", body, "clinic@clinic.test", ["niamh@example.com"], headers={"Message-ID": message_id}
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_mail_is_a_file_named_by_its_message_id(tmp_path: Path) -> None:
    EmailBackend(file_path=str(tmp_path / "mail")).send_messages([make_mail()])

    assert names(tmp_path / "mail") == ["abc@clinic.test.eml"]
    file = tmp_path / "mail" / "abc@clinic.test.eml"
    assert b"Subject: Your visit\r\n" in file.read_bytes()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_mail_sent_twice_is_one_file(tmp_path: Path) -> None:
    backend = EmailBackend(file_path=str(tmp_path))

    backend.send_messages([make_mail(), make_mail(body="Again")])

    assert names(tmp_path) == ["abc@clinic.test.eml"]
    assert b"Again" in (tmp_path / "abc@clinic.test.eml").read_bytes()


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    EmailBackend(file_path=str(tmp_path / "mail")).send_messages([make_mail(message_id="<../../x/y@z>")])

    assert names(tmp_path / "mail") == [".._.._x_y@z.eml"]


def test_a_folder_that_cannot_be_written_keeps_the_mail_waiting(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = NAME, str(tmp_path / "taken")

    with Post() as post:
        post.open()
        found = post.hand_over(make_mail())

    assert found == Delivery(Result.TEMPORARY, reasons.NOT_REACHED, is_trouble=True)


def test_nothing_unfinished_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Exception):  # noqa: B017 - NotHandedOver; what counts here is what is left
        EmailBackend(file_path=str(tmp_path)).send_messages([make_mail()])

    assert names(tmp_path) == []
