"""How the questions stand on pages: a screen is a page, and long lists of choices are grouped. Pure."""

import functools
from dataclasses import dataclass

from booking.rules.questionnaire import AFTER_BOOKING, FOR_A_SUGGESTION, Choice, Field, load_questionnaire


@dataclass(frozen=True)
class Page:
    """Questions that the web asks together. What a question depends on is on the same page or on an earlier one.

    `for_a_suggestion` are those among them that only a client is asked who wants us to suggest a treatment.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    for_a_suggestion: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices that stand together in a long list; `is_alternative` ones come last, under the word "or"."""

    heading: str
    choices: tuple[Choice, ...]
    is_alternative: bool = False


# Small headings for the longest list. Choices that are in no group come first, without a heading.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "emergency_symptoms": {
        "Bladder, bowel and legs": ("bladder_bowel_change", "saddle_numbness", "both_legs"),
        "Chest and breathing": ("chest_pain_pressure", "breathless_or_blood"),
        "Head, face and neck": (
            "face_arm_speech",
            "vision_speech_swallow_balance",
            "thunderclap_headache",
            "fever_stiff_neck_confusion",
        ),
        "Tummy and fainting": ("tearing_or_pulsing_belly", "fainting_collapse"),
    },
}


# Not a sign like the others, and yet it may be chosen together with them.
ALTERNATIVES = {"emergency_symptoms": ("unsure",)}


@functools.cache
def pages() -> tuple[Page, ...]:
    """The screens of the questionnaire in force, in order. What is asked after booking is on none of them."""
    found = []
    for screen in load_questionnaire().screens:
        asked = [field for field in screen.fields if field.ask != AFTER_BOOKING]
        keys = tuple(field.key for field in asked)
        found.append(
            Page(
                screen.id,
                screen.title,
                keys,
                frozenset(field.key for field in asked if field.ask == FOR_A_SUGGESTION),
            )
        )
    return tuple(page for page in found if page.keys)


@functools.cache
def since() -> Page:
    """What is asked of a client who comes back: the agreement, and the screens that are asked again.

    A doctor's view is asked for with a sign that it could change: an earlier one did not know of it.
    """
    questionnaire = load_questionnaire()
    screens = [screen for screen in questionnaire.screens if screen.id in questionnaire.asked_again]
    again = tuple(field.key for screen in screens for field in screen.fields)
    return Page("since", "Since your last visit", ("consent", *again, "doctor_review"))


@functools.cache
def asked_later() -> Page:
    """What is offered once the visit is booked: better advice, and nothing that decides."""
    screens = load_questionnaire().screens
    later = [(screen, field) for screen in screens for field in screen.fields if field.ask == AFTER_BOOKING]
    return Page("later", later[0][0].title if later else "", tuple(field.key for _screen, field in later))


def group_choices(field: Field) -> tuple[ChoiceGroup, ...]:
    """The choices of a field as they stand on the page; all of them, each once."""
    by_value = {choice.value: choice for choice in field.choices}
    last = [value for value in field.values if value in (*ALTERNATIVES.get(field.key, ()), *field.exclusive)]
    grouped = GROUPS.get(field.key, {})
    taken = {value for values in grouped.values() for value in values}.union(last)
    groups = [
        ChoiceGroup("", tuple(choice for choice in field.choices if choice.value not in taken)),
        *(ChoiceGroup(heading, tuple(by_value[value] for value in values)) for heading, values in grouped.items()),
        ChoiceGroup("", tuple(by_value[value] for value in last), is_alternative=True),
    ]
    return tuple(group for group in groups if group.choices)
