"""The facts from which `steps` says how far a clinic has come, read in one place."""

from datetime import datetime

from booking.intake.signing import current_signature
from booking.messages.trial import has_gone_out
from booking.models import Heartbeat
from booking.wording.times import local_date
from clinic.models import AuditEntry
from clinic.panel.set_up.steps import Facts, Step
from services import catalogue, facts
from services.models import ClinicPolicy, Room, Therapist

# What the trail calls a change of it, or somebody's word that it is right. Prices have a moment of their own.
ON_RECORD = {Step.ROOMS: ("room",), Step.POLICY: ("policy", "clinic policy")}


def find_last_copy() -> datetime | None:
    """When `manage.py backup` last wrote everything to a file."""
    return Heartbeat.objects.filter(name=Heartbeat.BACKUP).values_list("beat_at", flat=True).first()


def load_facts(*, now: datetime) -> Facts:
    """`now` in UTC."""
    known, policy = facts.current(), ClinicPolicy.current()
    places, offers = (
        catalogue.locations_open(),
        catalogue.treatments_on_offer(on=local_date(now, catalogue.home_zone())),
    )
    pairs = [(offer.treatment.pk, place.pk) for place in places for offer in offers]
    able = [pair for pair in pairs if known.able.get(pair)]
    seen = {
        # Whoever has taken bookings has found them right.
        step
        for step, names in ON_RECORD.items()
        if policy.opened_at or AuditEntry.objects.filter(object_type__in=names).exists()
    }
    working = {pk for pair in able for pk in known.able[pair]}
    return Facts(
        has_place=bool(places),
        has_phone=bool(places) and all(place.phone.strip() for place in places),
        is_number_confirmed=policy.emergency_number_confirmed,
        has_rooms=known.has(Room, is_active=True),
        has_priced_treatment=bool(offers),
        has_workers=bool(able),
        has_room_for_them=any(
            known.rooms_for(treatment, place) or not known.has(Room, location_id=place) for treatment, place in able
        ),
        has_idle_people=any(one.pk not in working for one in known.all_of(Therapist, is_active=True)),
        has_email=bool(policy.contact_email),
        has_tested_mail=has_gone_out(policy=policy),
        is_signed=current_signature() is not None,
        is_open=policy.is_open,
        seen=frozenset(seen | ({Step.PRICES} if policy.prices_confirmed_at else set())),
    )
