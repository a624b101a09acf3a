"""Phrases and templates for notes, of every treatment or of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.notes.phrases import save_phrases, save_template
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.notes.forms import PhrasesForm
from clinic.panel.set_up.notes.load import load_stored
from clinic.panel.set_up.notes.page import describe_phrases
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services.models import ClinicPolicy


@staff_page("set_up_phrases", methods=("GET", "POST"))
def phrases(request: HttpRequest, member: Member) -> HttpResponse:
    """What is offered and begun with from now on; what is written already stays."""
    stored = load_stored(request.GET.get("treatment", ""))
    form = PhrasesForm(request.POST or None, stored=stored)
    if request.method == "POST" and form.is_valid():
        _save(request, form)
        messages.success(request, _("Saved."))
        return redirect(request.get_full_path())
    return show(
        request, member, "panel/set_up/phrases.html", describe_phrases(form), status=422 if form.is_bound else 200
    )


def _save(request: HttpRequest, form: PhrasesForm) -> None:
    treatment = form.stored.treatment
    with on_record(
        by=request.user,
        verb="change",
        object_type="phrases for notes",
        object_id=treatment.key if treatment else "",
        fields=form.changed_names,
        now=timezone.now(),
    ):
        save_phrases(treatment=treatment, words=form.words)
        if treatment is None:
            ClinicPolicy.objects.update_or_create(pk=1, defaults={"writes_notes": form.cleaned_data["writes_notes"]})
        else:
            save_template(treatment=treatment, content=form.template)
