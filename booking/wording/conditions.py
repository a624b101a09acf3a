"""What each kind of condition is called: one record a kind, complete by a test."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.rules.conditions import CORRECTED_ANSWERS, FORM_MISSING, NOTE_TO_READ


@dataclass(frozen=True, kw_only=True)
class ConditionWords:
    """`client`: a sentence for whoever books. `staff`: what is to be done, for whoever settles it."""

    client: Promise
    staff: Promise


CONDITION_WORDS: Mapping[str, ConditionWords] = {
    "doctor_note": ConditionWords(
        client=_("We look at your doctor's note before we confirm the visit. Please bring it too."),
        staff=_("See the doctor's note"),
    ),
    "guardian_present": ConditionWords(
        client=_("A parent or guardian has to agree and be present."),
        staff=_("A parent or guardian has to be present"),
    ),
    "guardian_consent": ConditionWords(
        client=_("A parent or guardian has to agree first."),
        staff=_("A parent or guardian has to agree"),
    ),
    "staff_call": ConditionWords(
        client=_("We will call you before we confirm the visit."),
        staff=_("Call the client first"),
    ),
    "postpone_48h_after_fever": ConditionWords(
        client=_("The visit can be 48 hours after the fever has gone, not before."),
        staff=_("Free of fever for 48 hours"),
    ),
    "postpone_until_not_contagious": ConditionWords(
        client=_("The visit can be when you are no longer contagious, not before."),
        staff=_("No longer contagious"),
    ),
    NOTE_TO_READ: ConditionWords(
        client=_("One of us reads your note before we confirm the visit."),
        staff=_("Read the client's remark"),
    ),
    CORRECTED_ANSWERS: ConditionWords(
        client=_("One of us reads your corrected answers before we confirm the visit."),
        staff=_("Compare the corrected answers"),
    ),
    FORM_MISSING: ConditionWords(
        client=_("We need your answers to the safety check before we confirm the visit."),
        staff=_("The safety check is missing"),
    ),
}


def condition_for_client(kind: str) -> str:
    return str(CONDITION_WORDS[kind].client)


def condition_for_staff(kind: str) -> str:
    return str(CONDITION_WORDS[kind].staff)
