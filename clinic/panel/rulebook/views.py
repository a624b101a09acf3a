"""Whether a clinician has signed the rulebook in force, and the rulebook, to be read first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from booking.intake.signing import current_signature, record_signature
from booking.rules.rulebook import load_rulebook
from booking.rules.rulebook_page import NOT_REVIEWED, as_json
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.refusals import refusals_told_in
from clinic.panel.rulebook.forms import SignatureForm
from clinic.panel.rulebook.page import RulebookPage, SignaturePage, Signed
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record


@staff_page("rulebook")
def rulebook(request: HttpRequest, member: Member) -> HttpResponse:
    """Every rule in force, in words, to be read or printed before a clinician signs it."""
    page = RulebookPage(as_json(load_rulebook()), NOT_REVIEWED)
    return show(request, member, "panel/rulebook/rulebook.html", page)


@staff_page("signature", methods=("GET", "POST"))
def signature(request: HttpRequest, member: Member) -> HttpResponse:
    """Record that a clinician has signed the version in force."""
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with (
            refusals_told_in(form),
            on_record(by=request.user, verb="sign", object_type="signature", now=now) as line,
        ):
            line.object_id = str(record_signature(by=user_of(request), now=now, **form.cleaned_data).pk)
            return redirect("panel:signature")
    found = current_signature()
    signed = Signed(found.clinician_name, found.registration, found.signed_date) if found else None
    page = SignaturePage(form, signed, load_rulebook().version)
    return show(request, member, "panel/rulebook/signature.html", page, status=422 if form.errors else 200)
