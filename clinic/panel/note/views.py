"""Writing and reading the note of a visit. Whatever button is pressed, what is written is kept first."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from booking.models import Appointment, Note
from booking.notes import writing
from booking.notes.content import PARTS, Content, Mark
from booking.notes.phrases import first_content
from booking.notes.regions import places_to_avoid
from booking.rules.rulebook import region_key
from booking.scheduling.states import WITH_A_NOTE
from clinic.panel.door.coming_back import NAME, TO_DO, comes_from_to_do
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.door.signed_in import user_of
from clinic.panel.note.forms import AdditionForm, NoteForm
from clinic.panel.note.page import Redrawn, describe_signed, describe_writing, saved_in_words
from clinic.panel.note.pressing import Press
from clinic.panel.note.reading import find_visit_of_note, may_write_note, record_reading, recorded_writing
from clinic.panel.staff_page import staff_page
from clinic.panel.visit.cautions import describe_cautions
from services.refusals import Refusal


@sensitive_post_parameters()
@staff_page("note", methods=("GET", "POST"))
def note(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """The form for who treats, until it is signed; the note for everybody else who may read it."""
    found = find_visit_of_note(reference, member)
    may_write = may_write_note(member, found)
    if request.method == "POST":
        if not may_write:
            raise Http404
        return _write(request, member, found)
    written = Note.objects.filter(appointment=found).first()
    record_reading(request.user, found.client_id, timezone.now())
    if written and (written.signed_at or not may_write):
        return show(request, member, "panel/note/signed.html", describe_signed(found, written, may_add=may_write))
    if not may_write or found.state not in WITH_A_NOTE:
        raise Http404
    content = Content.from_json(written.content) if written else first_content(found.treatment_id)
    redrawn = Redrawn(closed=_closed(member, found), kind=request.GET.get("kind", ""))
    return show(request, member, "panel/note/note.html", describe_writing(found, written, content, redrawn))


@sensitive_post_parameters()
@staff_page("add_to_note", methods=("POST",))
def add_to_note(request: HttpRequest, member: Member, reference: str) -> HttpResponse:
    """Put something beside a signed note."""
    found = find_visit_of_note(reference, member)
    written = Note.objects.filter(appointment=found).first()
    if written is None or not may_write_note(member, found):
        raise Http404
    form, now = AdditionForm(request.POST), timezone.now()
    error = "" if form.is_valid() else str(form.errors["text"][0])
    if not error:
        try:
            with recorded_writing(request.user, found.reference, now, verb="add"):
                writing.add_to_note(note=written, text=form.cleaned_data["text"], by_id=user_of(request).pk, now=now)
        except Refusal as refusal:
            error = refusal.for_staff
    if error:
        page = describe_signed(found, written, may_add=True, typed=request.POST.get("text", ""), error=error)
        return show(request, member, "panel/note/signed.html", page, status=422)
    messages.success(request, _("Added."))
    return redirect("panel:note", reference)


def _write(request: HttpRequest, member: Member, found: Appointment) -> HttpResponse:
    form, now = NoteForm(request.POST), timezone.now()
    closed = _closed(member, found)
    if not form.is_valid():
        return _refused(request, member, found, form, Redrawn(closed=closed, error=_first_error(form)))
    sent = form.cleaned_data
    do = sent["do"] or "save"
    pressed = Press(do, visit=found, kind=sent["kind"], place=sent["place"], closed=closed).on(form.content())
    keep = writing.sign_note if do == "sign" else writing.save_note
    try:
        with recorded_writing(request.user, found.reference, now, verb="sign" if do == "sign" else "write"):
            kept = keep(
                appointment=found, content=pressed.content, seen=sent["seen"], by_id=user_of(request).pk, now=now
            )
    except writing.NoteChangedMeanwhile as refusal:
        return _refused(request, member, found, form, Redrawn(closed=closed, error=str(refusal), theirs=refusal.note))
    except Refusal as refusal:
        return _refused(request, member, found, form, Redrawn(closed=closed, error=refusal.for_staff))
    if _is_script(request):
        return JsonResponse({"seen": kept.version, "saved": saved_in_words(kept, found)})
    if pressed.question:
        redrawn = Redrawn(closed=closed, kind=sent["kind"], question=pressed.question)
        page = describe_writing(found, kept, pressed.content, redrawn)
        return show(request, member, "panel/note/note.html", page)
    return _onward(request, found, do, kind=sent["kind"])


def _onward(request: HttpRequest, found: Appointment, do: str, *, kind: str) -> HttpResponse:
    """Signed: to the next visit. Left for later: to this one. Else the form again, where the button was.

    Whoever comes from what waits goes back there.
    """
    comes = comes_from_to_do(request)
    if do == "sign":
        messages.success(request, _("The note is signed."))
        return redirect("panel:to_do" if comes else "panel:board")
    if do == "save":
        messages.success(request, _("Saved. The note is not signed yet."))
        return redirect("panel:to_do") if comes else redirect("panel:visit", found.reference)
    place = "where" if "mark" in do or do == "add" else "note"
    back = f"&{NAME}={TO_DO}" if comes else ""
    return redirect(f"{reverse('panel:note', args=[found.reference])}?kind={kind}{back}#{place}")


def _refused(
    request: HttpRequest, member: Member, found: Appointment, form: NoteForm, redrawn: Redrawn
) -> HttpResponse:
    """The page again with all that was typed; what another page has saved stands beside it."""
    status = 409 if redrawn.theirs else 422
    if _is_script(request):
        both = _(
            "Not saved: this note was saved on another page meanwhile. Press “Leave unsigned for later” to see both."
        )
        return JsonResponse({"error": both if redrawn.theirs else redrawn.error}, status=status)
    written = redrawn.theirs or Note.objects.filter(appointment=found).first()
    page = describe_writing(found, written, _typed(request, form), redrawn)
    return show(request, member, "panel/note/note.html", page, status=status)


def _typed(request: HttpRequest, form: NoteForm) -> Content:
    """As it was sent, also where something of it was refused."""
    words = {name: request.POST.get(name, "") for name in PARTS}
    good = form.cleaned_data
    marks = tuple(Mark(*one.split(":")) for one in good.get("mark", ()))
    return Content(**words, marks=marks, pain_before=good.get("pain_before"), pain_after=good.get("pain_after"))


def _first_error(form: NoteForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{form.fields[name].label or name}: {errors[0]}"


def _closed(member: Member, found: Appointment) -> frozenset[str]:
    """The places that what to be careful about tells to leave alone."""
    cautions = describe_cautions(member, found, timezone.now())
    return places_to_avoid(map(region_key, cautions.avoid)) if cautions else frozenset()


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Autosave") == "1"
