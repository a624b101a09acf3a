"""Bringing in a list of clients: chosen, looked at, brought in, and taken back; and taking everything out.

A list of visits is chosen and looked at in `visits_views`; what comes after that is the same for both.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.carrying import bringing
from booking.carrying.bringing import BringRefused, OutOfDate, Upload
from booking.carrying.columns import Column
from booking.carrying.said import say_counts, say_visits
from booking.carrying.undoing import undo
from booking.carrying.visits import bringing as visits
from booking.carrying.visits.bringing import VisitsRefused, leave_out
from booking.carrying.visits.undoing import undo as undo_visits
from booking.models import Bringing
from booking.people.scrubbing import scrub
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.set_up.carry.forms import ListForm, TakeForm
from clinic.panel.set_up.carry.page import CHOICES, COLUMN, LINE, MEANINGS, describe_carry, mark_of
from clinic.panel.set_up.carry.taking import stream_archive
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import catalogue
from services.refusals import Refusal


@staff_page("set_up_carry", methods=("GET", "POST"))
def carry(request: HttpRequest, member: Member) -> HttpResponse:
    """Nothing is written about anybody before the list that is shown is brought in."""
    now = timezone.now()
    if "columns" in request.POST:
        return _name_columns(request, member, now)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _look(request, form, now)
        except Refusal as refusal:
            form.add_error("file", refusal.for_staff)
        else:
            return redirect("panel:set_up_carry")
    page = describe_carry(user_of(request), form, now=now)
    return show(request, member, "panel/set_up/carry.html", page, status=422 if form.is_bound else 200)


@staff_page("set_up_bring", methods=("POST",))
def bring(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Write the list that was looked at, as one, with what was chosen about doubles; or give it up."""
    now = timezone.now()
    row = Bringing.objects.filter(public_id=public_id, user=user_of(request)).first()
    if row is None:
        messages.error(request, _("This list is not here any more. Nothing was written; choose it again."))
        page = describe_carry(user_of(request), ListForm(), now=now)
        return show(request, member, "panel/set_up/carry.html", page, status=404)
    try:
        if "give_up" in request.POST:
            with on_record(by=request.user, verb="remove", object_type="list", object_id=row.pk, now=now):
                bringing.give_up(row)
            said = _("The list is deleted. Nothing was written.")
        else:
            with on_record(by=request.user, verb="bring", object_type=row.kind, object_id=row.pk, now=now):
                row = _bring(request, row, now)
            counts = say_visits(row.counts) if _is_of_visits(row) else say_counts(row.counts)
            said = _("Brought in. %(counts)s") % {"counts": " ".join(counts)}
    except VisitsRefused as refusal:
        leave_out(row, refused=refusal.refused)
        messages.error(request, refusal.for_staff)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        if isinstance(refusal, OutOfDate):
            bringing.look(row, today=now.date())
    else:
        messages.success(request, said)
    return redirect(_page_of(row))


def _is_of_visits(row: Bringing) -> bool:
    return row.kind == Bringing.Kind.VISITS


def _page_of(row: Bringing) -> str:
    return "panel:set_up_carry_visits" if _is_of_visits(row) else "panel:set_up_carry"


def _bring(request: HttpRequest, row: Bringing, now: datetime) -> Bringing:
    """What the page has shown, and nothing that another tab has made of it. Raises BringRefused."""
    bringing.hold(row.kind)
    if row.applied_at is None and request.POST.get("seen") != mark_of(row):
        raise BringRefused(_("Something else was chosen meanwhile. Nothing was written; look at it again."))
    if _is_of_visits(row):
        tell, remind = "tell" in request.POST, "remind" in request.POST
        return visits.apply(row, by=user_of(request), tell=tell, remind=remind, now=now)
    if row.applied_at is None:
        chosen = {name.removeprefix(LINE): one for name, one in request.POST.items() if name.startswith(LINE)}
        bringing.choose(row, choices={line: str(one) for line, one in chosen.items() if one in CHOICES})
    return bringing.apply(row, now=now)


@staff_page("set_up_take_back", methods=("POST",))
def take_back(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Undo a list, as one; who has something since stays."""
    now = timezone.now()
    row = Bringing.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    try:
        with on_record(by=request.user, verb="take back", object_type=row.kind, object_id=row.pk, now=now):
            undone = undo_visits(row, now=now) if _is_of_visits(row) else undo(row, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return redirect(_page_of(row))
    scrub()
    said = (
        _("Taken back. Visits removed: %(deleted)s. Left because of what was done since: %(stays)s.")
        if _is_of_visits(row)
        else _(
            "Taken back. Deleted: %(deleted)s. As before: %(emptied)s. Left because of what was done since: %(stays)s."
        )
    )
    counts = {"deleted": undone.deleted, "emptied": undone.emptied, "stays": len(undone.stays)}
    messages.success(request, said % counts)
    what = _("Line %(line)s: the visit %(why)s.") if _is_of_visits(row) else _("Line %(line)s: the person %(why)s.")
    for one in undone.stays[:20]:
        messages.info(request, what % {"line": one.line, "why": one.why})
    return redirect(_page_of(row))


@staff_page("set_up_take", methods=("POST",))
def take(request: HttpRequest, member: Member) -> Any:
    """Everything as open files. By POST, because it is recorded before the first byte leaves."""
    now = timezone.now()
    form = TakeForm(request.POST)
    with_health = form.is_valid() and form.cleaned_data["with_health"]
    fields = ["health data"] if with_health else []
    with on_record(by=request.user, verb="export", object_type="everything", now=now, fields=fields):
        pass
    answer = StreamingHttpResponse(stream_archive(with_health=with_health), content_type="application/zip")
    day = now.astimezone(catalogue.home_zone()).date().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="clinic-{day}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


def _look(request: HttpRequest, form: ListForm, now: datetime) -> None:
    """Keep the list and what was read from it, if a column has the names; else its owner says first which. Raises Unreadable."""
    file = form.cleaned_data["file"]
    with on_record(by=request.user, verb="add", object_type="list", now=now) as line:
        row = bringing.upload(file=Upload(file.name, file.read()), by=user_of(request), now=now)
        if bringing.is_mapped(row):
            bringing.look(row, today=now.date())
        line.object_id = str(row.pk)


def _name_columns(request: HttpRequest, member: Member, now: datetime) -> HttpResponse:
    """Read the list again by what its owner says the columns are."""
    row = bringing.waiting_for(user_of(request), kind=Bringing.Kind.PEOPLE, now=now).first()
    status = 200
    if row is not None:
        said = [request.POST.get(f"{COLUMN}{number}", "") for number in range(len(row.columns))]
        columns = [Column(one) if one in MEANINGS else Column.UNUSED for one in said]
        try:
            with on_record(by=request.user, verb="change", object_type="list", object_id=row.pk, now=now):
                bringing.look(row, columns=columns, today=now.date())
            return redirect("panel:set_up_carry")
        except Refusal as refusal:
            messages.error(request, refusal.for_staff)
            status = 422
    page = describe_carry(user_of(request), ListForm(), now=now)
    return show(request, member, "panel/set_up/carry.html", page, status=status)
