"""Commands of the booking system."""

import os
import sys

from django.core.management.base import BaseCommand


def print_to_the_end(command: BaseCommand, text: str) -> None:
    """Print `text`. A reader that has seen enough and closed the pipe (`| head`) is no error."""
    try:
        command.stdout.write(text)
        command.stdout.flush()
    except BrokenPipeError:
        # Python would flush once more at the end and complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
