"""The desk: a visit for somebody on the phone, and finding the person."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.intake.gate import GateRefused
from booking.models import Client
from booking.scheduling import appointments
from booking.scheduling.appointments import Details, Refused, SlotTaken
from booking.scheduling.starts import Wish, nearest_starts
from booking.when import format_moment
from clinic.audit import on_record, write_search, write_view
from clinic.panel.access import Member, Right
from clinic.panel.forms import BookForm, FindForm
from clinic.panel.pages import hand_of, show, staff_page
from services import catalogue, rota
from services.models import Location

FOUND_AT_MOST = 20


@staff_page(Right.CHANGE_VISIT, methods=("GET", "POST"))
def book(request: HttpRequest, member: Member) -> HttpResponse:
    """Quick add: therapist, day and time come filled in from the gap that was pressed."""
    form = BookForm(request.POST or None, initial=_initial(request))
    write_view(by=request.user, client_id=form.initial.get("client_id"), now=timezone.now(), fields=["contacts"])
    if request.method != "POST" or not form.is_valid():
        return show(request, member, "panel/book.html", {"form": form, "find": FindForm()})
    wanted = form.cleaned_data
    location = catalogue.locations_open()[0]
    wish = _wish(wanted, location)
    starts_at = _instant(wanted, rota.zone_of(location=location))
    client = Client.objects.filter(pk=wanted["client_id"]).first() if wanted["client_id"] else None
    now = timezone.now()
    try:
        with on_record(by=request.user, verb="book", object_type="visit", now=now) as line:
            visit = appointments.book_by_staff(
                wish=wish,
                starts_at=starts_at,
                client=client,
                details=_details(wanted),
                # A known client's latest form; whether it still holds is the gate's to say.
                intake=newest_intake(client),
                by=hand_of(request),
                now=now,
            )
            line.object_id = visit.reference
    except SlotTaken as taken:
        form.add_error("time", f"{taken} {_nearest(wish, starts_at, now)}")
    except (Refused, GateRefused) as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("Booked. The reference is %(reference)s.") % {"reference": visit.reference})
        return redirect("panel:visit", reference=visit.reference)
    return show(request, member, "panel/book.html", {"form": form, "find": FindForm()}, status=422)


@staff_page(Right.FIND_CLIENTS, methods=("POST",))
def find(request: HttpRequest, member: Member) -> HttpResponse:
    """Search by name, phone or email. By POST, so that no name ends up in an address or a log."""
    form = FindForm(request.POST)
    found = _search(form.cleaned_data["words"]) if form.is_valid() else []
    write_search(by=request.user, client_ids=[person.pk for person in found], now=timezone.now())
    return show(request, member, "panel/found.html", {"find": form, "found": found})


def _search(words: str) -> list[Client]:
    digits = "".join(character for character in words if character.isdigit())
    wanted = Q(name__icontains=words) | Q(email__icontains=words)
    if len(digits) >= 4:
        wanted |= Q(phone__contains=digits) | Q(phone__contains=words)
    return list(Client.objects.filter(wanted, erased_at=None).order_by("name", "id")[:FOUND_AT_MOST])


def _initial(request: HttpRequest) -> dict[str, Any]:
    """From the gap: `therapist` and `start` (an instant); from a search result: `client`."""
    initial: dict[str, Any] = {}
    therapist, start, client_id = (request.GET.get(key, "") for key in ("therapist", "start", "client"))
    if therapist.isascii() and therapist.isdigit():
        initial["therapist"] = therapist[:9]
    locations = catalogue.locations_open()
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        moment = None
    is_near = moment is not None and moment.tzinfo is not None and 2000 <= moment.year < 2100
    if moment is not None and is_near and locations:
        local = moment.astimezone(rota.zone_of(location=locations[0]))
        initial |= {"day": local.date(), "time": local.strftime("%H:%M")}
    if client_id.isascii() and client_id.isdigit():
        known = Client.objects.filter(pk=client_id[:9], erased_at=None).first()
        if known is not None:
            initial |= {"client_id": known.pk, "name": known.name, "email": known.email, "phone": known.phone}
    return initial


def _wish(wanted: dict[str, Any], location: Location) -> Wish:
    therapist = wanted["therapist"]
    return Wish(
        treatment=wanted["length"].treatment,
        minutes=wanted["length"].minutes,
        location=location,
        therapist_id=therapist.pk if therapist else None,
    )


def _instant(wanted: dict[str, Any], zone: ZoneInfo) -> datetime:
    return datetime.combine(wanted["day"], wanted["time"], tzinfo=zone).astimezone(UTC)


def _details(wanted: dict[str, Any]) -> Details:
    return Details(
        name=wanted["name"],
        booker_name=wanted["name"],
        booker_email=wanted["email"],
        booker_phone=wanted["phone"],
        access_needs=wanted["access_needs"],
    )


def _nearest(wish: Wish, starts_at: datetime, now: datetime) -> str:
    starts = nearest_starts(wish=wish, around=starts_at, now=now)
    if not starts:
        return ""
    return _("The nearest are: %(times)s.") % {
        "times": "; ".join(format_moment(start.starts_at, wish.zone) for start in starts)
    }
