"""Pages about the clinic: the start, what to do about a visit, muscle spasms, privacy, accessibility."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.people.periods import how_long
from booking.people.register import KEEPS
from booking.web import known, wish
from booking.web.journey import Journey
from booking.web.site import Page, load_site, show
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
    page = make_start_page(
        load_site(),
        journey=journey,
        wished=wish.recall(request),
        known=known.recall(request),
        now=timezone.now(),
    )
    return show(request, "web/start/start.html", page)


@require_safe
def move_or_cancel(request: HttpRequest) -> HttpResponse:
    return show(request, "web/start/move_or_cancel.html")


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
