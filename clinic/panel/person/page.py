"""What the page of one person shows: each role sees what it may."""

from dataclasses import dataclass

from booking.models import UNBOOKED, Client
from clinic.panel.door.rights import Member, Right, may, may_see
from clinic.panel.home import home_phone


@dataclass(frozen=True)
class PersonPage:
    """Words are empty where there is nothing to say or nothing that the member may see."""

    public_id: str
    name: str
    phone: str
    email: str
    visits: int
    may_see_contacts: bool
    may_handle_data: bool


def describe_person(member: Member, found: Client) -> PersonPage:
    may_see_contacts = may_see(member, Right.SEE_CONTACTS, client=found)
    return PersonPage(
        public_id=found.public_id,
        name=found.name,
        phone=home_phone(found.phone) if may_see_contacts else "",
        email=found.email if may_see_contacts else "",
        visits=found.appointments.exclude(state__in=UNBOOKED).count(),
        may_see_contacts=may_see_contacts,
        may_handle_data=may(member, Right.HANDLE_DATA),
    )


def fields_shown(page: PersonPage) -> list[str]:
    """What the trail says of a look at this page."""
    return ["record", *(["contacts"] if page.may_see_contacts else [])]
