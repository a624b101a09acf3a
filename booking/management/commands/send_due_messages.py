from typing import Any

from django.core.management.base import BaseCommand

from booking.intake.stops import is_stopped
from booking.messages import outbox
from booking.messages.clock import read_database_clock


class Command(BaseCommand):
    help = (
        "Sends the mails that are due, as the background worker does every half minute, and prints one line of figures."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = outbox.Sweep()
        for sweep in outbox.each_sweep(clock=read_database_clock, ask_gate=is_stopped):
            total += sweep
        self.stdout.write(str(total))
