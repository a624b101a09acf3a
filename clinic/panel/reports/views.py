"""What is looked at afterwards: the numbers, and each of them as a file."""

import csv
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.formulas import quote_formula
from clinic.panel.reports.asked import read_asked
from clinic.panel.reports.load import load_report, load_reports
from clinic.panel.reports.page import ALL, Report, ReportsPage
from clinic.panel.staff_page import staff_page
from services.facts import current
from services.models import Location


@staff_page("reports")
def reports(request: HttpRequest, member: Member) -> HttpResponse:
    """The numbers of a period; a therapist's own only."""
    now, locations = timezone.now(), current().all_of(Location)
    asked = read_asked(request.GET.dict(), locations=locations, now=now)
    page = load_reports(member=member, asked=asked, locations=locations, now=now)
    return show(request, member, "panel/reports/reports.html", page)


@staff_page("report_csv")
def report_csv(request: HttpRequest, member: Member, key: str) -> HttpResponse:
    """The table of one report, or one after another under their titles. No cell can be read as a formula."""
    now, locations = timezone.now(), current().all_of(Location)
    asked = read_asked(request.GET.dict(), locations=locations, now=now)
    if key == ALL:
        rows = _all_rows(load_reports(member=member, asked=asked, locations=locations, now=now))
    elif report := load_report(member=member, asked=asked, locations=locations, now=now, key=key):
        rows = _rows(report)
    else:
        raise Http404
    name = f"{key}-{asked.period.first.isoformat()}-{asked.period.last.isoformat()}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(response).writerows([quote_formula(cell) for cell in row] for row in rows)
    return response


def _rows(report: Report) -> list[Sequence[str]]:
    return [report.columns, *report.rows]


def _all_rows(page: ReportsPage) -> list[Sequence[str]]:
    tiles = [[tile.words, tile.number, tile.of, tile.before] for tile in page.tiles]
    parts = ([[], [report.title], [report.rule], *_rows(report)] for report in page.reports)
    return [[page.span], *tiles, *(row for part in parts for row in part)]
