"""Where the clinic is: for owners."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, Settled, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.changing import ChangedMeanwhile, write_marks
from clinic.panel.set_up.place.forms import FirstPlaceForm, PlaceForm
from clinic.panel.set_up.place.page import describe_place, describe_places
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import catalogue
from services.countries import emergency_number_of, known_country_of_zone, names, zone_in, zones_of
from services.locks import lock_parents
from services.models import ClinicPolicy, Location
from services.places import FACTS, PlaceRefused, add_place, change_place, close_place, reopen_place
from services.policy import find_changed, fingerprints

OF_THE_CLINIC = ("clinic_name", "currency", "emergency_number")


@staff_page("set_up_place", methods=("GET", "POST"))
def place(request: HttpRequest, member: Member) -> HttpResponse:
    """The one place, or the list of them."""
    places = list(Location.objects.order_by("pk"))
    if len(places) > 1:
        return show(request, member, "panel/set_up/places.html", describe_places(places))
    return _edit(request, member, next(iter(places), None), is_only=True)


@staff_page("set_up_new_place", methods=("GET", "POST"))
def new_place(request: HttpRequest, member: Member) -> HttpResponse:
    """Another place; the first one where there is none."""
    return _edit(request, member, None, is_only=not Location.objects.exists())


@staff_page("set_up_one_place", methods=("GET", "POST"))
def one_place(request: HttpRequest, member: Member, location_id: int) -> HttpResponse:
    """One of several."""
    return _edit(request, member, _find(location_id), is_only=Location.objects.count() == 1)


@staff_page("close_place", methods=("POST",))
def close(request: HttpRequest, member: Member, location_id: int) -> HttpResponse:
    """No bookings there any more; visits that this strands are named first."""
    found, now = _find(location_id), timezone.now()
    if goes_back(request):
        return redirect("panel:set_up_one_place", location_id=found.pk)
    try:
        with _recorded(request, member, "close", found.pk, now=now) as review:
            close_place(place=found, review=review)
    except AskFirst as asked:
        return show_choices(request, member, asked, verb=_("Close this place"))
    except PlaceRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        said = _("%(place)s takes no bookings any more.") % {"place": found.name}
        messages.success(request, f"{said} {review.say()}".strip())
    return redirect("panel:set_up_place")


@staff_page("reopen_place", methods=("POST",))
def reopen(request: HttpRequest, member: Member, location_id: int) -> HttpResponse:
    """Bookings there again."""
    found = _find(location_id)
    with _recorded(request, member, "open", found.pk, now=timezone.now()) as review:
        reopen_place(place=found, review=review)
    messages.success(request, _("%(place)s takes bookings again.") % {"place": found.name})
    return redirect("panel:set_up_place")


def _edit(request: HttpRequest, member: Member, found: Location | None, *, is_only: bool) -> HttpResponse:
    first = Location.objects.order_by("pk").values_list("pk", flat=True).first()
    speaks_for_all = first is None or (found is not None and found.pk == first)
    kind = FirstPlaceForm if speaks_for_all else PlaceForm
    form = kind(request.POST if request.method == "POST" else None, initial=_initial(request, found))
    if form.is_valid() and not goes_back(request):
        try:
            settled = _save(request, member, found, form)
        except AskFirst as asked:
            return show_choices(request, member, asked, verb=_("Save"))
        except ChangedMeanwhile as meanwhile:
            assert found is not None
            found.refresh_from_db()
            messages.error(request, meanwhile.told(form))
            typed = form.typed_over(_stored(found), meanwhile.fields)
            page = describe_place(kind(typed, initial=_initial(request, found)), place=found, is_only=is_only)
            return show(request, member, "panel/set_up/place.html", page, status=409)
        messages.success(request, " ".join([_("Saved."), settled.say()]).strip())
        return redirect("panel:set_up" if found is None and is_only else "panel:set_up_place")
    page = describe_place(form, place=found, is_only=is_only)
    return show(request, member, "panel/set_up/place.html", page, status=422 if form.errors else 200)


def _save(request: HttpRequest, member: Member, found: Location | None, form: PlaceForm) -> Settled:
    """Raises ChangedMeanwhile and AskFirst; then nothing is written."""
    now, policy, cleaned = timezone.now(), ClinicPolicy.current(), form.cleaned_data
    facts = {name: cleaned[name] for name in FACTS}
    clinic = {name: cleaned[name] for name in OF_THE_CLINIC if name in cleaned}
    changed = [name.replace("_", " ") for name, value in clinic.items() if getattr(policy, name) != value]
    with (
        asking_first(request, member, now=now) as review,
        on_record(by=request.user, verb="change" if found else "add", object_type="location", now=now) as line,
    ):
        if found is None:
            line.object_id, line.fields = str(add_place(facts=facts).pk), list(facts)
        else:
            lock_parents(location_ids=[found.pk])
            found.refresh_from_db()
            _check_unchanged(found, form)
            line.object_id = str(found.pk)
            line.fields = change_place(place=found, facts=facts, review=review)
        if clinic:
            ClinicPolicy.objects.update_or_create(pk=1, defaults=clinic | {"emergency_number_confirmed": True})
            line.fields = [*line.fields, *changed]
    return review


def _check_unchanged(found: Location, form: PlaceForm) -> None:
    """Raises ChangedMeanwhile where somebody else has changed what is on the form, to something else than is typed there."""
    shown = {name: value for name, value in _stored(found).items() if name in form.fields}
    typed = {name: form.cleaned_data[name] for name in shown}
    if (elsewhere := find_changed(shown, seen=form.marks())) and find_changed(typed, seen=fingerprints(shown)):
        raise ChangedMeanwhile(elsewhere)


def _stored(found: Location) -> dict[str, Any]:
    policy = ClinicPolicy.current()
    return {name: getattr(found, name) for name in FACTS} | {name: getattr(policy, name) for name in OF_THE_CLINIC}


def _initial(request: HttpRequest, found: Location | None) -> dict[str, Any]:
    policy = ClinicPolicy.current()
    usual = found or catalogue.home()
    stored = usual.country if usual else ""
    country = _asked_country(request) or stored
    number = (policy.emergency_number if country == stored else "") or (emergency_number_of(country) if country else "")
    of_the_country = {"country": country, "emergency_number": number}
    if found is None:
        known = ClinicPolicy._meta.get_field("clinic_name").default
        name = "" if policy.clinic_name == known else policy.clinic_name
        # Where a country has one only, "that of the country" says it.
        zone = zone_in(country, request.GET.get("zone", "")) if len(zones_of(country)) > 1 else ""
        return of_the_country | {"clinic_name": name, "time_zone": zone}
    facts = _stored(found)
    return facts | {"seen": write_marks(facts)} | of_the_country | ({} if country == stored else {"time_zone": ""})


def _asked_country(request: HttpRequest) -> str:
    """What the page asks for when a country is chosen, or the browser's clock tells one: only drawn, not saved."""
    if request.method != "GET":
        return ""
    country = request.GET.get("country", "")
    return country if country in dict(names()) else known_country_of_zone(request.GET.get("zone", ""))


@contextmanager
def _recorded(request: HttpRequest, member: Member, verb: str, location_id: int, *, now: datetime) -> Iterator[Settled]:
    with (
        asking_first(request, member, now=now) as review,
        on_record(by=request.user, verb=verb, object_type="location", object_id=location_id, now=now),
    ):
        yield review


def _find(location_id: int) -> Location:
    found = Location.objects.filter(pk=location_id).first()
    if found is None:
        raise Http404
    return found
