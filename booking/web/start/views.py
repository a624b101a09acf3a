"""Pages about the clinic: the start, what to do about a visit, muscle spasms, privacy, accessibility."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.networks import network_of
from booking.pages.layout import list_errors
from booking.people.periods import how_long
from booking.people.register import KEEPS
from booking.web import known, wish
from booking.web.journey import Journey, visitor_address
from booking.web.site import Page, load_site, show
from booking.web.start.links import LinksForm, MoveOrCancelPage, ask_for_links
from booking.web.start.opening import show_opening
from booking.web.start.page import make_start_page
from booking.web.start.spasms import make_spasms_page
from booking.web.steps import with_journey


@dataclass(frozen=True)
class Kept:
    """What is kept, why, and for how long."""

    what: str
    why: str
    how_long: str


@dataclass(frozen=True, kw_only=True)
class PrivacyPage(Page):
    kept: tuple[Kept, ...]


@dataclass(frozen=True, kw_only=True)
class TermsPage(Page):
    """`terms` and `imprint` are the clinic's own, in paragraphs; empty where it has written none."""

    terms: str
    imprint: str


@never_cache
@require_safe
@with_journey
def start(request: HttpRequest, journey: Journey | None) -> HttpResponse:
    """The next times of each treatment; above them who is known, and what was begun on this device."""
    site = load_site()
    if not site.policy.is_open:
        return show_opening(request, site)
    page = make_start_page(
        site,
        journey=journey,
        wished=wish.recall(request),
        known=known.recall(request),
        now=timezone.now(),
    )
    return show(request, "web/start/start.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move_or_cancel(request: HttpRequest) -> HttpResponse:
    """How it is done, and the form that sends the links again; the answer tells nobody whether we know an address."""
    form = LinksForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        network = network_of(visitor_address(request))
        answer = ask_for_links(email=form.cleaned_data["email"], network=network, now=timezone.now())
        page = MoveOrCancelPage(site=load_site(), form=LinksForm(), answer=answer)
    else:
        errors = list_errors(form) if form.is_bound else ()
        page = MoveOrCancelPage(site=load_site(), form=form, errors=errors)
    return show(request, "web/start/move_or_cancel.html", page)


@require_safe
def spasms(request: HttpRequest) -> HttpResponse:
    """What a muscle spasm is, what helps, and when to see a doctor: the same for everybody, so mails may link to it."""
    return show(request, "web/start/spasms.html", make_spasms_page(load_site()))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The periods are those of the register, as the clinic has set them."""
    site = load_site()
    kept = tuple(
        Kept(what=keep.what, why=keep.why, how_long=how_long(keep, policy=site.policy))
        for keep in KEEPS
        if keep.is_public
    )
    return show(request, "web/start/privacy.html", PrivacyPage(site=site, kept=kept))


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """What the clinic has written itself; not found where it has written nothing."""
    site = load_site()
    page = TermsPage(site=site, terms=site.policy.terms.strip(), imprint=site.policy.imprint.strip())
    if not page.terms and not page.imprint:
        raise Http404
    return show(request, "web/start/terms.html", page)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return show(request, "web/start/accessibility.html")
