"""The start of the set-up, and going live: for owners."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.web.site import load_site
from booking.web.site import show as show_to_clients
from booking.web.start.page import make_start_page
from clinic.panel.door.frame import show
from clinic.panel.door.pages import Door
from clinic.panel.door.rights import Member, Right, may
from clinic.panel.door.signed_in import user_of
from clinic.panel.hub import show_hub
from clinic.panel.set_up.load import ON_RECORD, find_last_copy, load_facts
from clinic.panel.set_up.start.page import StopPage, describe_go_live, describe_start, stop_press
from clinic.panel.set_up.steps import CONFIRMABLE, Step, find_musts
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services.opening import open_online_booking, stop_online_booking
from services.price_list import confirm_prices


@staff_page("set_up")
def set_up(request: HttpRequest, member: Member) -> HttpResponse:
    """For owners how far the clinic has come, with one thing to do next; for others the pages that they may open."""
    if not may(member, Right.SET_UP):
        return show_hub(request, member, Door.SET_UP)
    now = timezone.now()
    page = describe_start(
        load_facts(now=now),
        site=load_site(),
        copied_at=find_last_copy(),
        may_go_back=user_of(request).is_superuser,
        now=now,
    )
    return show(request, member, "panel/set_up/start/start.html", page)


@staff_page("confirm_step", methods=("POST",))
def confirm_step(request: HttpRequest, member: Member, step: str) -> HttpResponse:
    """What came with the program is right as it is: somebody says so, on record."""
    if step not in CONFIRMABLE:
        raise Http404
    now, is_prices = timezone.now(), step == Step.PRICES
    name = "prices" if is_prices else ON_RECORD[Step(step)][0]
    with on_record(by=request.user, verb="confirm", object_type=name, now=now):
        if is_prices:
            confirm_prices(now=now)
    return redirect("panel:set_up")


@staff_page("go_live", methods=("GET", "POST"))
def go_live(request: HttpRequest, member: Member) -> HttpResponse:
    """What is missing, each with its page; the press opens online booking where nothing is."""
    now = timezone.now()
    facts = load_facts(now=now)
    if request.method == "POST" and not find_musts(facts):
        with on_record(by=request.user, verb="open", object_type="online booking", now=now):
            open_online_booking(now=now)
        messages.success(request, _("Clients can book online now."))
        return redirect("panel:set_up")
    status = 409 if request.method == "POST" else 200
    return show(request, member, "panel/set_up/start/go_live.html", describe_go_live(facts), status=status)


@staff_page("see_open")
def see_open(request: HttpRequest, member: Member) -> HttpResponse:
    """The start page as clients would see it; nothing can be booked from it."""
    site = load_site()
    if site.policy.is_open:
        return redirect("booking:start")
    messages.info(request, _("Only you see this page. Nothing can be booked until you go live."))
    page = make_start_page(site, journey=None, wished=None, known=None, now=timezone.now())
    return show_to_clients(request, "web/start/start.html", page)


@staff_page("stop_booking", methods=("GET", "POST"))
def stop_booking(request: HttpRequest, member: Member) -> HttpResponse:
    """Asks first: visits stay, and nobody books another one online."""
    if request.method == "POST":
        now = timezone.now()
        with on_record(by=request.user, verb="stop", object_type="online booking", now=now):
            stop_online_booking(now=now)
        messages.success(request, _("Online booking is stopped."))
        return redirect("panel:set_up")
    return show(request, member, "panel/set_up/start/stop.html", StopPage(stop_press()))
