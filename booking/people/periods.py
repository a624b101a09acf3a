"""How long what is kept, by the register and the clinic's policy, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.people.register import Keep
from services.models import ClinicPolicy


def years_of(keep: Keep, *, policy: ClinicPolicy) -> int | None:
    """For how many years; None for what is kept otherwise."""
    return int(getattr(policy, keep.years)) if keep.years else None


def how_long(keep: Keep, *, policy: ClinicPolicy) -> str:
    """ "8 years after the last visit or safety check", or "a day after it was typed"."""
    years = years_of(keep, policy=policy)
    span = keep.fixed if years is None else ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    return _("%(span)s %(since)s") % {"span": span, "since": keep.since} if keep.since else str(span)
