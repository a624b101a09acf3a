"""The rest of the public JSON contract: places and people; and who may read it from another website.

Starts and days are in api.py.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from services import catalogue
from services.models import ClinicPolicy, Therapist

View = Callable[[HttpRequest], HttpResponse]


def open_to_others(view: View) -> View:
    """Websites that the clinic named may read the answer; a wrong method is told in JSON, like every other fault."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if response.status_code == 405:
            told = JsonResponse({"detail": _("Only GET is answered here.")}, status=405)
            told["Allow"] = response["Allow"]
            response = told
        response["Vary"] = ", ".join(part for part in (response.get("Vary", ""), "Origin") if part)
        origin = request.headers.get("Origin", "")
        if origin and origin in ClinicPolicy.current().read_by.split():
            response["Access-Control-Allow-Origin"] = origin
        return response

    return answer


@csrf_exempt
@require_safe
def locations(request: HttpRequest) -> HttpResponse:
    found = [
        {
            "id": place.pk,
            "name": place.name,
            "address": place.address,
            "phone": place.phone,
            "country": place.country,
            "time_zone": place.time_zone,
            "step_free": place.step_free or "unknown",
        }
        for place in catalogue.locations_open()
    ]
    return JsonResponse(found, safe=False)


@csrf_exempt
@require_safe
def therapists(request: HttpRequest) -> HttpResponse:
    """Who works here, with what they offer and what they like to say of themselves."""
    team = Therapist.objects.filter(is_active=True).prefetch_related("treatments")
    found = [
        {
            "id": one.pk,
            "name": one.name,
            "treatments": [treatment.key for treatment in one.treatments.all() if treatment.is_active],
            "languages": one.languages,
            "gender": one.gender,
            "about": one.about,
        }
        for one in (team if ClinicPolicy.current().is_open else ())
    ]
    return JsonResponse(found, safe=False)
