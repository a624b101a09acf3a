"""Blocks: by therapists for themselves, by reception for anybody. Which visits one would strand is said first."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.scheduling.stranding import reviewing
from booking.wording.times import Wall, format_day, format_span, local_date
from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Reach, Right
from clinic.panel.refusals import refusals_told_in
from clinic.panel.staff_page import staff_page
from clinic.panel.time_off.block_forms import BlockForm, begin_with
from clinic.record.audit import on_record
from services import catalogue, rota
from services.facts import current
from services.hours import local_day
from services.models import Therapist, TimeOff


@dataclass(frozen=True)
class BlockLine:
    time_off_id: int
    who: str
    span: str
    word: str
    is_new: bool


@dataclass(frozen=True)
class BlockPage:
    """`lines`: what is blocked on that day already."""

    form: BlockForm
    day: str
    lines: tuple[BlockLine, ...]


@staff_page("block", methods=("GET", "POST"))
def block(request: HttpRequest, member: Member) -> HttpResponse:
    """From when until when on one day, with a word. `new`: the block that led here, which can be undone."""
    own = _own(member)
    is_sent = request.method == "POST"
    people = [one for one in current().all_of(Therapist) if one.is_active]
    today = local_date(timezone.now(), catalogue.home_zone())
    initial = {"day": today} | begin_with(request.GET, people)
    form = BlockForm(request.POST if is_sent else None, own=own, initial=initial)
    if goes_back(request) or not form.is_valid():
        return _show(request, member, form, status=200 if goes_back(request) or not is_sent else 422)
    return _save(request, member, form)


@staff_page("remove_block", methods=("POST",))
def remove_block(request: HttpRequest, member: Member, time_off_id: int) -> HttpResponse:
    """The time is free again. A day off is no block: that is removed where it was entered."""
    found = TimeOff.objects.select_related("therapist").filter(pk=time_off_id).first()
    if found is None or found.therapist is None or not rota.is_block(found) or not _may_touch(member, found.therapist):
        raise Http404
    now = timezone.now()
    with (
        reviewing(now=now) as review,
        on_record(by=request.user, verb="remove", object_type="block", object_id=time_off_id, now=now),
    ):
        rota.remove_time_off(time_off=found, review=review)
    messages.success(request, _("Removed."))
    return redirect(_page_of(local_date(found.starts_at, _wall(found.therapist).zone), found.therapist))


def _own(member: Member) -> Therapist | None:
    """The only therapist whose time this member may block; None for who may block everybody's. Http404 for nobody."""
    if member.reach(Right.BLOCK_TIME) is Reach.ALL:
        return None
    found = Therapist.objects.filter(pk=member.therapist_id).first() if member.therapist_id else None
    if found is None:
        raise Http404
    return found


def _may_touch(member: Member, therapist: Therapist) -> bool:
    own = _own(member)
    return own is None or own == therapist


def _save(request: HttpRequest, member: Member, form: BlockForm) -> HttpResponse:
    wanted, now = form.cleaned_data, timezone.now()
    therapist = wanted["therapist"]
    try:
        with (
            refusals_told_in(form),
            asking_first(request, member, now=now) as review,
            on_record(by=request.user, verb="add", object_type="block", now=now) as line,
        ):
            row = rota.add_block(
                therapist=therapist,
                starts_at=wanted["starts_at"],
                ends_at=wanted["ends_at"],
                word=wanted["word"],
                review=review,
            )
            line.object_id = str(row.pk)
    except AskFirst as asked:
        return show_choices(request, member, asked, verb=_("Block it"))
    if not form.is_valid():
        return _show(request, member, form, status=422)
    said = {"who": therapist.name, "span": format_span(row.starts_at, row.ends_at, _wall(therapist))}
    messages.success(request, _("Blocked for %(who)s: %(span)s.") % said)
    return redirect(f"{_page_of(wanted['day'], therapist)}&new={row.pk}")


def _page_of(day: date, therapist: Therapist) -> str:
    """What is blocked on that day; where the form stands at the side of the board, that closes it."""
    return f"{reverse('panel:block')}?{urlencode({'therapist': therapist.pk, 'day': day.isoformat()})}"


def _wall(therapist: Therapist) -> Wall:
    home = rota.home_of(therapist=therapist)
    return Wall.of_place(home) if home else Wall.of_zone(catalogue.home_zone())


def _show(request: HttpRequest, member: Member, form: BlockForm, *, status: int = 200) -> HttpResponse:
    day = (form.cleaned_data.get("day") if form.is_bound else None) or form.initial["day"]
    span = local_day(date=day, zone=catalogue.home_zone())
    rows = TimeOff.objects.filter(starts_at__lt=span.end, ends_at__gt=span.start, therapist__isnull=False)
    if form.own is not None:
        rows = rows.filter(therapist=form.own)
    lines = tuple(
        BlockLine(
            row.pk,
            row.therapist.name,
            format_span(row.starts_at, row.ends_at, _wall(row.therapist)),
            row.reason,
            str(row.pk) == request.GET.get("new"),
        )
        for row in rows.select_related("therapist")
        if row.therapist is not None and rota.is_block(row)
    )
    page = BlockPage(form, format_day(day), lines)
    return show(request, member, "panel/time_off/block.html", page, status=status)
