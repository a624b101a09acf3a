import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clinic.record.audit import write_entry
from clinic.running import keys
from services.encrypted_columns import encrypted_columns


class Command(BaseCommand):
    help = (
        "Encrypts everything anew with the first of HEALTH_DATA_KEYS, so that the others can go. The clinic goes on; "
        "run it again if it was cut off."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what still needs another key than the first")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        older = lost = 0
        for column in encrypted_columns():
            tally = keys.rotate(column, writes=not check)
            older, lost = older + tally.older, lost + tally.lost
            done = "under another key" if check else "encrypted anew"
            self.stdout.write(f"{column.label}: {tally.older} {done}, {tally.current} under the first key already")
        if not check:
            write_entry(by=None, verb="rotate keys", object_type="clinic", object_id="", now=timezone.now())
        if lost:
            self.stdout.write(f"{lost} values can't be read with any of HEALTH_DATA_KEYS: a key is missing.")
        if lost or (check and older):
            raise SystemExit(1)
        self.stdout.write("The database needs the first key only. Backups of before still need the others: keep these.")
