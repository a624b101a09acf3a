"""The only writer of treatments, but for the back office: under the locks that every booking takes.

Which visits a change strands is a question for the floor above: each writer is handed a `rota.Review`.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from services import rooms, rota
from services.locks import lock_parents
from services.models import Location, Room, Therapist, Treatment
from services.policy import Seen, find_changed
from services.refusals import Refusal
from services.rota import Review

COLUMNS = ("name", "summary", "description", "suits", "firmness", "turnover_minutes", "like", "uses_heat", "is_active")


class TreatmentRefused(Refusal):
    """Nothing was written. The text is a sentence for a person."""


class TreatmentChangedMeanwhile(Exception):
    """Somebody else has changed `fields` since the page was opened."""

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


def stored_facts(treatment: Treatment) -> dict[str, Any]:
    """Its columns, and the ids of who gives it and of the rooms that suit it, as they are stored now."""
    return {
        **{name: getattr(treatment, name) for name in COLUMNS},
        "therapists": sorted(treatment.therapists.filter(is_active=True).values_list("pk", flat=True)),
        "rooms": sorted(room.pk for room in _rooms() if _suits(room, treatment)),
    }


@transaction.atomic
def add_treatment(*, wanted: Mapping[str, Any], therapist_ids: Collection[int], review: Review) -> Treatment:
    """The last of the list, like deep tissue and with heat, not on offer yet; its key is made from its name."""
    _lock_all()
    _check_name(wanted["name"])
    last = Treatment.objects.aggregate(last=Max("order"))["last"] or 0
    made = Treatment.objects.create(key=_make_key(wanted["name"]), order=last + 1, is_active=False, **wanted)
    _teach(made, therapist_ids, review)
    return made


@transaction.atomic
def change_treatment(*, treatment: Treatment, wanted: Mapping[str, Any], seen: Seen, review: Review) -> list[str]:
    """Store what is `wanted` of `stored_facts`, unless one of them is not as it was `seen`; returns what was changed.

    Raises TreatmentChangedMeanwhile and TreatmentRefused; then nothing is written.
    """
    _lock_all()
    treatment.refresh_from_db()
    stored = stored_facts(treatment)
    if elsewhere := find_changed({name: stored[name] for name in wanted}, seen=seen):
        raise TreatmentChangedMeanwhile(elsewhere)
    changed = [name for name in wanted if wanted[name] != stored[name]]
    if "name" in changed:
        _check_name(wanted["name"], but=treatment)
    columns = [name for name in changed if name in COLUMNS]
    for name in columns:
        setattr(treatment, name, wanted[name])
    treatment.save(update_fields=columns)
    if "therapists" in changed:
        _teach(treatment, wanted["therapists"], review)
    if "rooms" in changed:
        _suit(treatment, wanted["rooms"], review)
    review(location_ids=list(Location.objects.values_list("pk", flat=True)))
    return changed


def _lock_all() -> None:
    lock_parents(
        therapist_ids=Therapist.objects.values_list("pk", flat=True),
        location_ids=Location.objects.values_list("pk", flat=True),
    )


def _teach(treatment: Treatment, therapist_ids: Collection[int], review: Review) -> None:
    for therapist in Therapist.objects.filter(is_active=True).order_by("pk"):
        skills = set(therapist.treatments.values_list("pk", flat=True))
        wanted = skills | {treatment.pk} if therapist.pk in therapist_ids else skills - {treatment.pk}
        if wanted != skills:
            rota.change_therapist(
                therapist=therapist,
                is_active=True,
                treatments=Treatment.objects.filter(pk__in=wanted),
                review=review,
            )


def _suit(treatment: Treatment, room_ids: Collection[int], review: Review) -> None:
    for room in _rooms():
        if _suits(room, treatment) == (room.pk in room_ids):
            continue
        suits = set(room.treatments.values_list("pk", flat=True))
        every = set(Treatment.objects.values_list("pk", flat=True))
        wanted = (suits or every) - {treatment.pk} if _suits(room, treatment) else suits | {treatment.pk}
        if not wanted:
            raise TreatmentRefused(
                _("%(room)s suits nothing else. Say under Rooms what it is for.") % {"room": room.name}
            )
        rooms.change_room(
            room=room,
            name=room.name,
            treatments=Treatment.objects.filter(pk__in=wanted),
            is_active=room.is_active,
            review=review,
        )


def _rooms() -> list[Room]:
    return list(Room.objects.filter(is_active=True).prefetch_related("treatments"))


def _suits(room: Room, treatment: Treatment) -> bool:
    """A room without treatments suits all of them."""
    suits = [one.pk for one in room.treatments.all()]
    return not suits or treatment.pk in suits


def _check_name(name: str, *, but: Treatment | None = None) -> None:
    named = Treatment.objects.values_list("pk", "name")
    others = [other for pk, other in named if but is None or pk != but.pk]
    if name.casefold() in [other.casefold() for other in others]:
        raise TreatmentRefused(_("There is a %(name)s already. Choose another name.") % {"name": name})


def _make_key(name: str) -> str:
    """Like "hot_stones"; never one of the four that the rules know, nor one that was used before."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30]
    stem = stem if re.match(r"[a-z]", stem) else f"treatment_{stem}".strip("_")
    taken = {*Treatment.objects.values_list("key", flat=True), *Treatment.Kind.values}
    number = 1
    while (key := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return key


def is_gentler(was: Treatment, *, like: str, uses_heat: bool) -> bool:
    """Whether a treatment would be refused to fewer people. The kinds come strictest first."""
    kinds = Treatment.Kind.values
    return kinds.index(like) > kinds.index(was.counts_as) or (was.uses_heat and not uses_heat)
