"""Two records of one person made one, and two again for a day: what the visits rest on, and what was said and written.

Nothing is lost and nothing is made lighter: what either record was told counts for both, the newest answers first.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.intake.decisions import current_decision, is_lowering_correction, newest_intake
from booking.messages import outbox
from booking.models import OPEN, Appointment, Case, Client, Condition, DeskLine, Draft, Intake, Merge, NoteGrant, State
from booking.rules.conditions import CORRECTED_ANSWERS
from booking.scheduling import appointments
from booking.scheduling.appointments import By
from services.refusals import Refusal

UNDO_WITHIN = timedelta(days=1)
# What a record says of the person: of two, one is chosen.
CHOSEN = ("name", "email", "phone", "birth_date", "household")
# Whose rows come over besides the visits, by their field `client`. A test compares it with what refers to people.
COMES_OVER = (Intake, Case, Draft, DeskLine, NoteGrant)


class RecordChanged(Refusal):
    """Somebody corrected one of the records after it was looked at."""

    def __init__(self) -> None:
        super().__init__(_("One of the records was changed meanwhile. Nothing was saved; look at it again."))


def merge(
    *, kept: Client, gone: Client, from_gone: Collection[str], by: By, now: datetime, versions: tuple[int, int]
) -> Merge:
    """Make `gone` a part of `kept`, which takes the fields named in `from_gone` (of CHOSEN) over.

    `versions`: of both, as they were looked at. Can be undone for a day. Raises RecordChanged, TwoAtOnce, NotAllowed.
    """
    made: list[Merge] = []

    def move(kept: Client, gone: Client, visits: list[int]) -> None:
        if (kept.version, gone.version) != versions:
            raise RecordChanged
        was: dict[str, Any] = {"before": {name: getattr(kept, name) for name in CHOSEN}}
        was["previous"] = _weave(kept, gone)
        moved = {Appointment._meta.label: visits} | {
            model._meta.label: _give(model._default_manager.filter(client=gone), to=kept) for model in COMES_OVER
        }
        for name in from_gone:
            setattr(kept, name, getattr(gone, name))
        kept.version += 1
        kept.save(update_fields=[*CHOSEN, "version"])
        was["after"] = {name: getattr(kept, name) for name in CHOSEN}
        gone.merged_into = kept
        gone.save(update_fields=["merged_into"])
        was["conditions"] = _have_looked_at(kept, now=now)
        _ask_the_gate(kept, now=now)
        until = now + UNDO_WITHIN
        made[:] = [
            Merge.objects.create(
                kept=kept, gone=gone, merged_at=now, merged_by=by.user, undo_until=until, was=was, moved=moved
            )
        ]

    appointments.merge_visits(kept=kept, gone=gone, by=by, now=now, move=move)
    return made[0]


def undo_merge(*, merge: Merge, by: By, now: datetime) -> None:
    """Both records as they were. What was corrected since stays corrected, on the record that was kept.

    A visit that was made since stays there too, unless it rests on answers that go back. Raises NotAllowed after a day,
    and while a later merge stands on it.
    """

    def move(kept: Client, gone: Client) -> Collection[int]:
        row = Merge.objects.select_for_update(of=("self",)).filter(pk=merge.pk).first()
        if row is None or row.undo_until <= now:
            raise appointments.NotAllowed(_("This merge can’t be undone any more."))
        for model in COMES_OVER:
            _give(model._default_manager.filter(client=kept, pk__in=row.moved[model._meta.label]), to=gone)
        _unweave(row.was["previous"])
        Condition.objects.filter(pk__in=row.was["conditions"], settled_at=None).delete()
        for name in CHOSEN:
            if getattr(kept, name) == row.was["after"][name]:
                setattr(kept, name, row.was["before"][name])
        kept.version += 1
        kept.save(update_fields=[*CHOSEN, "version"])
        gone.merged_into = None
        gone.save(update_fields=["merged_into"])
        own = Appointment.objects.filter(client=kept)
        since = own.filter(created_at__gte=row.merged_at, intake__client=gone)
        back = set(own.filter(pk__in=row.moved[Appointment._meta.label]).values_list("pk", flat=True))
        back |= set(since.values_list("pk", flat=True))
        row.delete()
        for one in (kept, gone):
            _ask_the_gate(one, now=now)
        return back

    appointments.separate_visits(kept=merge.kept, gone=merge.gone, by=by, now=now, move=move)


def find_merge(kept: Client, *, now: datetime) -> Merge | None:
    """The last merge into this record that can still be undone."""
    standing = Merge.objects.filter(kept=kept, undo_until__gt=now).select_related("gone", "merged_by")
    return standing.order_by("-pk").first()


def prune_merges(*, now: datetime) -> int:
    """After the day nothing of a merged record is left but that it was one; returns how many."""
    over = Merge.objects.filter(undo_until__lte=now)
    gone = list(over.values_list("gone", flat=True))
    if gone:
        Client.objects.filter(pk__in=gone, merged_into__isnull=False).update(**dict.fromkeys(CHOSEN, ""))
        over.filter(gone__in=gone).delete()
    return len(gone)


def _give(rows: Any, *, to: Client) -> list[int]:
    keys = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(client=to)
    return keys


def _weave(kept: Client, gone: Client) -> Mapping[str, int | None]:
    """Let the newest answers follow the other record's newest, so that a lighter result is looked at by a person.

    Returns what each changed intake followed before, by its number.
    """
    by_record = [
        list(one.intakes.order_by("-created_at", "-pk").only("pk", "previous", "created_at")) for one in (kept, gone)
    ]
    if not all(by_record):
        return {}
    newer, older = sorted(by_record, key=lambda intakes: (intakes[0].created_at, intakes[0].pk), reverse=True)
    top = older[0]
    after = [one for one in newer if (one.created_at, one.pk) > (top.created_at, top.pk)][-1]
    chain, before = _chain_of(after), _chain_of(top)
    if top.pk in chain or after.pk in before:
        return {}
    was = {str(after.pk): after.previous_id}
    Intake.objects.filter(pk=after.pk).update(previous=top)
    if after.previous_id is not None and not set(chain) & set(before):
        was[str(before[-1])] = None
        Intake.objects.filter(pk=before[-1]).update(previous=after.previous_id)
    return was


def _chain_of(intake: Intake) -> list[int]:
    """The intake and those that it follows, the newest first."""
    found: list[int] = []
    one: Intake | None = intake
    while one is not None and one.pk not in found:
        found.append(one.pk)
        one = one.previous
    return found


def _unweave(previous: Mapping[str, int | None]) -> None:
    for key, before in previous.items():
        Intake.objects.filter(pk=int(key)).update(previous=before)


def _have_looked_at(kept: Client, *, now: datetime) -> list[int]:
    """Where the newest answers are lighter than what the other record was told, a person looks before the next visit."""
    newest = newest_intake(kept)
    if newest is None or not is_lowering_correction(
        intake=newest, decision=current_decision(intake=newest, now=now), now=now
    ):
        return []
    coming = Appointment.objects.filter(client=kept, state__in=OPEN | {State.ARRIVED}, ends_at__gt=now)
    coming = coming.exclude(conditions__kind=CORRECTED_ANSWERS)
    made = [Condition.objects.create(appointment=visit, kind=CORRECTED_ANSWERS) for visit in coming.order_by("pk")]
    return [one.pk for one in made]


def _ask_the_gate(person: Client, *, now: datetime) -> None:
    newest = newest_intake(person)
    if newest is not None:
        outbox.look_again(intake=newest, now=now)
