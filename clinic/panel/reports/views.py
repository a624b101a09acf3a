"""What is looked at afterwards: the numbers, and each of them as a file."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.formulas import quote_formula
from clinic.panel.reports.asked import read_asked
from clinic.panel.reports.load import load_reports
from clinic.panel.reports.page import ReportsPage
from clinic.panel.staff_page import staff_page
from services.facts import current
from services.models import Location


@staff_page("reports")
def reports(request: HttpRequest, member: Member) -> HttpResponse:
    """The numbers of a period; a therapist's own only."""
    return show(request, member, "panel/reports/reports.html", _load(request, member))


@staff_page("report_csv")
def report_csv(request: HttpRequest, member: Member, key: str) -> HttpResponse:
    """The table of one report. No cell can be read as a formula."""
    page = _load(request, member)
    report = next((one for one in page.reports if one.key == key), None)
    if report is None:
        raise Http404
    name = f"{key}-{page.first.isoformat()}-{page.last.isoformat()}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(response).writerows([quote_formula(cell) for cell in row] for row in (report.columns, *report.rows))
    return response


def _load(request: HttpRequest, member: Member) -> ReportsPage:
    now, locations = timezone.now(), current().all_of(Location)
    asked = read_asked(request.GET.dict(), locations=locations, now=now)
    return load_reports(member=member, asked=asked, locations=locations, now=now)
