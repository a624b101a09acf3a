"""What was settled today, by whom: so that nobody looks for what is no longer on the list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import AppointmentEvent, Case, CaseEvent, Stranding
from booking.wording.times import Wall, format_time, local_date
from clinic.models import AuditEntry
from clinic.panel.cases.waiting import EVENT_WORDS as CASE_WORDS
from clinic.panel.door.rights import Member, Reach, Right, may
from clinic.panel.to_do.taking import name_of
from clinic.panel.visit.words import EVENT_WORDS
from services.hours import local_day

SHOWN = 50  # of one sort
_OF_VISITS = ("confirm", "decline", "settle", "keep time")
_OF_CASES = frozenset(Case.State) - Case.OPEN  # a case is settled by the verb that names its state
_OF_MAILS = ("send again", "leave unsent")


@dataclass(frozen=True)
class Settled:
    """`at` in UTC, `when` the same in words. `url` leads to what it is about."""

    at: datetime
    when: str
    name: str
    url: str
    what: str


def list_settled(member: Member, *, wall: Wall, now: datetime) -> tuple[Settled, ...]:
    """The latest first; nothing for who does not see the whole list. A fixed number of statements. `now` in UTC."""
    if member.reach(Right.CHANGE_VISIT) is not Reach.ALL:
        return ()
    since = local_day(date=local_date(now, wall.zone), zone=wall.zone).start
    found = [*_visits(wall, since), *_new_times(wall, since)]
    if may(member, Right.WORK_CASES):
        found += _cases(wall, since)
    if may(member, Right.SEND_MESSAGES):
        found += _mails(wall, since)
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _visits(wall: Wall, since: datetime) -> Iterator[Settled]:
    events = AppointmentEvent.objects.filter(at__gte=since, verb__in=_OF_VISITS, by__isnull=False)
    for event in events.select_related("appointment__client", "by").order_by("-at", "-pk")[:SHOWN]:
        visit = event.appointment
        name = (visit.client.name if visit.client else "") or visit.reference
        who = name_of(event.by) if event.by else ""
        what = _("%(who)s %(what)s") % {"who": who, "what": EVENT_WORDS[event.verb]}
        yield Settled(event.at, format_time(event.at, wall), name, reverse("panel:visit", args=[visit.reference]), what)


def _new_times(wall: Wall, since: datetime) -> Iterator[Settled]:
    rows = Stranding.objects.filter(ended_at__gte=since).select_related("appointment__client")
    for row in rows.order_by("-ended_at", "-pk")[:SHOWN]:
        visit, at = row.appointment, row.ended_at or since
        name = (visit.client.name if visit.client else "") or visit.reference
        url = reverse("panel:visit", args=[visit.reference])
        yield Settled(at, format_time(at, wall), name, url, _("needs no new time any more"))


def _cases(wall: Wall, since: datetime) -> Iterator[Settled]:
    """Except those of a request, which is settled as a visit."""
    events = CaseEvent.objects.filter(at__gte=since, verb__in=_OF_CASES, by__isnull=False, case__appointment=None)
    for event in events.select_related("case", "by").order_by("-at", "-pk")[:SHOWN]:
        who = name_of(event.by) if event.by else ""
        what = _("case: %(what)s, %(who)s") % {"who": who, "what": CASE_WORDS[event.verb]}
        name = event.case.contact_name or _("No name")
        url = reverse("panel:case", args=[event.case_id])
        yield Settled(event.at, format_time(event.at, wall), name, url, what)


def _mails(wall: Wall, since: datetime) -> Iterator[Settled]:
    entries = AuditEntry.objects.filter(at__gte=since, verb__in=_OF_MAILS).select_related("by")
    words = {"send again": _("%(who)s sent an email again"), "leave unsent": _("%(who)s left an email unsent")}
    for entry in entries.order_by("-at", "-pk")[:SHOWN]:
        what = words[entry.verb] % {"who": name_of(entry.by) if entry.by else _("staff")}
        yield Settled(entry.at, format_time(entry.at, wall), _("Messages"), reverse("panel:messages"), what)
