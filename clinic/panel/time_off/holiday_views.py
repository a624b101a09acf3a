"""Closing a place on public holidays: which visits that would strand is said first, as for every closure."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.panel.before_saving import goes_back
from clinic.panel.choosing.saving import AskFirst, asking_first, show_choices
from clinic.panel.door.rights import Member
from clinic.panel.staff_page import staff_page
from clinic.panel.time_off.holidays import HolidayList, load_holidays
from clinic.panel.time_off.page import say_saved
from clinic.record.audit import on_record
from services import catalogue, rota
from services.hours import local_day
from services.models import TimeOff
from services.refusals import Refusal


@staff_page("close_holidays", methods=("POST",))
def close_holidays(request: HttpRequest, member: Member) -> HttpResponse:
    """Close the place on each `day` that was sent, for the whole local day: all of them or none.

    A day that has been closed meanwhile stays as it is. Http404 for what is no suggestion of the page.
    """
    if goes_back(request):
        return redirect("panel:time_off")
    now = timezone.now()
    found = _find(request.POST.get("location", ""))
    sent = set(request.POST.getlist("day"))
    if not sent or not sent <= {line.value for line in found.lines}:
        raise Http404
    try:
        with asking_first(request, member, now=now) as review:
            for line in found.open:
                if line.value in sent:
                    span = local_day(date=line.date, zone=rota.zone_of(location=found.location))
                    with on_record(by=request.user, verb="add", object_type="time off", now=now) as entry:
                        row = rota.add_closure(
                            location=found.location,
                            starts_at=span.start,
                            ends_at=span.end,
                            reason=line.name[: rota.REASON_LENGTH],
                            review=review,
                        )
                        entry.object_id = str(row.pk)
    except AskFirst as asked:
        return show_choices(request, member, asked, verb=_("Close"))
    except Refusal as refusal:
        messages.error(request, refusal.for_staff)
    else:
        messages.success(request, say_saved(review))
    return redirect("panel:time_off")


def _find(location_id: str) -> HolidayList:
    now = timezone.now()
    places = [place for place in catalogue.locations_open() if str(place.pk) == location_id]
    lists = load_holidays(places, TimeOff.objects.filter(location__in=places, ends_at__gt=now), now=now)
    if not lists:
        raise Http404
    return lists[0]
