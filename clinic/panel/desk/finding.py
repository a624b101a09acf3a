"""The person for whom a visit is booked."""

from booking.models import STANDING, Client

LONGEST_ID = 32  # characters


def find_client(public_id: str | None) -> Client | None:
    """A known person, by the id that a search result carries; None for nobody, and for who was erased."""
    if not public_id or len(public_id) > LONGEST_ID or not public_id.isprintable():
        return None
    return Client.objects.filter(STANDING, public_id=public_id).first()
