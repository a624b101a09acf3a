"""The letter to a physician: made on request from the answers of this session, never stored."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.intake.letter import Letter, answers_to_share, as_pdf, write_letter
from booking.intake.questionnaire import load_questionnaire
from booking.models import Level
from booking.web.forms.layout import list_errors
from booking.web.forms.letter import LetterForm, PdfForm
from booking.web.journey import Journey, Step, find_journey, mark_of, send_to_missing
from booking.web.site import load_site, show
from booking.when import local_date
from services import catalogue, rota


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest) -> HttpResponseBase:
    """Choose what it shows; then the letter as a page to print, or as a file."""
    journey = find_journey(request, now=timezone.now())
    if away := send_to_missing(request, journey, step=Step.SAFETY):
        return away
    assert journey is not None
    site = load_site()
    if journey.decision is None or journey.decision.level != Level.PHYSICIAN or not site.locations:
        return redirect("booking:outcome")
    if journey.is_taken_over:  # earlier answers came by a link that others may hold: they are not shown
        return redirect("booking:outcome")
    rows = answers_to_share(journey.answers, load_questionnaire())
    form = LetterForm(request.POST or None, rows=rows, name=journey.typed.get("booker_name", ""))
    if request.method != "POST" or not form.is_valid():
        errors = list_errors(form) if form.is_bound else []
        return show(
            request,
            "booking/letter_choose.html",
            {"site": site, "form": form, "errors": errors, "journey_mark": mark_of(journey)},
        )
    name, keys = form.cleaned_data["name"], form.cleaned_data["shared"]
    shared = [(question, answer) for key, question, answer in rows if key in keys]
    written = _write(journey, name=name, shared=shared)
    if request.POST.get("as") == "pdf":
        return _as_file(written)
    context = {
        "site": site,
        "letter": written,
        "pdf_form": PdfForm(action=reverse("booking:letter"), name=name, shared=keys),
    }
    return show(request, "booking/letter.html", context)


def _write(journey: Journey, *, name: str, shared: list[tuple[str, str]]) -> Letter:
    location = journey.draft.location or catalogue.locations_open()[0]
    return write_letter(
        name=name,
        clinic=load_site().name,
        location=location,
        reasons=journey.findings.reasons,
        shared=shared,
        # A box for each line of the form in which staff record the reply.
        treatments=[", ".join(one.name for one in same) for same in catalogue.treatments_by_kind().values()],
        day=local_date(journey.now, rota.zone_of(location=location)),
    )


def _as_file(written: Letter) -> HttpResponse:
    response = HttpResponse(as_pdf(written), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_("letter-to-a-physician")}.pdf"'
    return response
