"""Bringing in a list of coming visits: chosen and looked at. What is applied and taken back is in `views`, as for people."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from booking.carrying import bringing
from booking.carrying.bringing import Upload
from booking.carrying.columns import Column
from booking.carrying.visits.bringing import look
from booking.models import Bringing
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.set_up.carry.forms import VisitsForm
from clinic.panel.set_up.carry.page import COLUMN
from clinic.panel.set_up.carry.visits_page import MEANINGS, NAME, describe_visits
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services.refusals import Refusal


@staff_page("set_up_carry_visits", methods=("GET", "POST"))
def carry_visits(request: HttpRequest, member: Member) -> HttpResponse:
    """Nothing is booked before the list that is shown is brought in."""
    now = timezone.now()
    form = VisitsForm(request.POST or None, request.FILES or None) if "columns" not in request.POST else VisitsForm()
    if request.method == "POST":
        try:
            if "columns" in request.POST:
                _look_again(request, now)
                return redirect("panel:set_up_carry_visits")
            if form.is_valid():
                _look(request, form, now)
                return redirect("panel:set_up_carry_visits")
        except Refusal as refusal:
            if form.is_bound:
                form.add_error("file", refusal.for_staff)
            else:
                messages.error(request, refusal.for_staff)
    page = describe_visits(user_of(request), form, now=now)
    return show(request, member, "panel/set_up/carry_visits.html", page, status=422 if request.POST else 200)


def _look(request: HttpRequest, form: VisitsForm, now: datetime) -> None:
    """Keep the list and what was read from it, if its columns say enough. Raises Unreadable."""
    file = form.cleaned_data["file"]
    with on_record(by=request.user, verb="add", object_type="list", now=now) as line:
        upload = Upload(file.name, file.read())
        row = bringing.upload(file=upload, kind=Bringing.Kind.VISITS, by=user_of(request), now=now)
        if bringing.is_mapped(row):
            look(row, now=now)
        line.object_id = str(row.pk)


def _look_again(request: HttpRequest, now: datetime) -> None:
    """Read the list again by what its owner says its columns are, and what is called how here. Raises BringRefused."""
    row = bringing.waiting_for(user_of(request), kind=Bringing.Kind.VISITS, now=now).first()
    if row is None:
        return
    said = [request.POST.get(f"{COLUMN}{number}", "") for number in range(len(row.columns))]
    columns = [Column(one) if one in MEANINGS else Column.UNUSED for one in said]
    names = {name.removeprefix(NAME): one for name, one in request.POST.dict().items() if name.startswith(NAME) and one}
    with on_record(by=request.user, verb="change", object_type="list", object_id=row.pk, now=now):
        look(row, columns=columns, choices=names, now=now)
