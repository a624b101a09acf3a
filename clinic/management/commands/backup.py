import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.messages.sweep import beat
from booking.models import Heartbeat
from clinic.running.backup import BackupRefused, write_backup


class Command(BaseCommand):
    help = "Writes everything that the clinic keeps to one file, encrypted with HEALTH_DATA_KEYS. The clinic goes on."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            rows = write_backup(path=file, now=timezone.now())
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        beat(Heartbeat.BACKUP, now=timezone.now())
        self.stdout.write(
            f"{rows} rows in {file}. Without HEALTH_DATA_KEYS nobody can read them: keep these elsewhere."
        )
