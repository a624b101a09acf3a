"""People and hours: everybody's week, one person's below it, and somebody new."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.scheduling.stranding import reviewing
from booking.wording.times import format_day, local_date
from clinic.panel.choosing.page import Question
from clinic.panel.choosing.saving import AskFirst, asking_first
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.fields import read_date
from clinic.panel.no_location import show_no_location
from clinic.panel.refusals import refusals_told_in
from clinic.panel.set_up.changing import ChangedMeanwhile, overwriting_nothing, write_marks
from clinic.panel.set_up.people.copying import ADD_LINE, COPY, COPY_WEEK, add_line, copy_day
from clinic.panel.set_up.people.forms import NewPersonForm
from clinic.panel.set_up.people.load import (
    dates_of_change,
    describe_week,
    find_therapist,
    hours_in_words,
    load_everybody,
    places_of,
    stored_hours,
    week_of,
)
from clinic.panel.set_up.people.page import NewPersonPage, PeoplePage, PersonPage
from clinic.panel.set_up.people.week_form import WeekForm, typed_of
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import catalogue, rota, therapists
from services.facts import current
from services.locks import lock_parents
from services.models import Location, Therapist
from services.opening import has_ever_opened

_COPIES = (COPY, COPY_WEEK, ADD_LINE)


@staff_page("set_up_people")
def people(request: HttpRequest, member: Member) -> HttpResponse:
    """Everybody's week."""
    on = read_date(request.GET.get("from", "")) or _today()
    return show(request, member, "panel/set_up/people/people.html", PeoplePage(load_everybody(on=on)))


@staff_page("set_up_person", methods=("GET", "POST"))
def person(request: HttpRequest, member: Member, therapist_id: int) -> HttpResponse:
    """One therapist's weekly hours, from a date on."""
    therapist, now = find_therapist(therapist_id), timezone.now()
    places = places_of(therapist)
    if not places:
        return show_no_location(request, member)
    first = read_date(request.GET.get("from", "")) or _usual_first_date(therapist)
    form = _read_form(request, places, initial=_as_it_is(therapist, first, places))
    if _copies(request) or not form.is_valid():
        return _show_person(request, member, therapist, form, status=_status(form))
    said = _describe_hours(therapist, form)
    try:
        with (
            refusals_told_in(form),
            asking_first(request, member, now=now) as review,
            on_record(by=request.user, verb="change", object_type="working hours", object_id=therapist.pk, now=now),
        ):
            lock_parents(therapist_ids=[therapist.pk], location_ids=form.places)
            with overwriting_nothing(lambda: stored_hours(therapist), seen=form.marks()):
                _write(therapist, form, review)
    except AskFirst as asked:
        question = asked.question.with_verb(_("Save"))
        return _show_person(request, member, therapist, form, status=409, question=question)
    except ChangedMeanwhile:
        form.add_error(None, _say_meanwhile(therapist))
        form.see(stored_hours(therapist))
        return _show_person(request, member, therapist, form, status=409)
    if not form.is_valid():
        return _show_person(request, member, therapist, form, status=422)
    messages.success(request, " ".join([said, review.say()]).strip())
    return redirect("panel:set_up_people")


@staff_page("set_up_new_person", methods=("GET", "POST"))
def new_person(request: HttpRequest, member: Member) -> HttpResponse:
    """Somebody new: the name, what they give, and when they work."""
    places, now = places_of(None), timezone.now()
    if not places:
        return show_no_location(request, member)
    is_first = not current().all_of(Therapist)
    form = NewPersonForm(request.POST if request.method == "POST" else None, is_first=is_first)
    week = _read_form(request, places, initial={"first_date": _today()})
    are_right = form.is_valid() & week.is_valid()
    if _copies(request) or not are_right:
        if _copies(request):
            form = _unsent(request)
        return _show_new(request, member, form, week, status=_status(week))
    therapist = Therapist(name=form.cleaned_data["name"])
    with (
        refusals_told_in(week),
        reviewing(now=now) as review,
        on_record(by=request.user, verb="add", object_type="therapist", now=now) as line,
    ):
        therapists.add_therapist(therapist=therapist, treatments=form.cleaned_data["treatments"], review=review)
        _write(therapist, week, review)
        line.object_id = str(therapist.pk)
    if not week.is_valid():
        return _show_new(request, member, form, week, status=422)
    messages.success(request, _describe_hours(therapist, week))
    return redirect("panel:set_up_people")


def _describe_hours(therapist: Therapist, form: WeekForm) -> str:
    """What was saved, once it is."""
    days = form.readable().values()
    parts = {
        "name": therapist.name,
        "hours": hours_in_words(days),
        "day": format_day(form.cleaned_data["first_date"]),
    }
    if not days:
        return _("Saved. %(name)s has no hours from %(day)s on.") % parts
    return _("Saved. %(name)s works %(hours)s hours a week from %(day)s on.") % parts


def _say_meanwhile(therapist: Therapist) -> str:
    return _(
        "Somebody has changed %(name)s’s hours since you opened the page. Nothing was overwritten, and what you typed "
        "is still here. Look at the week above, and save."
    ) % {"name": therapist.name}


def _write(therapist: Therapist, form: WeekForm, review: rota.Review) -> None:
    wanted = form.cleaned_data
    rota.set_week(
        therapist=therapist,
        spans_at=form.spans_at(),
        from_date=wanted["first_date"],
        until_date=wanted["last_date"],
        review=review,
    )


def _today() -> date:
    return local_date(timezone.now(), catalogue.home_zone())


def _usual_first_date(therapist: Therapist) -> date:
    """Who has hours changes them from next Monday on; who has none begins today, as does a clinic that never opened."""
    today = _today()
    if not has_ever_opened() or not any(pk == therapist.pk for pk, _place in current().hours):
        return today
    return today + timedelta(days=8 - today.isoweekday())


def _as_it_is(therapist: Therapist, first: date, places: list[Location]) -> dict[str, Any]:
    by_id = {place.pk: place for place in current().all_of(Location)}
    seen = write_marks(stored_hours(therapist))
    return {"first_date": first, "seen": seen, **typed_of(week_of(therapist.pk, on=first), by_id)}


def _copies(request: HttpRequest) -> bool:
    return request.method == "POST" and any(name in request.POST for name in _COPIES)


def _read_form(request: HttpRequest, places: list[Location], *, initial: Mapping[str, Any]) -> WeekForm:
    """As it was sent; or, where something is to be copied in it, as it is then, and not sent."""
    today = _today()
    if request.method != "POST":
        return WeekForm(places=places, today=today, initial=initial)
    sent = WeekForm(request.POST, places=places, today=today, initial=initial)
    if not _copies(request):
        return sent
    typed: dict[str, Any] = _copied(request, sent.as_read(), sent.first_day() or today, places)
    return WeekForm(places=places, today=today, initial=typed | {"first_date": sent.first_day() or today})


def _copied(request: HttpRequest, typed: dict[str, str], on: date, places: list[Location]) -> dict[str, str]:
    """What the form says once what was pressed is done."""
    if ADD_LINE in request.POST:
        return add_line(typed, weekday=_weekday(request.POST[ADD_LINE]))
    if COPY in request.POST:
        weekday, _colon, to = request.POST[COPY].partition(":")
        days = to.split(",") if to else request.POST.getlist(f"copy_{weekday}")
        return copy_day(typed, weekday=_weekday(weekday), to=[_weekday(day) for day in days])
    colleague = request.POST.get("colleague", "")
    theirs = week_of(int(colleague), on=on) if colleague.isdecimal() and len(colleague) < 10 else []
    usual = {place.pk: place for place in places}
    known = [day for day in theirs if day.place_id in usual]
    dates = {name: typed.get(name, "") for name in ("first_date", "last_date", "seen")}
    return dates | typed_of(known, usual) if known else typed


def _weekday(text: str) -> int:
    if text not in "1234567" or len(text) != 1:
        raise Http404
    return int(text)


def _unsent(request: HttpRequest) -> NewPersonForm:
    """With what was typed, and without complaint: nobody has pressed Save."""
    form = NewPersonForm(is_first=False)
    form.initial = {"name": request.POST.get("name", ""), "treatments": request.POST.getlist("treatments")}
    return form


def _status(form: WeekForm) -> int:
    return 422 if form.is_bound else 200


def _show_person(
    request: HttpRequest,
    member: Member,
    therapist: Therapist,
    form: WeekForm,
    *,
    status: int,
    question: Question | None = None,
) -> HttpResponse:
    on = form.first_day() or _today()
    page = PersonPage(
        everybody=load_everybody(on=on, chosen=therapist, typed=None if form.errors else form.readable().values()),
        therapist_id=therapist.pk,
        name=therapist.name,
        is_here=therapist.is_active,
        week=describe_week(form, therapist=therapist),
        changes=dates_of_change(therapist.pk, on=on),
        is_copied=_copies(request),
        question=question,
    )
    return show(request, member, "panel/set_up/people/person.html", page, status=status)


def _show_new(
    request: HttpRequest, member: Member, form: NewPersonForm, week: WeekForm, *, status: int
) -> HttpResponse:
    page = NewPersonPage(form=form, week=describe_week(week, therapist=None), is_copied=_copies(request))
    return show(request, member, "panel/set_up/people/new.html", page, status=status)
