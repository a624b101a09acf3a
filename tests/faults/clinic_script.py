"""Makes a clinic, and counts what is in it, in the clinic's own settings: `run_python` with the variables of an `up`."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

OWNER = {"username": "owner", "password": "a-password-for-the-soak"}


def make() -> None:
    import django

    django.setup()
    from tests.cast import make_clinic

    make_clinic(therapists=10, rooms=10, opens="06:00", closes="22:00")


def make_owner() -> None:
    """An owner who signs in with OWNER."""
    import django

    django.setup()
    from django.contrib.auth.models import User

    from clinic.models import StaffProfile

    StaffProfile.objects.create(user=User.objects.create_user(**OWNER), role="owner")


def count() -> None:
    """Prints the references of booked visits and, by Message-ID, the state of each mail that was due."""
    import django

    django.setup()
    from booking.messages.clock import read_database_clock
    from booking.models import Appointment, Message

    due = Message.objects.filter(due_at__lte=read_database_clock())
    print(
        json.dumps(
            {
                "references": sorted(Appointment.objects.exclude(state="held").values_list("reference", flat=True)),
                "mails": dict(due.values_list("message_id", "state")),
            }
        )
    )
