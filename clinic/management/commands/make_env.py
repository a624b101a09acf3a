import argparse
import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.running.variables import make_secrets

HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


class Command(BaseCommand):
    help = (
        "Writes .env for production: .env.example with the host's name and new secrets in it. Never over another one."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("host", help="the name that people type, like booking.clinic.example")

    def handle(self, *args: Any, host: str, **options: Any) -> None:
        host = host.lower().rstrip(".")
        if not HOST.fullmatch(host):
            raise CommandError("Write the name of the host only, like booking.clinic.example")
        folder = Path(settings.BASE_DIR)
        text = (folder / ".env.example").read_text(encoding="utf-8")
        for name, value in _values(host).items():
            text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        try:
            handle = os.open(folder / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise CommandError(
                ".env is there already, and its keys are not to be lost. Nothing was changed."
            ) from error
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        self.stdout.write("Wrote .env. Now set EMAIL_URL and MAIL_FROM in it, and keep a copy of it somewhere else.")


def _values(host: str) -> dict[str, str]:
    return {"SITE_URL": f"https://{host}", "ALLOWED_HOSTS": host} | make_secrets()
