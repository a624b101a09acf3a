"""Treatments and prices: for owners."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.prices.page import Question, ask, draw, page_url, say_meanwhile, say_saved
from clinic.panel.set_up.prices.typed import Table, read_table
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services.models import ClinicPolicy
from services.price_list import Cell, PricesChangedMeanwhile, change_prices, move_treatment

CONFIRMED, UNDO = "confirmed", "undo"


@staff_page("set_up_prices", methods=("GET", "POST"))
def prices(request: HttpRequest, member: Member) -> HttpResponse:
    """One table: a price means offered. Whatever was typed stays typed until it is saved or undone."""
    table = read_table((request.POST if request.method == "POST" else request.GET).dict(), now=timezone.now())
    if request.method != "POST":
        return _show(request, member, table)
    if UNDO in request.POST:
        return redirect(page_url(table.day, table.today))
    if table.meanwhile:
        return _show_meanwhile(request, member, table, table.meanwhile)
    return _press(request, member, table)


def _press(request: HttpRequest, member: Member, table: Table) -> HttpResponse:
    """Whichever button was pressed: all but the last keep what was typed on the page."""
    if moved := request.POST.get("up") or request.POST.get("down"):
        return _move(request, member, table, moved)
    if table.problems or table.errors:
        return _show(request, member, table, status=422)
    if CONFIRMED in request.POST or "save" in request.POST:
        return _save(request, member, table)
    return _show(request, member, table)


def _move(request: HttpRequest, member: Member, table: Table, treatment: str) -> HttpResponse:
    if treatment.isascii() and treatment.isdigit() and len(treatment) < 10:
        with on_record(
            by=request.user,
            verb="change",
            object_type="treatment",
            object_id=treatment,
            fields=["order"],
            now=timezone.now(),
        ):
            move_treatment(treatment_id=int(treatment), up="up" in request.POST)
    return _show(request, member, table)


def _save(request: HttpRequest, member: Member, table: Table) -> HttpResponse:
    is_confirmed = ClinicPolicy.current().prices_confirmed_at is not None
    if not table.changes and is_confirmed:
        messages.info(request, _("Nothing was changed."))
        return redirect(page_url(table.day, table.today))
    question = ask(table)
    must_ask = bool(table.changes) and (is_confirmed or bool(question.visits))
    if must_ask and request.POST.get(CONFIRMED) != question.seen:
        if CONFIRMED in request.POST:
            messages.error(request, _("This has changed since you looked. Nothing was saved: look again, and save."))
        return _show(request, member, table, question, status=409 if CONFIRMED in request.POST else 200)
    now = timezone.now()
    try:
        with on_record(by=request.user, verb="change", object_type="prices", fields=["prices"], now=now):
            change_prices(changes=table.changes, first_date=table.day, now=now)
    except PricesChangedMeanwhile as meanwhile:
        return _show_meanwhile(request, member, table, meanwhile.cells)
    messages.success(request, say_saved(table))
    return redirect(page_url(table.day, table.today))


def _show_meanwhile(request: HttpRequest, member: Member, table: Table, cells: Sequence[Cell]) -> HttpResponse:
    messages.error(request, say_meanwhile(cells, day=table.day))
    return _show(request, member, table, status=409)


def _show(
    request: HttpRequest, member: Member, table: Table, question: Question | None = None, *, status: int = 200
) -> HttpResponse:
    return show(request, member, "panel/set_up/prices.html", draw(table, question=question), status=status)
