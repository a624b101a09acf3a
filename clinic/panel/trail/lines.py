"""The audit trail in words: newest first, by person, member or day, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, Case, Client
from booking.wording.times import Wall, format_moment
from clinic.models import AuditEntry
from services.hours import local_day

LINES_A_PAGE = 50
# Lists of the back office, which the code calls otherwise.
CALLED = {"appointment": _("visits"), "auditentry": _("who looked at what")}
VERBS = {
    "view": _("looked at"),
    "find": _("found in a search"),
    "list": _("opened a list"),
    "export": _("took away as a file"),
    "read trail": _("read this trail"),
    "book": _("booked"),
    "step": _("took a step"),
    "move": _("moved"),
    "undo move": _("moved back"),
    "change treatment": _("changed the treatment"),
    "undo treatment": _("took a change of treatment back"),
    "keep": _("kept a time while looking for the person"),
    "let go": _("gave a kept time back"),
    "keep time": _("kept a time all the same"),
    "cancel": _("cancelled"),
    "take up": _("took up"),
    "give back": _("gave back"),
    "undo": _("undid a cancellation"),
    "settle": _("settled a condition"),
    "ask again": _("asked the questions again"),
    "ask for form": _("sent the form"),
    "ask for a new time": _("asked for another time"),
    "read out": _("read the questions out"),
    "clear": _("recorded a letter"),
    "void letter": _("took a letter back"),
    "correct": _("corrected a record"),
    "write line": _("wrote a line about a client"),
    "strike line": _("struck a line about a client"),
    "household": _("changed a household"),
    "bring": _("brought a list in"),
    "take back": _("took a list back"),
    "return": _("took somebody on again"),
    "merge": _("merged two records"),
    "undo merge": _("took a merge of records back"),
    "tell apart": _("said that two records are two people’s"),
    "let read notes": _("let somebody read treatment notes"),
    "end reading notes": _("took the right to read treatment notes back"),
    "copy": _("took away a copy of the data"),
    "erase": _("erased"),
    "send again": _("sent again"),
    "send test": _("sent a test"),
    "leave unsent": _("left unsent"),
    "release": _("let emails go out again"),
    "revoke links": _("made links in emails stop working"),
    "set password": _("set a new password"),
    "rotate keys": _("changed the keys"),
    "sign": _("recorded a signature"),
    "open": _("opened"),
    "stop": _("stopped"),
    "confirm": _("confirmed how long data is kept"),
    "add": _("added"),
    "change": _("changed"),
    "remove": _("removed"),
    "give role": _("gave a role"),
    "take role": _("took a role away"),
    "disable": _("disabled an account"),
    "enable": _("enabled an account"),
    "send password link": _("sent a link for a new password"),
    "reset second factor": _("reset a second factor"),
    "invite": _("invited somebody to work here"),
    "invite again": _("sent an invitation again"),
    "take invitation up": _("took an invitation up"),
    "withdraw invitation": _("withdrew an invitation"),
}


@dataclass(frozen=True)
class Wanted:
    """Which lines: all that are given must hold. `before` is the last line of the page before, for the next page."""

    client_id: int | None = None
    member_id: int | None = None
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Line:
    """One line in words. `client_id` is the person it is about, where there is one."""

    moment: str
    who: str
    verb: str
    what: str
    url: str
    client_id: int | None
    fields: str


@dataclass(frozen=True)
class Page:
    lines: tuple[Line, ...]
    next_before: int | None


def load_trail(*, wanted: Wanted, wall: Wall) -> Page:
    """A page of the trail. Days are those of `wall`."""
    rows = list(_find(wanted, wall)[: LINES_A_PAGE + 1])
    shown = rows[:LINES_A_PAGE]
    return Page(
        lines=tuple(_in_words(shown, wall)),
        next_before=shown[-1].pk if len(rows) > LINES_A_PAGE else None,
    )


def _find(wanted: Wanted, wall: Wall) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.select_related("by").order_by("-id")
    if wanted.client_id is not None:
        rows = rows.filter(_about_person(wanted.client_id))
    if wanted.member_id is not None:
        rows = rows.filter(by_id=wanted.member_id)
    if wanted.day is not None:
        span = local_day(date=wanted.day, zone=wall.zone)
        rows = rows.filter(at__gte=span.start, at__lt=span.end)
    return rows.filter(pk__lt=wanted.before) if wanted.before is not None else rows


def _about_person(client_id: int) -> Q:
    """The person's own lines, those of records that were merged into theirs, and those of the visits and cases."""
    merged = [str(pk) for pk in Client.objects.filter(merged_into=client_id).values_list("pk", flat=True)]
    references = list(Appointment.objects.filter(client_id=client_id).values_list("reference", flat=True))
    case_ids = [str(pk) for pk in Case.objects.filter(client_id=client_id).values_list("pk", flat=True)]
    return (
        Q(object_type="client", object_id__in=[str(client_id), *merged])
        | Q(object_type="visit", object_id__in=references)
        | Q(object_type="case", object_id__in=case_ids)
    )


def _in_words(rows: Sequence[AuditEntry], wall: Wall) -> list[Line]:
    visits = {
        visit.reference: visit
        for visit in Appointment.objects.filter(reference__in=_ids(rows, "visit")).select_related("client")
    }
    cases = Case.objects.in_bulk(_numbers(rows, "case"))
    clients = Client.objects.in_bulk(_numbers(rows, "client"))
    users = User.objects.in_bulk(_numbers(rows, "user"))
    lines = []
    for row in rows:
        what, url, client_id = f"{CALLED.get(row.object_type, row.object_type)} {row.object_id}".strip(), "", None
        if row.object_type == "visit" and (visit := visits.get(row.object_id)):
            what = f"{visit.reference} {visit.client.name if visit.client else ''}".strip()
            url, client_id = reverse("panel:visit", args=[visit.reference]), visit.client_id
        elif row.object_type == "client" and (client := clients.get(_number(row))):
            what, client_id = client.name or what, client.pk
            url = "" if client.erased_at else reverse("panel:person", args=[client.public_id])
        elif row.object_type == "case" and (case := cases.get(_number(row))):
            what, url, client_id = str(case), reverse("panel:case", args=[case.pk]), case.client_id
        elif row.object_type == "user" and (user := users.get(_number(row))):
            what = user.username
        lines.append(
            Line(
                moment=format_moment(row.at, wall, with_year=True),
                who=row.by.username if row.by else "",
                verb=str(VERBS.get(row.verb, row.verb)),
                what=what,
                url=url,
                client_id=client_id,
                fields=", ".join(row.fields),
            )
        )
    return lines


def _ids(rows: Sequence[AuditEntry], object_type: str) -> set[str]:
    return {row.object_id for row in rows if row.object_type == object_type}


def _numbers(rows: Sequence[AuditEntry], object_type: str) -> set[int]:
    return {int(number) for number in _ids(rows, object_type) if number.isdecimal()}


def _number(row: AuditEntry) -> int:
    return int(row.object_id) if row.object_id.isdecimal() else 0
