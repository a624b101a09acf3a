from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.running.ticks import TICKS


class Command(BaseCommand):
    help = "Does all that the background worker does, once: for a clinic without one, every minute by cron or a timer."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for tick in TICKS:
            try:
                tick.run()
            except Exception as error:  # noqa: BLE001 - one tick that fails must not cost the others theirs
                failed.append(f"{tick.name} ({type(error).__name__})")
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}.")
        self.stdout.write(f"Done: {', '.join(tick.name for tick in TICKS)}.")
