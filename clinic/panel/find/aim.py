"""The time for which a person is looked for: one that is kept, or one that was pressed elsewhere and is not kept yet."""

from dataclasses import dataclass

from booking.models import Appointment
from booking.scheduling.availability import StartOnOffer
from booking.scheduling.search import Wish, wish_of
from clinic.panel.finder.choice import Choice, Gap
from services.models import Room, Therapist


@dataclass(frozen=True)
class Aim:
    wish: Wish
    gap: Gap

    def query(self, choice: Choice) -> str:
        """The address of the page with this time in it."""
        return choice.query(
            treatment=self.wish.treatment.key,
            minutes=str(self.wish.minutes),
            location=str(self.wish.location.pk),
            start=self.gap.starts_at.isoformat(),
            therapist=str(self.gap.therapist_id),
        )


def aim_at_kept(kept: Appointment | None) -> Aim | None:
    """`kept` comes with treatment and location."""
    return Aim(wish_of(kept), Gap(kept.starts_at, kept.therapist_id)) if kept else None


def unkept_visit(aim: Aim, start: StartOnOffer) -> Appointment:
    """The visit as it would be at `start`, never saved."""
    wish = aim.wish
    return Appointment(
        treatment=wish.treatment,
        minutes=wish.minutes,
        location=wish.location,
        time_zone=wish.location.time_zone,
        therapist=Therapist.objects.get(pk=start.therapist_id),
        room=Room.objects.get(pk=start.room_id) if start.room_id else None,
        starts_at=start.starts_at,
        ends_at=start.ends_at,
    )
