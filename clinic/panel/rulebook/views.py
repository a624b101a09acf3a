"""Whether a clinician has signed the rulebook in force, and the rulebook to read before."""

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from booking.intake.signing import current_signature, record_signature
from booking.rules.rulebook import load_rulebook
from booking.rules.rulebook_page import NOT_REVIEWED, as_json
from clinic.panel.door.rights import Member, Right
from clinic.panel.rulebook.forms import SignatureForm
from clinic.panel.staff_page import show, staff_page
from clinic.record.audit import on_record


@staff_page(Right.READ_RULEBOOK)
def rulebook(request: HttpRequest, member: Member) -> HttpResponse:
    """Every rule in force, in words, to be read or printed before a clinician signs it."""
    return show(
        request, member, "panel/rulebook/rulebook.html", {"rulebook": as_json(load_rulebook()), "note": NOT_REVIEWED}
    )


@staff_page(Right.SIGN_RULEBOOK, methods=("GET", "POST"))
def signature(request: HttpRequest, member: Member) -> HttpResponse:
    """Record that a clinician has signed the version in force."""
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        now = timezone.now()
        with on_record(by=request.user, verb="sign", object_type="signature", now=now) as line:
            line.object_id = str(record_signature(by=request.user, now=now, **form.cleaned_data).pk)
        return redirect("panel:signature")
    context = {"form": form, "signature": current_signature(), "version": load_rulebook().version}
    return show(request, member, "panel/rulebook/signature.html", context)
