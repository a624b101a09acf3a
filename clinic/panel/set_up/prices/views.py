"""Treatments and prices: for owners."""

import re
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.scheduling.stranding import reviewing
from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, Settled, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.prices.online import offer, read_offer, say_online, tick
from clinic.panel.set_up.prices.page import Question, ask, draw, page_url, say_meanwhile, say_saved
from clinic.panel.set_up.prices.typed import Table, read_table
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services.models import ClinicPolicy, Treatment
from services.price_list import Cell, PricesChangedMeanwhile, change_prices, move_treatment, prices_on
from services.treatments import TreatmentChangedMeanwhile

CONFIRMED, UNDO = "prices_seen", "undo"
_MOVE = re.compile(r"([0-9]{1,9}) (-?[0-9]{1,3})")


@staff_page("set_up_prices", methods=("GET", "POST"))
def prices(request: HttpRequest, member: Member) -> HttpResponse:
    """One table: a price means offered. Whatever was typed stays typed until it is saved or undone."""
    table = read_table((request.POST if request.method == "POST" else request.GET).dict(), now=timezone.now())
    if request.method != "POST":
        return _show(request, member, table)
    if UNDO in request.POST:
        return redirect(page_url(table.day, table.today))
    if goes_back(request):
        return _show(request, member, table)
    if table.meanwhile:
        return _show_meanwhile(request, member, table, table.meanwhile)
    return _press(request, member, table)


def _press(request: HttpRequest, member: Member, table: Table) -> HttpResponse:
    """Whichever button was pressed: all but the last keep what was typed on the page."""
    if "move" in request.POST:
        return _move(request, member, table, request.POST["move"])
    if "offer" in request.POST:
        return _offer(request, member, table, request.POST["offer"])
    if table.problems or table.errors:
        return _show(request, member, table, status=422)
    if not table.added and (CONFIRMED in request.POST or "save" in request.POST):
        return _save(request, member, table)
    return _show(request, member, table)


def _move(request: HttpRequest, member: Member, table: Table, wanted: str) -> HttpResponse:
    found = _MOVE.fullmatch(wanted)
    if found is None:
        return _show(request, member, table)
    treatment_id, by = int(found[1]), int(found[2])
    with on_record(
        by=request.user,
        verb="change",
        object_type="treatment",
        object_id=treatment_id,
        fields=["order"],
        now=timezone.now(),
    ):
        move_treatment(treatment_id=treatment_id, by=by)
    return _show(request, member, table, moved=(treatment_id, by))


def _offer(request: HttpRequest, member: Member, table: Table, wanted: str) -> HttpResponse:
    """A new treatment, by the rules that its box names; what was typed stays typed."""
    found, now = read_offer(wanted), timezone.now()
    try:
        if found is not None:
            with reviewing(now=now) as review:
                offer(wanted=found, review=review, by=request.user, now=now)
    except (Treatment.DoesNotExist, TreatmentChangedMeanwhile):
        return _show_changed(request, member, table)
    priced = [*prices_on(day=table.day), *(one.cell for one in table.changes if one.amount is not None)]
    for words in say_online({found.treatment_id: True} if found else {}, offered=priced):
        messages.success(request, words)
    return _show(request, member, table)


def _save(request: HttpRequest, member: Member, table: Table) -> HttpResponse:
    is_confirmed = ClinicPolicy.current().prices_confirmed_at is not None
    if not table.changes and not table.online and is_confirmed:
        messages.info(request, _("Nothing was changed."))
        return redirect(page_url(table.day, table.today))
    question = ask(table)
    must_ask = bool(table.changes) and (is_confirmed or bool(question.visits))
    if must_ask and request.POST.get(CONFIRMED) != question.seen:
        if CONFIRMED in request.POST:
            messages.error(request, _("This has changed since you looked. Nothing was saved: look again, and save."))
        return _show(request, member, table, question, status=409 if CONFIRMED in request.POST else 200)
    has_prices = bool(table.changes) or not is_confirmed
    try:
        settled = _write(request, member, table, has_prices=has_prices)
    except AskFirst as asked:
        carried = {CONFIRMED: request.POST.get(CONFIRMED, "")}
        return show_choices(request, member, asked, verb=_("Save"), carried=carried)
    except PricesChangedMeanwhile as meanwhile:
        return _show_meanwhile(request, member, table, meanwhile.cells)
    except TreatmentChangedMeanwhile:
        return _show_changed(request, member, table)
    said = [say_saved(table)] if has_prices else []
    for words in filter(None, [*said, *say_online(table.online, offered=prices_on(day=table.day)), settled.say()]):
        messages.success(request, words)
    return redirect(page_url(table.day, table.today))


def _write(request: HttpRequest, member: Member, table: Table, *, has_prices: bool) -> Settled:
    """Ticks and prices together, or neither."""
    now = timezone.now()
    with asking_first(request, member, now=now) as settled:
        # First, for it locks therapists, who come before places.
        tick(online=table.online, review=settled, by=request.user, now=now)
        if has_prices:
            with on_record(by=request.user, verb="change", object_type="prices", fields=["prices"], now=now):
                change_prices(changes=table.changes, first_date=table.day, now=now)
    return settled


def _show_meanwhile(request: HttpRequest, member: Member, table: Table, cells: Sequence[Cell]) -> HttpResponse:
    messages.error(request, say_meanwhile(cells, day=table.day))
    return _show(request, member, table, status=409)


def _show_changed(request: HttpRequest, member: Member, table: Table) -> HttpResponse:
    messages.error(request, _("Somebody has changed this treatment meanwhile. Nothing was saved: look again."))
    return _show(request, member, table, status=409)


def _show(
    request: HttpRequest,
    member: Member,
    table: Table,
    question: Question | None = None,
    *,
    moved: tuple[int, int] = (0, 0),
    status: int = 200,
) -> HttpResponse:
    page = draw(table, question=question, moved=moved)
    return show(request, member, "panel/set_up/prices.html", page, status=status)
