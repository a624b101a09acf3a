"""What the owner's pages about a person's data show."""

from dataclasses import dataclass

from booking.models import STANDING, Client
from booking.wording.times import format_moment, zone_name
from clinic.panel.home import home_phone, home_wall
from clinic.panel.people.forms import KeepingForm
from clinic.panel.people.keeping import Detail, Night, Row, list_details, list_nights, list_rows, list_what_stays
from services.models import ClinicPolicy


@dataclass(frozen=True)
class Other:
    """Somebody who may be the same person."""

    public_id: str
    name: str


@dataclass(frozen=True)
class DataPage:
    """`visits`: how many. `stays`: what erasing leaves, in sentences."""

    public_id: str
    name: str
    phone: str
    email: str
    visits: int
    alike: tuple[Other, ...]
    stays: tuple[str, ...]


@dataclass(frozen=True)
class KeepingPage:
    """`confirmed`: when an owner has checked the periods; empty where nobody has."""

    form: KeepingForm
    rows: tuple[Row, ...]
    nights: tuple[Night, ...]
    details: tuple[Detail, ...]
    confirmed: str
    zone: str


def describe_data(found: Client) -> DataPage:
    alike = Client.objects.filter(STANDING, email__iexact=found.email).exclude(pk=found.pk) if found.email else []
    return DataPage(
        public_id=found.public_id,
        name=found.name,
        phone=home_phone(found.phone),
        email=found.email,
        visits=found.appointments.count(),
        alike=tuple(Other(other.public_id, other.name) for other in alike),
        stays=tuple(list_what_stays()),
    )


def describe_keeping(policy: ClinicPolicy, form: KeepingForm) -> KeepingPage:
    wall = home_wall()
    return KeepingPage(
        form=form,
        rows=tuple(list_rows(policy)),
        nights=tuple(list_nights(wall)),
        details=tuple(list_details()),
        confirmed=format_moment(policy.keep_confirmed_at, wall, with_year=True) if policy.keep_confirmed_at else "",
        zone=zone_name(wall.zone),
    )
