"""What is kept about people, why, and for how long, as the owner reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from booking.models import RetentionRun
from booking.people.periods import how_long
from booking.people.register import KEEPS, ON_THE_WAY, REGISTER, STAFF, Erased, Field, Table, Whose
from booking.people.retention import NOT_DONE, next_due
from booking.wording.times import Wall, format_day, format_moment
from services.models import ClinicPolicy

NIGHTS_SHOWN = 14


@dataclass(frozen=True)
class Row:
    """One period: what is kept for it."""

    what: str
    why: str
    how_long: str
    next_due: str


@dataclass(frozen=True)
class Night:
    """What one night has erased."""

    moment: str
    erased: str


@dataclass(frozen=True)
class Detail:
    """The fields of one table about clients and visitors, by what becomes of them."""

    table: str
    copied: str
    erased: str
    stays: str


def list_rows(policy: ClinicPolicy) -> list[Row]:
    return [
        Row(str(keep.what), str(keep.why), how_long(keep, policy=policy), _day(next_due(keep, policy=policy)))
        for keep in KEEPS
    ]


def list_nights(wall: Wall) -> list[Night]:
    """The latest nights, the newest first."""
    return [
        Night(format_moment(run.night_at, wall, with_year=True), _counts(run))
        for run in RetentionRun.objects.all()[:NIGHTS_SHOWN]
    ]


def list_details() -> list[Detail]:
    """The register, table by table, without what is about staff."""
    return [_detail(table) for table in REGISTER if table.keep is not STAFF]


def _detail(table: Table) -> Detail:
    fields = [one for one in table if one.whose is not Whose.STAFF]
    return Detail(
        _headed(str(table.words)),
        _names(one for one in fields if one.is_copied),
        _names(one for one in fields if one.erased is not Erased.KEPT),
        _names(one for one in fields if one.erased is Erased.KEPT),
    )


def _names(fields: Iterable[Field]) -> str:
    return ", ".join(str(one.words) for one in fields) or "–"


def list_what_stays() -> list[str]:
    """What erasing leaves of a person: why, and in which tables."""
    left: dict[str, list[str]] = {}
    for table in REGISTER:
        kept = [one for one in table if one.erased is Erased.KEPT and one.whose is not Whose.STAFF]
        if kept and table.keep not in (ON_THE_WAY, STAFF):
            left.setdefault(_headed(str(kept[0].why)), []).append(str(kept[0].words if len(kept) == 1 else table.words))
    return [_("%(why)s: %(tables)s") % {"why": why, "tables": ", ".join(tables)} for why, tables in left.items()]


def _headed(words: str) -> str:
    return words[:1].upper() + words[1:]


def _day(day: date | None) -> str:
    return format_day(day, with_year=True) if day else ""


def _counts(run: RetentionRun) -> str:
    words = {table.model: str(table.words) for table in REGISTER} | {NOT_DONE: _("people who could not be erased")}
    parts = [f"{words.get(model, model)}: {count}" for model, count in run.counts.items()]
    if run.finished_at is None:
        parts.append(_("not finished yet"))
    return "; ".join(parts) or _("nothing was due")
