"""What stands beside a person's visits: letters, cases, mails, lines of staff, household, second records, who looked."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from booking.models import Case, Clearance, Client, Merge, Message
from booking.people.alike import find_alike
from booking.people.desk_lines import lines_of
from booking.people.households import MOST_SHOWN, members_of
from booking.people.merging import find_merge
from booking.wording.times import Wall, format_date, format_moment, local_date
from clinic.models import AuditEntry
from clinic.panel.home import home_phone
from services import catalogue

MAILS_SHOWN, CASES_SHOWN, LETTERS_SHOWN, LOOKS_SHOWN = 5, 5, 3, 5
MOST_MAILS = 200
# Ages are told in bands: the date itself opens on request.
BANDS = (18, 25, 30, 40, 50, 60, 70, 80)


@dataclass(frozen=True)
class Line:
    """What staff wrote: `by` whom and `day`. `number` to strike it."""

    number: int
    text: str
    by: str
    day: str


@dataclass(frozen=True)
class Mail:
    moment: str
    kind: str
    state: str


@dataclass(frozen=True)
class CaseRow:
    number: int
    day: str
    kind: str
    state: str


@dataclass(frozen=True)
class LetterRow:
    """`counts`: it was not taken back, and has not run out."""

    who: str
    day: str
    allowed: str
    until: str
    counts: bool
    case: int


@dataclass(frozen=True)
class Other:
    """Somebody else: of the household, or perhaps the same person."""

    public_id: str
    name: str
    contact: str


@dataclass(frozen=True)
class Look:
    moment: str
    who: str
    fields: str


@dataclass(frozen=True)
class Undo:
    """A merge that can still be undone."""

    other: str
    name: str
    by: str
    until: str


def age_band(born: date | None, today: date) -> str:
    """ "40 to 49"; empty where nobody knows, or the date is still to come."""
    if born is None or born > today:
        return ""
    age = _age(born, today)
    if age < BANDS[0]:
        return _("Under 18")
    low = max(one for one in BANDS if one <= age)
    later = [one for one in BANDS if one > low]
    return _("%(low)s to %(high)s") % {"low": low, "high": later[0] - 1} if later else _("80 or older")


def is_minor(born: date | None, today: date) -> bool:
    """False where nobody knows."""
    return born is not None and born <= today and _age(born, today) < BANDS[0]


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def list_lines(found: Client, wall: Wall) -> tuple[Line, ...]:
    return tuple(
        Line(one.pk, one.text, one.written_by.username, format_date(local_date(one.written_at, wall.zone)))
        for one in lines_of(found)
    )


def list_person_mails(found: Client, wall: Wall) -> tuple[Mail, ...]:
    """The latest, the newest first; kinds and states, never what is in them."""
    rows = Message.objects.filter(appointment__client=found).order_by("-due_at", "-pk")[:MOST_MAILS]
    return tuple(
        Mail(format_moment(one.sent_at or one.due_at, wall), one.get_kind_display(), one.get_state_display())
        for one in rows
    )


def list_cases(found: Client, wall: Wall) -> tuple[CaseRow, ...]:
    rows = Case.objects.filter(client=found).order_by("-opened_at", "-pk")[:CASES_SHOWN]
    return tuple(
        CaseRow(
            one.pk,
            format_date(local_date(one.opened_at, wall.zone)),
            one.get_kind_display(),
            one.get_state_display(),
        )
        for one in rows
    )


def list_letters(found: Client, today: date) -> tuple[LetterRow, ...]:
    """Physicians' letters, the newest first."""
    rows = list(Clearance.objects.filter(intake__client=found).order_by("-recorded_at", "-pk")[:LETTERS_SHOWN])
    treatments = [offer.treatment for offer in catalogue.treatments_on_offer(on=today)] if rows else []
    return tuple(
        LetterRow(
            who=one.written_by,
            day=format_date(one.written_date),
            allowed=", ".join(each.name_for_staff for each in treatments if one.allows(each)) or _("no treatment"),
            until=format_date(one.valid_until),
            counts=one.voided_at is None and one.valid_until >= today,
            case=one.case_id,
        )
        for one in rows
    )


def list_household(found: Client) -> tuple[Other, ...]:
    return tuple(Other(one.public_id, one.name, "") for one in members_of(found)[:MOST_SHOWN])


def list_alike(found: Client) -> tuple[Other, ...]:
    return tuple(Other(one.public_id, one.name, home_phone(one.phone) or one.email) for one in find_alike(found))


def list_looks(found: Client, wall: Wall) -> tuple[Look, ...]:
    """Who opened the record last; the trail has the rest."""
    rows = AuditEntry.objects.filter(object_type="client", object_id=str(found.pk), verb="view").select_related("by")
    return tuple(
        Look(format_moment(one.at, wall), one.by.username if one.by else "", ", ".join(one.fields))
        for one in rows.order_by("-pk")[:LOOKS_SHOWN]
    )


def describe_undo(found: Client, wall: Wall, now: datetime) -> Undo | None:
    merge: Merge | None = find_merge(found, now=now)
    if merge is None:
        return None
    return Undo(
        other=merge.gone.public_id,
        name=merge.gone.name,
        by=merge.merged_by.username if merge.merged_by else "",
        until=format_moment(merge.undo_until, wall),
    )
