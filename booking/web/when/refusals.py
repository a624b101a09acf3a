"""Where a refusal on the way to a booking leads. The page there says why, in every case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from booking.intake.gate import GateRefused
from booking.scheduling.appointments import AlreadyBooked, KeyReused, SlotTaken, TooManyOpen, TooManyWaiting
from booking.web.addresses import url_of
from booking.web.when.taken import address_of_taken
from services.refusals import Refusal


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponseBase:
    """To where the visitor can go on. Side effect: a message for the next page, unless that page says why by itself."""
    if isinstance(refusal, KeyReused | AlreadyBooked):
        messages.info(request, str(refusal))
        return redirect(url_of(refusal.appointment))
    if isinstance(refusal, SlotTaken):
        return redirect(f"{reverse('booking:when')}?{address_of_taken(refusal)}")
    messages.warning(request, str(refusal))
    if isinstance(refusal, GateRefused):
        return redirect("booking:treatment" if refusal.is_bookable else "booking:outcome")
    return redirect("booking:details" if isinstance(refusal, TooManyOpen | TooManyWaiting) else "booking:when")
