"""What is looked at afterwards."""

from django.http import HttpRequest, HttpResponse

from clinic.panel.door.pages import Door
from clinic.panel.door.rights import Member
from clinic.panel.hub import show_hub
from clinic.panel.staff_page import staff_page


@staff_page("reports")
def reports(request: HttpRequest, member: Member) -> HttpResponse:
    """Which reports there are."""
    return show_hub(request, member, Door.REPORTS)
