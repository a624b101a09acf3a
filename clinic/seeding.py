"""What the two seed commands share: invented people, and the refusal to touch a clinic that has real ones."""

from django.core.management.base import CommandError

from booking.models import Client

# Reserved by RFC 2606: no mail can ever reach it. Visits of invented clients carry no address to write to.
INVENTED = "@clients.example"

# fmt: off
FIRST_NAMES = (
    "Aoife", "Bartosz", "Ciara", "Daniel", "Emma", "Farah", "Grace", "Hugo", "Ines",
    "Jonas", "Keira", "Liam", "Maeve", "Niamh", "Oran", "Paula", "Quentin", "Rosa",
    "Sean", "Tara", "Una", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoe",
)
LAST_NAMES = (
    "Adeyemi", "Brennan", "Costa", "Doyle", "Egan", "Fischer", "Gallagher", "Hughes", "Ivanova",
    "Jensen", "Kelly", "Lynch", "Murphy", "Nowak", "OBrien", "Power", "Quinn", "Ryan",
    "Sullivan", "Tan", "Ueda", "Vargas", "Walsh", "Xu", "Young", "Zielinska",
)
# fmt: on


def refuse_real_clients() -> None:
    """Raise CommandError where anybody has booked who was not invented here."""
    if Client.objects.exclude(email__endswith=INVENTED).exists():
        raise CommandError("This clinic has real clients. Seed an empty database instead.")


def invented_name(number: int) -> str:
    """A different name for each of the first few hundred numbers."""
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[(number * 7 + number // 26) % len(LAST_NAMES)]}"


def invented_email(number: int) -> str:
    return f"client{number}{INVENTED}"
