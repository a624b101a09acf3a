import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from booking.intake.rulebook_page import as_json, as_markdown
from booking.intake.rules import load_rulebook


class Command(BaseCommand):
    help = "Prints the rulebook: as JSON, or as the page that a clinician signs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["json", "md"], default="md")

    def handle(self, *args: Any, **options: Any) -> None:
        rulebook = load_rulebook()
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(rulebook), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(as_markdown(rulebook), ending="")
