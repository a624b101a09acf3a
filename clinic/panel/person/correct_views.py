"""Correcting who somebody is: two who do so at once see each other's work, and nothing is lost."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Client
from booking.scheduling import appointments
from booking.scheduling.appointments import CorrectedMeanwhile
from clinic.models import AuditEntry
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.person.forms import BirthDateForm, CorrectForm, contacts_of
from clinic.panel.person.load import find_person, open_person
from clinic.panel.person.other_pages import CorrectPage
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view
from services.refusals import Refusal


@staff_page("person_edit", methods=("GET", "POST"))
def edit(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Name, email and phone. Coming visits that say the same follow."""
    found, now = open_person(public_id, member, Right.CORRECT_PEOPLE), timezone.now()
    form = CorrectForm(request.POST or None, client=found)
    write_view(by=request.user, client_id=found.pk, now=now, fields=["contacts"])
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _correct(request, found, form.wanted(), form.cleaned_data["version"], now)
        except CorrectedMeanwhile:
            found = find_person(public_id)
            messages.error(request, _say_who(found))
            form, status = _again(form, found), 409
        except Refusal as refusal:
            form.add_error(None, refusal.for_staff)
        else:
            return redirect("panel:person", public_id=found.public_id)
    return show(request, member, "panel/person/correct.html", _page(found, form, _("Edit")), status=status)


@staff_page("person_birth_date", methods=("GET", "POST"))
def birth_date(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """The date of birth, which the record tells as a band only: opening it is on record."""
    found, now = open_person(public_id, member, Right.CORRECT_PEOPLE), timezone.now()
    initial = {"birth_date": found.born, "version": found.version}
    form = BirthDateForm(request.POST or None, initial=initial)
    write_view(by=request.user, client_id=found.pk, now=now, fields=["date of birth"])
    status = 422 if form.is_bound else 200
    if form.is_valid():
        wanted = {"birth_date": form.cleaned_data["birth_date"]}
        try:
            _correct(request, found, wanted, form.cleaned_data["version"], now)
        except CorrectedMeanwhile:
            found = find_person(public_id)
            messages.error(request, _say_who(found))
            typed = {"birth_date": request.POST.get("birth_date", ""), "version": str(found.version)}
            form, status = BirthDateForm(typed), 409
        except Refusal as refusal:
            form.add_error(None, refusal.for_staff)
        else:
            return redirect("panel:person", public_id=found.public_id)
    page = _page(found, form, _("Date of birth"))
    return show(request, member, "panel/person/correct.html", page, status=status)


def _correct(request: HttpRequest, found: Client, wanted: Mapping[str, str], seen: int, now: datetime) -> None:
    with on_record(by=request.user, verb="correct", object_type="client", object_id=found.pk, now=now) as line:
        changed = appointments.correct_person(
            client=found, wanted=wanted, seen_version=seen, by=hand_of(request), now=now
        )
        line.fields = [name.replace("_", " ") for name in changed]
    messages.success(request, _("Saved. Coming visits follow.") if changed else _("Nothing was changed."))


def _again(form: CorrectForm, found: Client) -> CorrectForm:
    """What this editor changed as they typed it; everything else as it is by now."""
    stored = contacts_of(found)
    was = {f"was_{name}": value for name, value in stored.items()}
    return CorrectForm({**stored, **was, **form.typed(), "version": str(found.version)}, client=found)


def _say_who(found: Client) -> str:
    last = AuditEntry.objects.filter(object_type="client", object_id=str(found.pk), verb="correct").select_related("by")
    line = last.order_by("-pk").first()
    return _(
        "%(who)s has changed this record after you had opened it (%(what)s). Nothing was overwritten, and what you typed "
        "is still here. Look at it again, and save."
    ) % {
        "who": line.by.username if line and line.by else _("Somebody"),
        "what": ", ".join(line.fields) if line and line.fields else _("two records were merged"),
    }


def _page(found: Client, form: CorrectForm | BirthDateForm, title: str) -> CorrectPage:
    return CorrectPage(public_id=found.public_id, name=found.name, title=title, form=form)
