from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from booking.people.search import find_drift


class Command(BaseCommand):
    help = "Compares the keys that people are found by with their names and contacts; exit status 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mend", action="store_true", help="Write the keys anew for whoever differs; exit status 0."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        drift = list(find_drift(mend=options["mend"]))
        for sentence in drift:
            self.stdout.write(sentence)
        self.stdout.write(f"{len(drift)} people differ from the keys that they are found by.")
        if drift and not options["mend"]:
            raise SystemExit(1)
