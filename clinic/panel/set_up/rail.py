"""What the rail of the set-up says beside its pages: how many there are, and what is still to do."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from clinic.panel.set_up.load import load_facts
from clinic.panel.set_up.steps import State, Step, states
from services import catalogue, facts
from services.models import ClinicPolicy, Room, Therapist


def count_rows(*, now: datetime) -> Mapping[str, str]:
    """By the address of the page; of none there is no number. No statement of its own."""
    known = facts.current()
    counts = {
        "set_up_rooms": len(known.names(Room, is_active=True)),
        "set_up_prices": len(catalogue.treatments_on_offer(on=catalogue.home_day(now))),
        "set_up_people": len(known.names(Therapist, is_active=True)),
    }
    return {address: str(count) for address, count in counts.items() if count}


def say_what_is_left(*, now: datetime) -> Mapping[str, str]:
    """The same of a clinic that has never opened; empty for any other."""
    if ClinicPolicy.current().opened_at is not None:
        return {}
    found = states(load_facts(now=now))
    left = {"set_up": say_progress(found)}
    return left if found[Step.MAIL] is State.DONE else left | {"set_up_mail": _("Test it")}


def say_progress(found: Mapping[Step, State]) -> str:
    """ "5 of 8"."""
    return _("%(done)s of %(all)s") % {"done": list(found.values()).count(State.DONE), "all": len(found)}
