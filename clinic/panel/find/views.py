"""Find a time: first when and with whom, then for whom. A time that was pressed is kept for whoever pressed it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.intake.decisions import newest_intake
from booking.models import Appointment, Client
from booking.scheduling import appointments
from booking.scheduling.appointments import Details
from booking.scheduling.reasons import say
from booking.scheduling.search import Search
from booking.scheduling.starts import find_start, why_not_offered
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right
from clinic.panel.door.signed_in import hand_of
from clinic.panel.find.aim import Aim, aim_at_kept, unkept_visit
from clinic.panel.find.candidates import describe_candidates, find_left_out
from clinic.panel.find.forms import NewPersonForm, split_words
from clinic.panel.find.page import (
    Booked,
    FindPage,
    PersonBox,
    describe_booked,
    describe_chosen,
    say_left_out,
)
from clinic.panel.finder.answer import find_answer
from clinic.panel.finder.choice import Choice, read_pressed
from clinic.panel.finder.shown_answer import describe_answer
from clinic.panel.finder.shown_choice import describe_form
from clinic.panel.no_location import show_no_location
from clinic.panel.person.load import open_person
from clinic.panel.search.load import load_people
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.load import find_visit
from clinic.record.audit import on_record, write_search, write_view
from services import catalogue
from services.catalogue import Offer
from services.refusals import Refusal

FOUND_AT_MOST = 6


@dataclass(frozen=True)
class _Asked:
    """What a request is about: what is looked for, by whom, for whom, and at which time it aims already."""

    request: HttpRequest
    member: Member
    choice: Choice
    person: Client | None
    kept: Appointment | None
    aim: Aim | None
    now: datetime


@dataclass(frozen=True)
class _Typed:
    """What was typed for the person, and who was found by it."""

    words: str = ""
    found: tuple[Client, ...] | None = None
    new_form: NewPersonForm | None = None


NOTHING_TYPED = _Typed()


@staff_page("find_time", methods=("GET", "POST"))
def find_time(request: HttpRequest, member: Member) -> HttpResponse:
    """The free times that fit what is asked for; then the person; then the visit is booked."""
    now = timezone.now()
    if not (catalogue.locations_open() and _offers(now)):
        return show_no_location(request, member)
    asked = _read(request, member, now)
    if request.method != "POST":
        return _show(asked)
    for name, press in PRESSES.items():
        if name in request.POST:
            return press(asked)
    return _look_for_person(asked)


def _offers(now: datetime) -> list[Offer]:
    """What can be looked for, from today on."""
    return catalogue.treatments_on_offer(on=catalogue.home_day(now))


def _read(request: HttpRequest, member: Member, now: datetime) -> _Asked:
    choice = Choice.read(request.GET, locations=catalogue.locations_open(), offers=_offers(now), now=now)
    person = open_person(choice.person, member, Right.SEE_PERSON) if choice.person else None
    kept = appointments.find_kept_for_staff(by=hand_of(request), now=now)
    aim = Aim(choice.wish, choice.gap) if choice.gap else aim_at_kept(kept)
    return _Asked(request, member, choice, person, kept, aim, now)


def _keep(asked: _Asked) -> HttpResponse:
    """Keep the time that was pressed, and ask for whom it is."""
    pressed = read_pressed(asked.request.POST.get("start", ""))
    if pressed is None:
        return _show(asked, refused=_("That is not a time that can be booked."), status=422)
    asked = replace(asked, aim=Aim(asked.choice.wish, pressed))
    refused = _keep_aim(asked)
    if refused:
        return _show(replace(asked, aim=None), refused=refused, status=422)
    return redirect(f"{reverse('panel:find_time')}?{asked.choice.query()}")


def _give_back(asked: _Asked) -> HttpResponse:
    """The kept time is free again."""
    with on_record(
        by=asked.request.user,
        verb="let go",
        object_type="visit",
        object_id=asked.kept.reference if asked.kept else "",
        now=asked.now,
    ):
        appointments.release_for_staff(by=hand_of(asked.request), now=asked.now)
    return redirect(f"{reverse('panel:find_time')}?{asked.choice.query()}")


def _look_for_person(asked: _Asked) -> HttpResponse:
    """By POST, so that no name ends up in an address or a log. A time that was pressed elsewhere is kept from now on."""
    words = asked.request.POST.get("words", "").strip()
    if asked.aim is None:
        return _show(asked)
    refused = "" if _is_kept(asked) else _keep_aim(asked)
    if refused:
        return _show(replace(asked, aim=None), refused=refused, status=422)
    found = tuple(load_people(words, at_most=FOUND_AT_MOST))
    write_search(by=asked.request.user, client_ids=[one.pk for one in found], now=asked.now, fields=["contacts"])
    kept = appointments.find_kept_for_staff(by=hand_of(asked.request), now=asked.now)
    return _show(replace(asked, kept=kept), typed=_Typed(words, found))


def _book_known(asked: _Asked) -> HttpResponse:
    client = open_person(asked.request.POST.get("book", ""), asked.member, Right.SEE_PERSON)
    details = Details(name=client.name, booker_name=client.name, booker_email=client.email, booker_phone=client.phone)
    return _book(asked, client, details, _Typed(found=(client,)))


def _book_new(asked: _Asked) -> HttpResponse:
    form = NewPersonForm(asked.request.POST, country=asked.choice.wish.location.country)
    typed = _Typed(asked.request.POST.get("words", ""), (), form)
    if not form.is_valid():
        return _show(asked, typed=typed, status=422)
    return _book(asked, None, form.details(), typed)


def _book(asked: _Asked, client: Client | None, details: Details, typed: _Typed) -> HttpResponse:
    """Book at the time that is aimed at; the start that is kept for this hand becomes the visit."""
    aim, request = asked.aim, asked.request
    if aim is None:
        return _show(asked, refused=_("The time is no longer kept. Choose one again."), status=422)
    try:
        with on_record(by=request.user, verb="book", object_type="visit", now=asked.now) as line:
            visit = appointments.book_by_staff(
                wish=replace(aim.wish, therapist_id=aim.gap.therapist_id),
                starts_at=aim.gap.starts_at,
                client=client,
                details=details,
                intake=newest_intake(client),
                by=hand_of(request),
                now=asked.now,
                send_form=True,
            )
            line.object_id = visit.reference
    except Refusal as refusal:
        return _show(asked, refused=refusal.for_staff, typed=typed, status=422)
    return redirect(f"{reverse('panel:find_time')}?booked={visit.reference}")


def _is_kept(asked: _Asked) -> bool:
    """Whether the time that is aimed at is the one that is kept."""
    return asked.aim is not None and aim_at_kept(asked.kept) == asked.aim


def _keep_aim(asked: _Asked) -> str:
    """Keep it; returns the reason in words where it can't be had."""
    assert asked.aim is not None, "asked with a time"
    aim, request = asked.aim, asked.request
    try:
        with on_record(by=request.user, verb="keep", object_type="visit", now=asked.now) as line:
            line.object_id = appointments.keep_for_staff(
                wish=replace(aim.wish, therapist_id=aim.gap.therapist_id),
                starts_at=aim.gap.starts_at,
                by=hand_of(request),
                now=asked.now,
                client=asked.person,
            ).reference
    except Refusal as refusal:
        return refusal.for_staff
    return ""


def _show(asked: _Asked, *, refused: str = "", typed: _Typed = NOTHING_TYPED, status: int = 200) -> HttpResponse:
    choice, now = asked.choice, asked.now
    offers = catalogue.treatments_on_offer(on=choice.first)
    write_view(by=asked.request.user, client_id=asked.person.pk if asked.person else None, now=now, fields=["contacts"])
    left_out = [] if asked.person is None else _left_out(asked, asked.person)
    answer = find_answer(choice, now=now, client=asked.person, own=asked.kept)
    visit = None if asked.aim is None else _visit_aimed_at(asked)
    if asked.aim is not None and visit is None:
        refused = refused or _why_not(asked)
    box = None if visit is None else _box(asked, visit, typed)
    page = FindPage(
        form=describe_form(
            choice,
            offers=[one for one in offers if one.treatment.name_for_staff not in left_out] or offers,
            locations=catalogue.locations_open(),
        ),
        answer=describe_answer(choice, answer, chosen=asked.aim.gap.as_pair() if asked.aim and box else None),
        address=reverse("panel:find_time"),
        query=choice.query(),
        box_query=asked.aim.query(choice) if asked.aim else "",
        is_folded=box is not None or "show" in asked.request.GET,
        for_whom=asked.person.name if asked.person else "",
        left_out=say_left_out(left_out),
        refused=refused,
        box=box,
        booked=_booked(asked),
    )
    response = show(asked.request, asked.member, "panel/find/find.html", page, status=status)
    if box is None and asked.request.headers.get("HX-Target") == "find-found":
        # Whoever types a name gets the people alone; where the time is gone, the whole page has to say so.
        response["HX-Retarget"] = response["HX-Reselect"] = "#find"
    return response


def _visit_aimed_at(asked: _Asked) -> Appointment | None:
    """The visit as it would be; None where the time can't be had."""
    aim = asked.aim
    assert aim is not None, "asked with a time"
    if _is_kept(asked):
        return asked.kept
    start = find_start(search=_search(asked, aim), starts_at=aim.gap.starts_at)
    return unkept_visit(aim, start) if start else None


def _why_not(asked: _Asked) -> str:
    assert asked.aim is not None, "asked with a time"
    search = _search(asked, asked.aim)
    reason = why_not_offered(search=search, starts_at=asked.aim.gap.starts_at)
    return say(reason, starts_at=asked.aim.gap.starts_at, wish=search.wish).for_staff if reason else ""


def _search(asked: _Asked, aim: Aim) -> Search:
    wish = replace(aim.wish, therapist_id=aim.gap.therapist_id)
    return Search(wish, asked.now, moving=asked.kept, client=asked.person, by_staff=True)


def _left_out(asked: _Asked, person: Client) -> list[str]:
    """The names of treatments that do not go with the person's answers."""
    treatments = [one.treatment for one in _offers(asked.now)]
    stops = find_left_out(person, treatments, wish=asked.choice.wish, starts_at=asked.now, now=asked.now)
    return [one.name_for_staff for one in treatments if one.pk in stops]


def _box(asked: _Asked, visit: Appointment, typed: _Typed) -> PersonBox:
    known = [asked.person] if asked.person else []
    people = known or list(typed.found or ())
    until = visit.deadline_at if _is_kept(asked) else None
    found = describe_candidates(people, visit=visit, now=asked.now)
    country = asked.choice.wish.location.country
    searched = typed.found is not None and not known
    new_form = typed.new_form or (
        NewPersonForm(country=country, initial=split_words(typed.words)) if searched else None
    )
    return PersonBox(
        chosen=describe_chosen(visit, until=until),
        is_known=bool(known),
        words=typed.words,
        searched=searched,
        found=found,
        new_form=new_form,
        is_new_open=typed.new_form is not None or (searched and not found),
    )


def _booked(asked: _Asked) -> Booked | None:
    reference = asked.request.GET.get("booked", "")
    if not reference:
        return None
    return describe_booked(find_visit(reference, asked.member, Right.CHANGE_VISIT))


# Which button was pressed, by its name; a search has none.
PRESSES: dict[str, Callable[[_Asked], HttpResponse]] = {
    "start": _keep,
    "give_back": _give_back,
    "book": _book_known,
    "book_new": _book_new,
}
