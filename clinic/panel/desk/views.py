"""The desk: a visit for somebody on the phone, and finding the person."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.intake.gate import GateRefused, find_clearance, last_valid_day
from booking.models import Client
from booking.scheduling import appointments
from booking.scheduling.appointments import Details, Refused, SlotTaken
from booking.scheduling.search import Search, Wish
from booking.scheduling.starts import nearest_starts
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_day, format_moment
from clinic.panel.desk.forms import BookForm, FindForm
from clinic.panel.door.rights import Member, Right
from clinic.panel.staff_page import hand_of, show, staff_page
from clinic.record.audit import on_record, write_search, write_view
from services import catalogue, rota
from services.models import Location

FOUND_AT_MOST = 20


@staff_page(Right.CHANGE_VISIT, methods=("GET", "POST"))
def book(request: HttpRequest, member: Member) -> HttpResponse:
    """Quick add: place, therapist, day and time come filled in from the gap that was pressed."""
    locations = catalogue.locations_open()
    if not locations:
        return show(request, member, "panel/no_location.html")
    now = timezone.now()
    is_sent, gap = request.method == "POST", _read_gap(request.GET)
    client = _find_client(request.POST.get("client_id") if is_sent else request.GET.get("client"))
    initial = _initial(gap, client, locations)
    needs_form, form_words = _describe_form(client, initial.get("day") or now.date())
    form = BookForm(request.POST if is_sent else None, locations=locations, needs_form=needs_form, initial=initial)
    write_view(by=request.user, client_id=client.pk if client else None, now=now, fields=["contacts"])
    if form.is_valid() and (booked := _book(request, form, client, now)) is not None:
        return booked
    context = {"form": form, "client": client, "form_words": form_words, "gap": gap, "gap_query": urlencode(gap)}
    return show(request, member, "panel/desk/book.html", context, status=422 if form.is_bound else 200)


@staff_page(Right.FIND_CLIENTS, methods=("POST",))
def find(request: HttpRequest, member: Member) -> HttpResponse:
    """Search by name, phone or email. By POST, so that no name ends up in an address or a log."""
    form = FindForm(request.POST)
    found = _search(form.cleaned_data["words"]) if form.is_valid() else []
    write_search(by=request.user, client_ids=[person.pk for person in found], now=timezone.now())
    gap, country = _read_gap(request.POST), catalogue.home_country()
    context = {
        "find": form,
        "found": [(one, format_phone(one.phone, country=country)) for one in found],
        "gap": gap,
        "gap_query": urlencode(gap),
    }
    return show(request, member, "panel/desk/found.html", context)


def _book(request: HttpRequest, form: BookForm, client: Client | None, now: datetime) -> HttpResponse | None:
    """To the visit; None where it could not be booked, which the form then says."""
    wanted = form.cleaned_data
    wish = _wish(wanted)
    try:
        with on_record(by=request.user, verb="book", object_type="visit", now=now) as line:
            visit = appointments.book_by_staff(
                wish=wish,
                starts_at=wanted["starts_at"],
                client=client,
                details=_details(wanted),
                # A known client's latest form; whether it still holds is the gate's to say.
                intake=newest_intake(client),
                by=hand_of(request),
                now=now,
                send_form=wanted.get("send_form", False),
            )
            line.object_id = visit.reference
    except SlotTaken as taken:
        form.add_error("time", f"{taken.for_staff} {_nearest(wish, wanted['starts_at'], now)}")
    except Refused as refusal:
        form.add_error(None, refusal.for_staff)
    except GateRefused as refusal:
        form.add_error(None, str(refusal))
    else:
        said = (
            _("Booked. The reference is %(reference)s. What is open is listed below.")
            if visit.conditions.filter(settled_at=None).exists()
            else _("Booked. The reference is %(reference)s.")
        )
        messages.success(request, said % {"reference": visit.reference})
        return redirect("panel:visit", reference=visit.reference)
    return None


def _search(words: str) -> list[Client]:
    digits = "".join(character for character in words if character.isdigit())
    wanted = Q(name__icontains=words) | Q(email__icontains=words)
    if len(digits) >= 4:
        wanted |= Q(phone__contains=digits) | Q(phone__contains=words)
    return list(Client.objects.filter(wanted, erased_at=None).order_by("name", "id")[:FOUND_AT_MOST])


def _find_client(number: str | None) -> Client | None:
    """A known person, by the number that a search result carries."""
    if not (number and number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Client.objects.filter(pk=number, erased_at=None).first()


def _read_gap(sent: QueryDict) -> dict[str, str]:
    """Of what was sent, what can be part of a gap, or of the day whose board was open."""
    gap = {key: sent.get(key, "") for key in ("location", "therapist")}
    numbers = {key: text for key, text in gap.items() if text.isascii() and text.isdigit() and len(text) < 10}
    return numbers | _read_start(sent.get("start", "")) | _read_day(sent.get("day", ""))


def _read_start(text: str) -> dict[str, str]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return {}
    is_near = moment.utcoffset() is not None and 2000 <= moment.year < 2100
    return {"start": moment.isoformat()} if is_near else {}


def _read_day(text: str) -> dict[str, str]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return {}
    return {"day": day.isoformat()} if 2000 <= day.year < 2100 else {}


def _initial(gap: dict[str, str], client: Client | None, locations: list[Location]) -> dict[str, Any]:
    """What the form begins with: the gap by the clock of its place, and the person."""
    location = next((one for one in locations if str(one.pk) == gap.get("location")), locations[0])
    initial: dict[str, Any] = {"location": location.pk, "therapist": gap.get("therapist")}
    if "day" in gap:
        initial["day"] = date.fromisoformat(gap["day"])
    if "start" in gap:
        local = datetime.fromisoformat(gap["start"]).astimezone(rota.zone_of(location=location))
        initial |= {"day": local.date(), "time": local.strftime("%H:%M")}
    if client is not None:
        initial |= {"client_id": client.pk, "name": client.name, "email": client.email, "phone": client.phone}
    return initial


def _describe_form(client: Client | None, day: date) -> tuple[bool, str]:
    """Whether a form can be asked for, and how things stand with the person's latest one. For show: the gate decides."""
    intake = newest_intake(client)
    decision = intake.decisions.first() if intake else None
    if intake is None or decision is None:
        return True, _("The safety check is missing.")
    if not decision.is_bookable and find_clearance(intake=intake, on_date=day) is None:
        return False, _("The last safety check stands in the way of a visit; look at the case.")
    until = last_valid_day(intake)
    if until is None or until < day:
        return True, _("The safety check is too old.")
    return False, _("Safety check valid until %(day)s.") % {"day": format_day(until, with_year=True)}


def _wish(wanted: dict[str, Any]) -> Wish:
    therapist = wanted["therapist"]
    return Wish(
        treatment=wanted["length"].treatment,
        minutes=wanted["length"].minutes,
        location=wanted["location"],
        therapist_id=therapist.pk if therapist else None,
    )


def _details(wanted: dict[str, Any]) -> Details:
    return Details(
        name=wanted["name"],
        booker_name=wanted["name"],
        booker_email=wanted["email"],
        booker_phone=wanted["phone"],
        access_needs=wanted["access_needs"],
    )


def _nearest(wish: Wish, starts_at: datetime, now: datetime) -> str:
    starts = nearest_starts(search=Search(wish, now, by_staff=True), around=starts_at)
    if not starts:
        return ""
    return _("The nearest are: %(times)s.") % {
        "times": "; ".join(format_moment(start.starts_at, Wall.of_place(wish.location)) for start in starts)
    }
