"""Who somebody is, what they give, and whether they work here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, asking_first, show_choices
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.set_up.changing import ChangedMeanwhile, overwriting_nothing, write_marks
from clinic.panel.set_up.people.forms import ProfileForm
from clinic.panel.set_up.people.load import find_therapist
from clinic.panel.set_up.people.page import ProfilePage
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import rota, therapists
from services.admin.uploads import carry_picture, drop_unused_pictures
from services.locks import lock_parents
from services.models import Therapist, Treatment


@staff_page("set_up_profile", methods=("GET", "POST"))
def profile(request: HttpRequest, member: Member, therapist_id: int) -> HttpResponse:
    """What clients read about somebody, and which treatments can be booked with them."""
    therapist, now = find_therapist(therapist_id), timezone.now()
    name = therapist.name
    is_sent = request.method == "POST"
    form = ProfileForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        instance=therapist,
        initial={"seen": write_marks(_stored(therapist))},
    )
    is_right = form.is_valid()
    page = ProfilePage(form, therapist_id=therapist.pk, name=name, is_here=therapist.is_active)
    if goes_back(request) or not is_right:
        status = 422 if is_sent and not goes_back(request) else 200
        return show(request, member, "panel/set_up/people/profile.html", page, status=status)
    # What is not on offer at the moment is no choice of the form, and stays learnt.
    unshown = Treatment.objects.filter(therapists=therapist, is_active=False)
    try:
        with (
            asking_first(request, member, now=now) as review,
            on_record(
                by=request.user,
                verb="change",
                object_type="therapist",
                object_id=therapist.pk,
                fields=form.changed_data,
                now=now,
            ),
        ):
            lock_parents(therapist_ids=[therapist.pk])
            with overwriting_nothing(lambda: _stored(therapist), seen=form.marks()):
                therapists.change_profile(therapist=form.save(commit=False))
                rota.change_therapist(
                    therapist=therapist,
                    is_active=therapist.is_active,
                    treatments=[*form.cleaned_data["treatments"], *unshown],
                    review=review,
                )
            drop_unused_pictures()
    except AskFirst as asked:
        carried = carry_picture(ProfileForm, request.FILES)
        return show_choices(request, member, asked, verb=_("Save"), carried=carried)
    except ChangedMeanwhile as meanwhile:
        form.add_error(None, meanwhile.told(form))
        form.see(_stored(therapist))
        return show(request, member, "panel/set_up/people/profile.html", page, status=409)
    messages.success(request, " ".join([_("Saved."), review.say()]).strip())
    return redirect("panel:set_up_profile", therapist_id=therapist.pk)


def _stored(therapist: Therapist) -> dict[str, Any]:
    """What the form can change, as it is stored by now; a form has put what was typed into `therapist` itself."""
    known = Therapist.objects.get(pk=therapist.pk)
    skills = Treatment.objects.filter(therapists=known, is_active=True).order_by("pk")
    words = ("name", "about", "training", "languages", "gender", "portrait_id")
    return {name: getattr(known, name) for name in words} | {"treatments": list(skills.values_list("pk", flat=True))}


@staff_page("set_up_leave", methods=("POST",))
def leave(request: HttpRequest, member: Member, therapist_id: int) -> HttpResponse:
    """Somebody works here no longer."""
    return _change(request, member, therapist_id, is_here=False)


@staff_page("set_up_return", methods=("POST",))
def come_back(request: HttpRequest, member: Member, therapist_id: int) -> HttpResponse:
    """Somebody works here again, with the skills and hours from before."""
    return _change(request, member, therapist_id, is_here=True)


def _change(request: HttpRequest, member: Member, therapist_id: int, *, is_here: bool) -> HttpResponse:
    therapist, now = find_therapist(therapist_id), timezone.now()
    if goes_back(request):
        return redirect("panel:set_up_profile", therapist_id=therapist.pk)
    try:
        with (
            asking_first(request, member, now=now) as review,
            on_record(
                by=request.user,
                verb="return" if is_here else "leave",
                object_type="therapist",
                object_id=therapist.pk,
                now=now,
            ),
        ):
            skills = Treatment.objects.filter(therapists=therapist)
            rota.change_therapist(therapist=therapist, is_active=is_here, treatments=list(skills), review=review)
    except AskFirst as asked:
        words = _("Let %(name)s leave") % {"name": therapist.first_name}
        return show_choices(request, member, asked, verb=words)
    said = _("%(name)s works here again.") if is_here else _("%(name)s works here no longer.")
    messages.success(request, " ".join([said % {"name": therapist.name}, review.say()]).strip())
    return redirect("panel:set_up_people")
