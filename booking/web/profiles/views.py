"""Who works here, and where it is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.web.profiles.page import make_find_us_page, make_therapist_page, make_therapists_page
from booking.web.site import load_site, show
from services.models import Therapist


@require_safe
def therapists(request: HttpRequest) -> HttpResponse:
    return show(request, "web/profiles/therapists.html", make_therapists_page(load_site()))


@require_safe
def therapist(request: HttpRequest, therapist_id: int) -> HttpResponse:
    found = Therapist.objects.filter(pk=therapist_id, is_active=True).select_related("portrait").first()
    if found is None:
        raise Http404
    page = make_therapist_page(load_site(), therapist=found, now=timezone.now())
    return show(request, "web/profiles/therapist.html", page)


@require_safe
def find_us(request: HttpRequest) -> HttpResponse:
    return show(request, "web/profiles/find_us.html", make_find_us_page(load_site(), now=timezone.now()))
