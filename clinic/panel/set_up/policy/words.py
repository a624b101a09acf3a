"""What the clinic's policy does to clients as it is stored now: a sentence for each of its columns."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.wording.spans import format_span_of
from booking.wording.times import Wall, format_day, format_moment, local_date
from services.countries import format_clock
from services.models import ClinicPolicy

# A visit to explain by: in the afternoon, a week from now.
DAYS_ON, HOUR_OF_DAY = 7, 14


def describe_policy(policy: ClinicPolicy, *, wall: Wall, now: datetime) -> dict[str, str]:
    """By column. Days and times are those of `wall`."""
    return {
        "notice_minutes": _notice(policy.notice_minutes),
        "horizon_days": _("Today clients see times until %(day)s.")
        % {"day": _day(policy.horizon_days, wall=wall, now=now)},
        "grid_minutes": _("A shift from %(first)s has starts at %(starts)s and so on.") % _starts(policy, wall),
        "hold_minutes": _("A time that a client chose is kept while they fill in the rest."),
        "hold_extension_minutes": _("When that is over, they can ask for more once.")
        if policy.hold_extension_minutes
        else _("When that is over, they choose again."),
        "free_cancelling_hours": _free_until(policy, wall=wall, now=now),
        "late_cancelling_words": _("Clients read this with the deadline: on the page of their visit, and in emails."),
        "undo_minutes": ngettext(
            "A client who moves or cancels can take it back for %(count)s minute.",
            "A client who moves or cancels can take it back for %(count)s minutes.",
            policy.undo_minutes,
        )
        % {"count": policy.undo_minutes}
        if policy.undo_minutes
        else _("A client who moves or cancels can’t take it back."),
        "changes_by_phone": _("Pages and emails name your phone and have no button for it. So it is for booked visits.")
        if policy.changes_by_phone
        else _("Clients move and cancel by the link in their email. A tick here counts for booked visits, too."),
        "intake_valid_days": _("A check of today counts for visits until %(day)s. Earlier checks keep their day.")
        % {"day": _day(policy.intake_valid_days, wall=wall, now=now)},
        "reception_reads_concerns": _("Reception reads it and settles it, like owners and the therapist who treats.")
        if policy.reception_reads_concerns
        else _("Only owners and the therapist who treats read it and settle it."),
        "advice_line": _("Shown to clients who should speak to a doctor today. Empty: not shown."),
        "maternity_line": _("Shown to pregnant clients with an emergency sign. Empty: not shown."),
        "contact_email": _("Clients’ replies go there, and so do the list of the day and what cannot wait.")
        if policy.contact_email
        else _("There is none. So clients can’t reply, and nobody gets the list of the day."),
    }


def _notice(minutes: int) -> str:
    if not minutes:
        return _("Clients can book until the visit begins.")
    return _("Clients can book until %(span)s before.") % {"span": format_span_of(minutes)}


def _day(days: int, *, wall: Wall, now: datetime) -> str:
    return format_day(local_date(now, wall.zone) + timedelta(days=days), with_year=True)


def _starts(policy: ClinicPolicy, wall: Wall) -> dict[str, str]:
    first = datetime(2000, 1, 1, 9)  # noqa: DTZ001 - what a clock shows
    starts = [first + timedelta(minutes=policy.grid_minutes * number) for number in range(3)]
    shown = [format_clock(start, country=wall.country) for start in starts]
    return {"first": shown[0], "starts": ", ".join(shown)}


def _free_until(policy: ClinicPolicy, *, wall: Wall, now: datetime) -> str:
    day = local_date(now, wall.zone) + timedelta(days=DAYS_ON)
    starts_at = datetime(day.year, day.month, day.day, HOUR_OF_DAY, tzinfo=wall.zone).astimezone(UTC)
    until = starts_at - timedelta(hours=policy.free_cancelling_hours)
    return _(
        "A visit on %(start)s is free to move or cancel until %(until)s. Visits booked before a change keep the deadline "
        "that their clients were told."
    ) % {"start": format_moment(starts_at, wall), "until": format_moment(until, wall)}
