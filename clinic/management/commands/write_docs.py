from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from booking.people.register_page import as_markdown as register_page
from booking.rules.rulebook import load_rulebook
from booking.rules.rulebook_page import as_markdown as rulebook_page
from booking.scheduling import states
from clinic.panel.day.layout import grid_css
from clinic.panel.door import rights as access
from clinic.panel.note.drawing import spots_css
from clinic.running import licences, rooms, variables

# Files that are generated from the tables that the code runs on.
PAGES: dict[str, Callable[[], str]] = {
    ".env.example": variables.as_example,
    "docs/architecture.md": rooms.as_markdown,
    "docs/states.md": states.as_markdown,
    "docs/roles.md": access.as_markdown,
    "docs/personal_data.md": register_page,
    "docs/licences.md": licences.as_markdown,
    "docs/rulebook.md": lambda: rulebook_page(load_rulebook()),
    "static/panel-grid.css": grid_css,
    "static/note-spots.css": spots_css,
}


class Command(BaseCommand):
    help = "Writes the generated files anew from the tables that the code runs on."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, make in PAGES.items():
            page = Path(settings.BASE_DIR) / name
            page.write_text(make(), encoding="utf-8")
            self.stdout.write(f"wrote {name}")
