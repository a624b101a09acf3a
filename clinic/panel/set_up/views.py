"""What owners set up in the panel."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.door.frame import show
from clinic.panel.door.rights import Member
from clinic.panel.home import home_wall
from clinic.panel.set_up.forms import EmergencyNumberForm
from clinic.panel.set_up.page import EmergencyNumberPage
from clinic.panel.staff_page import staff_page
from clinic.record.audit import on_record
from services import catalogue
from services.countries import emergency_number_of, names
from services.models import ClinicPolicy


@staff_page("emergency_number", methods=("GET", "POST"))
def emergency_number(request: HttpRequest, member: Member) -> HttpResponse:
    """The number that clients are told to call: an owner looks at it once, and again where the country changes."""
    country = home_wall().country
    form = EmergencyNumberForm(request.POST or None, initial={"number": catalogue.emergency_number(country=country)})
    if request.method == "POST" and form.is_valid():
        with on_record(
            by=request.user,
            verb="change",
            object_type="policy",
            object_id=1,
            fields=["emergency number"],
            now=timezone.now(),
        ):
            ClinicPolicy.objects.update_or_create(
                pk=1, defaults={"emergency_number": form.cleaned_data["number"], "emergency_number_confirmed": True}
            )
        messages.success(request, _("Thank you. Clients are told to call %(number)s.") % form.cleaned_data)
        return redirect("panel:board")
    page = EmergencyNumberPage(form, country=dict(names())[country], usual=emergency_number_of(country))
    return show(request, member, "panel/set_up/emergency_number.html", page, status=422 if form.is_bound else 200)
