import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.scheduling.claims import find_drift
from clinic.running.backup import BackupRefused, read_backup


class Command(BaseCommand):
    help = (
        "Brings a backup back into an empty database, migrated or not. Stop the clinic first. A backup of an earlier "
        "version is brought up to this one. All rows or none."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        now = timezone.now()
        try:
            rows = read_backup(path=file, now=now)
        except (BackupRefused, FileNotFoundError) as refusal:
            raise CommandError(str(refusal)) from refusal
        drift = list(find_drift(now=now))
        self.stdout.write(f"{rows} rows are back; {len(drift)} visits differ from their claims.")
        self.stdout.write("Whoever was erased since the backup was made has to be erased again.")
        self.stdout.write(
            "No mail goes out until an owner has looked at what waits: Messages, or `manage.py release_mail`."
        )
