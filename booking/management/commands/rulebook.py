import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.management import print_to_the_end
from booking.rules.rulebook import RulebookError, load_rulebook
from booking.rules.rulebook_page import as_json, as_markdown


class Command(BaseCommand):
    help = "Prints the rulebook: as JSON, or as the page that a clinician signs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["json", "md"], default="md")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rulebook = load_rulebook()
        except RulebookError as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            print_to_the_end(self, json.dumps(as_json(rulebook), ensure_ascii=False, indent=1))
        else:
            print_to_the_end(self, as_markdown(rulebook))
