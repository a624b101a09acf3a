"""What the page of the policy shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.scheduling.policy_change import PolicyChange
from booking.wording.times import zone_name
from clinic.panel.home import home_wall
from clinic.panel.set_up.policy.forms import BookingPolicyForm
from clinic.panel.set_up.policy.words import describe_policy
from services.models import ClinicPolicy


@dataclass(frozen=True)
class PolicyPage:
    form: BookingPolicyForm
    zone: str


def make_form(data: Any, *, now: datetime, typed: Mapping[str, Any] | None = None) -> BookingPolicyForm:
    """With `typed` over what is stored by now."""
    policy = ClinicPolicy.current()
    about = describe_policy(policy, wall=home_wall(), now=now)
    return BookingPolicyForm(data, policy=policy, typed=typed, about=about)


def describe_page(form: BookingPolicyForm) -> PolicyPage:
    return PolicyPage(form, zone_name(home_wall().zone))


def say_saved(change: PolicyChange) -> str:
    if not change.fields:
        return _("Nothing was changed.")
    if not change.keep_deadline:
        return _("Saved.")
    kept = ngettext(
        "%(count)s coming visit keeps the deadline that its client was told.",
        "%(count)s coming visits keep the deadlines that their clients were told.",
        change.keep_deadline,
    ) % {"count": change.keep_deadline}
    return _("Saved. %(kept)s") % {"kept": kept}
