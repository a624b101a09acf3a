"""What came back from the question before saving: what was shown, what the button said, and what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.models import Appointment
from clinic.panel.finder.choice import read_pressed
from services.blanks import is_blank
from services.facts import current
from services.locks import lock_parents
from services.models import Location, Therapist

MOVE, TO_DO, KEEP = "move", "to_do", "keep"
# The names of the fields. All begin alike: what begins so is no part of the form that is saved.
OURS = "stranded_"
SEEN, COUNTED, WHY = f"{OURS}seen", f"{OURS}counted", f"{OURS}why"
DEED, TELL = f"{OURS}deed_", f"{OURS}tell_"
_LONGEST_WHY = 300


@dataclass(frozen=True)
class Chosen:
    """What somebody wants to become of one visit."""

    deed: str
    starts_at: datetime | None = None
    therapist_id: int | None = None
    tells: bool = True


@dataclass(frozen=True)
class Sent:
    """What came back from the question; nothing, where it was not asked yet."""

    seen: frozenset[str]
    counted: str
    chosen: Mapping[str, Chosen]
    why: str
    may_choose: bool

    @classmethod
    def read(cls, request: HttpRequest, *, may_choose: bool) -> "Sent":
        seen = frozenset(request.POST.get(SEEN, "").split())
        chosen = {}
        for reference in (mark.partition(":")[0] for mark in seen) if may_choose else ():
            deed = request.POST.get(DEED + reference, TO_DO)
            pressed = read_pressed(deed)
            tells = TELL + reference in request.POST
            if pressed is not None and current().find(Therapist, pressed.therapist_id) is not None:
                chosen[reference] = Chosen(MOVE, pressed.starts_at, pressed.therapist_id, tells)
            else:
                chosen[reference] = Chosen(KEEP if deed == KEEP else TO_DO, tells=tells)
        return cls(seen, request.POST.get(COUNTED, ""), chosen, request.POST.get(WHY, "").strip(), may_choose)

    def of(self, reference: str) -> Chosen:
        return self.chosen.get(reference, Chosen(TO_DO))

    @property
    def why_fault(self) -> str:
        if not any(one.deed == KEEP for one in self.chosen.values()):
            return ""
        if is_blank(self.why):
            return _("Write why a time is kept.")
        if len(self.why) > _LONGEST_WHY:
            return _("Write the reason in at most %(count)s characters.") % {"count": _LONGEST_WHY}
        return ""

    def lock(self) -> None:
        """Everybody whom a move may concern, before the change locks its own: therapists by id, then places."""
        if any(one.deed != TO_DO for one in self.chosen.values()):
            theirs = Appointment.objects.filter(reference__in=self.chosen).values_list("therapist_id", flat=True)
            targets = {one.therapist_id for one in self.chosen.values() if one.therapist_id is not None}
            lock_parents(therapist_ids={*theirs, *targets}, location_ids=Location.objects.values_list("pk", flat=True))

    def why_not_yet(self, marks: Mapping[str, str]) -> str:
        """Why nothing is saved now; empty where it is all as it was shown."""
        if not self.seen:
            return _("Nothing is saved yet.")
        if self.seen != frozenset(marks.values()):
            return _("Something has changed since this was shown. Nothing is saved yet: look at it again.")
        deeds = [self.of(reference).deed for reference in marks]
        if self.counted != as_sent({deed: deeds.count(deed) for deed in words_of_deeds()}):
            return _("Nothing is saved yet. The button now says what you have chosen: press it once more.")
        return ""


def words_of_deeds() -> dict[str, str]:
    return {MOVE: _("move %(count)s"), TO_DO: _("put %(count)s on To do"), KEEP: _("keep %(count)s")}


def as_sent(counts: Mapping[str, int]) -> str:
    return " ".join(str(counts[deed]) for deed in words_of_deeds())
