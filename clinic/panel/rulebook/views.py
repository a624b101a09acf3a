"""Whether a clinician has signed the rulebook in force, and the rulebook, to be read first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from booking.intake.signing import current_signature, record_signature, signature_of_spasms
from booking.models import RulebookSignature
from booking.rules.rulebook import load_rulebook
from booking.rules.rulebook_page import NOT_REVIEWED, as_json
from booking.rules.spasms import load_text
from booking.wording.times import local_date
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.refusals import refusals_told_in
from clinic.panel.rulebook.forms import SignatureForm
from clinic.panel.rulebook.page import RulebookPage, SignaturePage, Signed
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import catalogue
from services.opening import has_ever_opened


@staff_page("rulebook")
def rulebook(request: HttpRequest, member: Member) -> HttpResponse:
    """Every rule in force, in words, to be read or printed before a clinician signs it."""
    page = RulebookPage(as_json(load_rulebook()), NOT_REVIEWED)
    return show(request, member, "panel/rulebook/rulebook.html", page)


@staff_page("signature", methods=("GET", "POST"))
def signature(request: HttpRequest, member: Member) -> HttpResponse:
    """Record that a clinician has signed the version in force."""
    page = SignaturePage(_form(request), _tell(current_signature()), load_rulebook().version)
    if _sign(request, page):
        return redirect("panel:signature" if has_ever_opened() else "panel:set_up")
    return show(request, member, "panel/rulebook/signature.html", page, status=422 if page.form.errors else 200)


@staff_page("spasms_signature", methods=("GET", "POST"))
def spasms_signature(request: HttpRequest, member: Member) -> HttpResponse:
    """Record that a clinician has checked the page about muscle spasms, as it reads now."""
    page = SignaturePage(_form(request), _tell(signature_of_spasms()), load_text().version)
    if _sign(request, page):
        return redirect("panel:spasms_signature")
    return show(request, member, "panel/rulebook/spasms.html", page, status=422 if page.form.errors else 200)


def _form(request: HttpRequest) -> SignatureForm:
    """Most are signed on the day on which they are recorded."""
    today = local_date(timezone.now(), catalogue.home_zone())
    return SignatureForm(request.POST or None, initial={"signed_date": today})


def _sign(request: HttpRequest, page: SignaturePage) -> bool:
    """Whether what was sent is on record now as the signature under `page.version`."""
    form = page.form
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with (
            refusals_told_in(form),
            on_record(by=request.user, verb="sign", object_type="signature", now=now) as line,
        ):
            signed = record_signature(version=page.version, by=user_of(request), now=now, **form.cleaned_data)
            line.object_id = str(signed.pk)
    return form.is_bound and not form.errors


def _tell(found: RulebookSignature | None) -> Signed | None:
    return Signed(found.clinician_name, found.registration, found.signed_date) if found else None
