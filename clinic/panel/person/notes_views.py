"""The notes of a person as a list and as a file, and whom an owner lets read them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from booking import limits
from booking.models import Client, NoteGrant
from booking.notes import granting
from booking.notes.notes_file import as_pdf
from booking.notes.on_paper import put_on_paper
from booking.notes.reading import notes_of
from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member, Right, may_read_notes
from clinic.panel.door.signed_in import known_as, user_of
from clinic.panel.home import home_wall
from clinic.panel.person.forms import GrantForm, NotesOfDaysForm, TickedNotesForm
from clinic.panel.person.load import find_person, open_person
from clinic.panel.person.other_pages import AskedNotes, describe_notes
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record, write_view
from services.hours import local_day
from services.refusals import Refusal


@staff_page("person_notes")
def notes(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """For whoever may read them. An owner also lets others in here."""
    found = find_person(public_id)
    if not may_read_notes(member, found, timezone.now()):
        raise Http404
    return _show(request, member, found)


@staff_page("person_notes_file", methods=("POST",))
def notes_file(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Signed notes as a PDF, for whoever may read them. By POST, because it is recorded."""
    found, now, by = find_person(public_id), timezone.now(), user_of(request)
    if not may_read_notes(member, found, now):
        raise Http404
    notes = list(notes_of(found))
    by_days = NotesOfDaysForm.NAME in request.POST
    form = (
        NotesOfDaysForm(request.POST, notes=notes, public_id=public_id)
        if by_days
        else TickedNotesForm(request.POST, notes=notes)
    )
    if not form.is_valid():
        return _show(request, member, found, file=form, status=422)
    place = form.chosen[0].appointment.location
    paper = put_on_paper(client=found, notes=form.chosen, place=place, by=by, now=now, known_as=known_as)
    with limits.at_a_time(limits.DRAWING):
        # On record before it is drawn: drawing takes long, and a transaction would keep others from writing.
        with on_record(by=by, verb="export", object_type="client", object_id=found.pk, now=now, fields=["notes"]):
            limits.take((limits.PDFS, f"staff {by.pk}"), now=now)
        drawn = as_pdf(paper)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="visits-{found.public_id}.pdf"'
    return response


@sensitive_post_parameters("reason")
@staff_page("person_grant", methods=("POST",))
def grant(request: HttpRequest, member: Member, public_id: str) -> HttpResponse:
    """Let somebody read, until the end of the chosen day by the clock of the first place."""
    found = open_person(public_id, member, Right.GRANT_NOTES)
    form, now = GrantForm(request.POST, public_id=found.public_id), timezone.now()
    if not form.is_valid():
        return _show(request, member, found, grant=form, status=422)
    sent = form.cleaned_data
    until = local_day(date=sent["last_day"], zone=home_wall().zone).end
    try:
        with on_record(by=request.user, verb="let read notes", object_type="client", object_id=found.pk, now=now):
            granting.grant_reading(
                client=found,
                reader_id=sent["reader"].pk,
                reason=sent["reason"],
                until=until,
                by_id=user_of(request).pk,
                now=now,
            )
    except Refusal as refusal:
        form.add_error("last_day", refusal.for_staff)
        return _show(request, member, found, grant=form, status=422)
    messages.success(request, _("Done. They find the notes under “To do”."))
    return redirect("panel:person_notes", public_id=found.public_id)


@staff_page("person_grant_end", methods=("POST",))
def end(request: HttpRequest, member: Member, public_id: str, grant_id: int) -> HttpResponse:
    """Taken back with one press."""
    found, now = open_person(public_id, member, Right.GRANT_NOTES), timezone.now()
    given = NoteGrant.objects.filter(client=found, pk=grant_id).first()
    if given is None:
        raise Http404
    with on_record(by=request.user, verb="end reading notes", object_type="client", object_id=found.pk, now=now):
        granting.end_reading(grant=given, now=now)
    messages.success(request, _("Taken back. They can no longer read these notes."))
    return redirect("panel:person_notes", public_id=found.public_id)


def _show(
    request: HttpRequest,
    member: Member,
    found: Client,
    *,
    grant: GrantForm | None = None,
    file: TickedNotesForm | NotesOfDaysForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """`grant` and `file` are the form that was refused, with what it was sent."""
    now, notes = timezone.now(), list(notes_of(found))
    write_view(by=request.user, client_id=found.pk, now=now, fields=["list of notes"])
    public_id = found.public_id
    asked = AskedNotes(
        grant=grant or GrantForm(public_id=public_id),
        ticked=file if isinstance(file, TickedNotesForm) else TickedNotesForm(notes=notes),
        days=file if isinstance(file, NotesOfDaysForm) else NotesOfDaysForm(notes=notes, public_id=public_id),
    )
    return show(
        request, member, "panel/person/notes.html", describe_notes(member, found, notes, asked, now), status=status
    )
