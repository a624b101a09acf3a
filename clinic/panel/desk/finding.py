"""Finding a person at the desk."""

from django.db.models import Q

from booking.models import STANDING, Client

FOUND_AT_MOST = 20


def search_clients(words: str) -> list[Client]:
    digits = "".join(character for character in words if character.isdigit())
    wanted = Q(name__icontains=words) | Q(email__icontains=words)
    if len(digits) >= 4:
        wanted |= Q(phone__contains=digits) | Q(phone__contains=words)
    return list(Client.objects.filter(STANDING & wanted).order_by("name", "id")[:FOUND_AT_MOST])


def find_client(number: str | None) -> Client | None:
    """A known person, by the number that a search result carries."""
    if not (number and number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Client.objects.filter(STANDING, pk=number).first()
