"""Books many visits page by page, one after the other, in the clinic's own settings.

Prints how many were booked and how long the slowest page took.
"""

import os
import time

BOOKINGS = 200 if os.environ.get("PROVE") == "1" else 10


def main() -> None:
    import django

    import clinic.celery as _celery  # noqa: F401 - so that a tick would find its broker

    django.setup()
    from typing import Any

    from django.test import Client as Browser

    from booking import tasks  # noqa: F401
    from tests.cast import RELAXING, make_clinic
    from tests.journeys.walker import walk

    slowest = 0.0

    class TimedBrowser(Browser):
        def request(self, **request: Any) -> Any:
            nonlocal slowest
            begun = time.monotonic()
            response = super().request(**request)
            slowest = max(slowest, time.monotonic() - begun)
            return response

    make_clinic(therapists=4, rooms=4)
    count = int(os.environ["BOOKINGS"])
    # Each from a network and with an address of their own: one hand may not book that many.
    pages = [
        walk(
            TimedBrowser(headers={"host": "127.0.0.1"}, REMOTE_ADDR=f"192.0.2.{number + 1}"),
            RELAXING | {"booker_email": f"client{number}@example.com"},
        )
        for number in range(count)
    ]
    booked = sum("data-reference" in page.main for page in pages)
    print(f"{booked} booked, the slowest page in {slowest:.3f} s")
