from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from booking.scheduling.claims import find_drift


class Command(BaseCommand):
    help = "Compares claimed cells with appointments; exit status 1 where they differ. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        drift = list(find_drift(now=timezone.now()))
        for sentence in drift:
            self.stdout.write(sentence)
        self.stdout.write(f"{len(drift)} visits differ from their claims.")
        if drift:
            raise SystemExit(1)
