"""A visit in a calendar on the web, and its place on a map: what is sent to another company."""

from urllib.parse import parse_qs, urlsplit

from booking.messages.calendar_links import google_url, map_url, outlook_url
from services.models import ClinicPolicy
from tests.booking.messages.test_calendar_file import make_visit

PLACE = "Alder Street, 14 Alder Street, Dublin 8"


def parts(url: str) -> tuple[str, dict[str, str]]:
    found = urlsplit(url)
    return f"{found.scheme}://{found.netloc}{found.path}", {key: one[0] for key, one in parse_qs(found.query).items()}


def test_calendars_get_clinic_time_and_place_and_neither_treatment_nor_person_nor_link() -> None:
    visit, policy = make_visit(), ClinicPolicy(clinic_name="Alder Street Massage")

    assert parts(google_url(visit, policy)) == (
        "https://calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "text": f"Visit at {policy.clinic_name}",
            "dates": f"{visit.starts_at:%Y%m%dT%H%M%SZ}/{visit.ends_at:%Y%m%dT%H%M%SZ}",
            "location": PLACE,
        },
    )
    assert parts(outlook_url(visit, policy)) == (
        "https://outlook.live.com/calendar/0/deeplink/compose",
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": f"Visit at {policy.clinic_name}",
            "startdt": f"{visit.starts_at:%Y-%m-%dT%H:%M:%SZ}",
            "enddt": f"{visit.ends_at:%Y-%m-%dT%H:%M:%SZ}",
            "location": PLACE,
        },
    )


def test_a_map_gets_the_address_of_the_place_and_nothing_else() -> None:
    assert parts(map_url(make_visit())) == (
        "https://www.google.com/maps/search/",
        {"api": "1", "query": PLACE},
    )
