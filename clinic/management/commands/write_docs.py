from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from booking.scheduling import states

# Pages that are generated from the tables that the code runs on.
PAGES: dict[str, Callable[[], str]] = {"states.md": states.as_markdown}


class Command(BaseCommand):
    help = "Writes the generated pages of docs/ anew from the tables that the code runs on."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, make in PAGES.items():
            page = Path(settings.BASE_DIR) / "docs" / name
            page.write_text(make(), encoding="utf-8")
            self.stdout.write(f"wrote docs/{name}")
