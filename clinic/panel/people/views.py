"""A copy of a person's data, erasing it, and how long data is kept. For owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.people.copying import collect_personal_data
from booking.people.erasing import erase_client
from booking.people.scrubbing import scrub
from booking.scheduling.policy_change import PolicyChangedMeanwhile, change_policy
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import hand_of
from clinic.panel.people.forms import YEARS, KeepingForm
from clinic.panel.people.page import describe_data, describe_keeping
from clinic.panel.person.load import find_person
from clinic.panel.set_up.changing import say_meanwhile, write_marks
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view
from services.models import ClinicPolicy
from services.policy import values_of
from services.refusals import Refusal


@staff_page("person_data")
def data(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """What a copy holds and what erasing leaves, and others who may be the same person."""
    found = find_person(public_id)
    write_view(by=request.user, client_id=found.pk, now=timezone.now(), fields=["contacts"])
    return show(request, member, "panel/people/data.html", describe_data(found))


@staff_page("person_copy", methods=("POST",))
def copy(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Everything about the person as a file. By POST, because it is recorded."""
    found = find_person(public_id)
    with on_record(by=request.user, verb="copy", object_type="client", object_id=found.pk, now=timezone.now()):
        content = collect_personal_data(client=found)
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="person-{found.public_id}.json"'
    response["Cache-Control"] = "no-store"
    return response


@staff_page("person_erase", methods=("POST",))
def erase(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Forget the person; the page has said what stays."""
    found = find_person(public_id)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick that you have made sure. Nothing was erased."))
        return redirect("panel:person_data", public_id=public_id)
    now = timezone.now()
    try:
        with on_record(by=request.user, verb="erase", object_type="client", object_id=found.pk, now=now):
            erase_client(client=found, by=hand_of(request), now=now)
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
        return redirect("panel:person_data", public_id=public_id)
    scrub()  # if somebody is reading at that moment, the next minute's sweep does it
    messages.success(request, _("Erased. Tell them while you still have their address."))
    return redirect("panel:cases")


@staff_page("keeping", methods=("GET", "POST"))
def keeping(request: HttpRequest, member: Member) -> HttpResponse:
    """What is kept, why and for how long; an owner changes and confirms the periods, and reads what was erased at night."""
    policy = ClinicPolicy.current()
    stored = values_of(policy, YEARS)
    form, now = KeepingForm(request.POST or None, initial=stored | {"seen": write_marks(stored)}), timezone.now()
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        years = {name: form.cleaned_data[name] for name in YEARS}
        changed = [str(form.fields[name].label) for name in form.changed_data if name in YEARS]
        try:
            with on_record(by=request.user, verb="confirm", object_type="policy", object_id=1, fields=changed, now=now):
                change_policy(wanted=years, seen=form.marks(), now=now)
                ClinicPolicy.objects.filter(pk=1).update(keep_confirmed_at=now)
        except PolicyChangedMeanwhile as meanwhile:
            messages.error(request, say_meanwhile(form, meanwhile))
            form, status = KeepingForm(form.typed_over(stored, meanwhile.fields)), 409
        else:
            messages.success(request, _("Thank you. From tonight on, what is over is erased by night."))
            return redirect("panel:keeping")
    page = describe_keeping(policy, form)
    return show(request, member, "panel/people/keeping.html", page, status=status)
