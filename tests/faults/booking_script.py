"""Books many visits, one after the other, in the clinic's own settings. Prints how many and how long the slowest took."""

import os
import time

BOOKINGS = 200 if os.environ.get("PROVE") == "1" else 20


def main() -> None:
    import django

    import clinic.celery as _celery  # noqa: F401 - so that a tick would find its broker

    django.setup()
    from datetime import timedelta

    from django.utils import timezone

    from booking import tasks  # noqa: F401
    from booking.scheduling import appointments
    from booking.scheduling.appointments import Details
    from booking.scheduling.starts import list_starts
    from tests.factories import make_clinic, make_draft

    count = int(os.environ["BOOKINGS"])
    now = timezone.now()
    place = make_clinic(therapists=4, rooms=4)
    starts = list_starts(
        wish=place.wish(), first_date=(now + timedelta(days=1)).date(), days=31, now=now, each_therapist=True
    )
    chosen = [start for start in starts if start.starts_at.minute == 0 and start.starts_at.hour % 2 == 0][:count]
    slowest = 0.0
    for number, start in enumerate(chosen):
        draft = make_draft(clinic=place, now=now)
        begun = time.monotonic()
        appointments.keep_start(
            draft=draft, starts_at=start.starts_at, therapist_id=start.therapist_id, address=str(number), now=now
        )
        appointments.book(
            draft=draft,
            details=Details(name="Niamh", booker_name="Niamh", booker_email="niamh@example.com"),
            key=draft.pk,
            now=now,
        )
        slowest = max(slowest, time.monotonic() - begun)
    print(f"{len(chosen)} booked, the slowest in {slowest:.3f} s")
