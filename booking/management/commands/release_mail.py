from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from booking.messages import parking
from booking.messages.clock import read_database_clock


class Command(BaseCommand):
    help = "After a restore: lists what waits, and lets it go out once you say so. Owners do the same under Messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--send", action="store_true", help="all that waits goes out when it falls due")
        choice.add_argument(
            "--discard-due", action="store_true", help="what is due by now is dropped, the rest goes out"
        )

    def handle(self, *args: Any, send: bool, discard_due: bool, **options: Any) -> None:
        if not parking.is_parked():
            self.stdout.write("The queue is not parked: mail goes out.")
            return
        if send or discard_due:
            count = parking.release(discards_due=discard_due, now=read_database_clock())
            self.stdout.write(f"Released; {count} mails were discarded.")
            return
        for message in parking.waiting():
            self.stdout.write(
                f"{message.next_try_at:%Y-%m-%d %H:%M} UTC  {message.get_kind_display()}  {message.recipient}"
            )
        self.stdout.write("Nothing was sent. Say --send or --discard-due.")
