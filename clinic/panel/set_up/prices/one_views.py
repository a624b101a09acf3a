"""A treatment's own page, and a new one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.scheduling.price_change import coming_visits
from booking.scheduling.stranding import WouldStrand, reviewing
from booking.wording.lists import join_words
from clinic.panel.before_saving import BeforeSavingPage, describe_question, goes_back
from clinic.panel.choosing.saving import AskFirst, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.refusals import refusals_told_in
from clinic.panel.set_up.prices.forms import OneTreatmentForm, TreatmentForm
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import treatments
from services.models import Treatment
from services.treatments import TreatmentChangedMeanwhile, stored_facts

RULES = "rules_seen"


@dataclass(frozen=True)
class TreatmentPage:
    title: str
    form: TreatmentForm
    is_new: bool = False


@dataclass(frozen=True)
class RulesQuestion:
    """Before other people may have it, or booked visits of it are checked by other rules."""

    lead: str
    touched: str
    ask: BeforeSavingPage


@staff_page("set_up_new_treatment", methods=("GET", "POST"))
def new_treatment(request: HttpRequest, member: Member) -> HttpResponse:
    """Not on offer until somebody says so, and until then like deep tissue and with heat."""
    form, now = TreatmentForm(request.POST if request.method == "POST" else None), timezone.now()
    if form.is_valid():
        wanted = form.wanted()
        therapist_ids = wanted.pop("therapists")
        with (
            refusals_told_in(form),
            reviewing(now=now) as review,
            on_record(by=request.user, verb="add", object_type="treatment", now=now) as line,
        ):
            made = treatments.add_treatment(wanted=wanted, therapist_ids=therapist_ids, review=review)
            line.object_id = str(made.pk)
        if form.is_valid():
            said = _("Added: %(name)s. Set its prices here, and offer it.")
            messages.success(request, said % {"name": made.name})
            return redirect("panel:set_up_prices")
    page = TreatmentPage(_("A new treatment"), form, is_new=True)
    return show(request, member, "panel/set_up/treatment.html", page, status=422 if form.is_bound else 200)


@staff_page("set_up_treatment", methods=("GET", "POST"))
def one_treatment(request: HttpRequest, member: Member, treatment_id: int) -> HttpResponse:
    """What clients read of it, who gives it and where, and whom the safety check lets have it."""
    treatment = Treatment.objects.filter(pk=treatment_id).first()
    if treatment is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = OneTreatmentForm(data, treatment=treatment, stored=stored_facts(treatment))
    if goes_back(request) or not form.is_valid():
        status = 422 if form.is_bound and not goes_back(request) else 200
        return _show(request, member, treatment, form, status=status)
    if question := _ask_about_rules(request, treatment, form):
        return show(request, member, "panel/set_up/treatment_rules.html", question, status=409)
    return _save(request, member, treatment, form)


def _save(request: HttpRequest, member: Member, treatment: Treatment, form: OneTreatmentForm) -> HttpResponse:
    now, name = timezone.now(), treatment.name
    record = {"by": request.user, "verb": "change", "object_type": "treatment", "object_id": treatment.pk}
    try:
        with (
            refusals_told_in(form),
            asking_first(request, member, now=now) as review,
            on_record(**record, now=now) as line,  # type: ignore[arg-type] # the four are what it takes
        ):
            changed = treatments.change_treatment(
                treatment=treatment, wanted=form.wanted(), seen=form.marks(), review=review
            )
            line.fields = [one.replace("_", " ") for one in changed]
    except AskFirst as asked:
        carried = {RULES: request.POST.get(RULES, "")}
        return show_choices(request, member, asked, verb=_("Save"), carried=carried)
    except TreatmentChangedMeanwhile as meanwhile:
        messages.error(request, _say_meanwhile(form, meanwhile))
        return _show_again(request, member, treatment)
    if not form.is_valid():
        return _show(request, member, treatment, form, status=422, title=name)
    done = _("Saved.") if changed else _("Nothing was changed.")
    messages.success(request, f"{done} {review.say()}".strip())
    return redirect("panel:set_up_treatment", treatment.pk)


def _ask_about_rules(request: HttpRequest, treatment: Treatment, form: OneTreatmentForm) -> RulesQuestion | None:
    """What has to be said before the rules of the safety check apply otherwise; None where it was, as it is now."""
    wanted = form.wanted()
    like, uses_heat = wanted.get("like", treatment.counts_as), wanted["uses_heat"]
    if (like, uses_heat) == (treatment.counts_as, treatment.uses_heat):
        return None
    visits = coming_visits(treatment_id=treatment.pk, now=timezone.now())
    is_gentler = treatments.is_gentler(treatment, like=like, uses_heat=uses_heat)
    said = " ".join([like, str(uses_heat), *visits])
    if not (visits or is_gentler) or request.POST.get(RULES) == said:
        return None
    kind = Treatment.Kind(like).label
    lead = (
        _("From now on whoever may have %(kind)s may have it.")
        if is_gentler
        else _("From now on whoever must not have %(kind)s can’t have it either.")
    ) % {"kind": kind}
    touched = ngettext(
        "%(count)s visit of it is booked. It is checked by the new rules before it takes place.",
        "%(count)s visits of it are booked. They are checked by the new rules before they take place.",
        len(visits),
    ) % {"count": len(visits)}
    button = _("Save it as gentle as that") if is_gentler else _("Save the stricter rules")
    ask = describe_question(request, WouldStrand([]), button=button, carried={RULES: said})
    return RulesQuestion(lead, touched if visits else "", ask)


def _say_meanwhile(form: OneTreatmentForm, meanwhile: TreatmentChangedMeanwhile) -> str:
    what = [f"“{form.fields[name].label}”" for name in meanwhile.fields if name in form.fields]
    return _(
        "Somebody has changed this since you opened the page: %(what)s. Nothing was overwritten, and what you typed is "
        "still here. Look at it again, and save."
    ) % {"what": join_words(what)}


def _show_again(request: HttpRequest, member: Member, treatment: Treatment) -> HttpResponse:
    """Everything that was typed, over what is stored by now."""
    treatment.refresh_from_db()
    stored = stored_facts(treatment)
    data = request.POST.copy()
    data["seen"] = str(OneTreatmentForm(treatment=treatment, stored=stored).initial["seen"])
    return _show(request, member, treatment, OneTreatmentForm(data, treatment=treatment, stored=stored), status=409)


def _show(
    request: HttpRequest,
    member: Member,
    treatment: Treatment,
    form: OneTreatmentForm,
    *,
    status: int = 200,
    title: str = "",
) -> HttpResponse:
    page = TreatmentPage(title or treatment.name, form)
    return show(request, member, "panel/set_up/treatment.html", page, status=status)
