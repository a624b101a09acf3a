"""What can be wrong with a change to a visit that somebody asks for. Nothing was written then."""

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Appointment, AppointmentEvent
from booking.scheduling.availability import Reason
from booking.scheduling.reasons import say
from booking.scheduling.search import Wish
from booking.wording.phones import call_to_change
from services.refusals import Refusal


class Refused(Refusal):
    """A change that can't be made."""


class SlotTaken(Refused):
    """The time can't be had: somebody else has it, or, as NotOnOffer, it never could. `reason` says why."""

    def __init__(self, *, starts_at: datetime, wish: Wish, reason: Reason = Reason.TAKEN) -> None:
        self._sentences = say(reason, starts_at=starts_at, wish=wish)
        super().__init__(self._sentences.for_client)
        self.starts_at = starts_at
        self.therapist_id = wish.therapist_id
        self.reason = reason

    @property
    def for_staff(self) -> str:
        return self._sentences.for_staff


class NotOnOffer(SlotTaken):
    """A time that could not be booked even on an empty day: past, off the grid, out of hours, ..."""


class ClientBusy(Refused):
    """The client has another visit then."""

    def __init__(self) -> None:
        super().__init__(_("You already have a visit then. Please choose another time."))

    @property
    def for_staff(self) -> str:
        return _("This person already has a visit then.")


class NotAllowed(Refused):
    """The visit's state does not allow this step."""


class ByPhone(Refused):
    """The clinic moves and cancels its visits itself, when it is called."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(call_to_change(appointment.location.phone))


class TooLate(Refused):
    """The moment until which this was possible has passed. `for_staff`: where they read another sentence than clients."""

    def __init__(self, sentence: str = "", *, for_staff: str = "") -> None:
        super().__init__(sentence)
        self._for_staff = for_staff or sentence

    @property
    def for_staff(self) -> str:
        return self._for_staff


class TooEarly(Refused):
    """The moment from which on this is possible has not come."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the visit after it was read; `event` says who and what."""

    def __init__(self, event: AppointmentEvent) -> None:
        super().__init__(_("This visit was changed meanwhile. Please look at it again."))
        self.event = event


def not_offered(reason: Reason, *, starts_at: datetime, wish: Wish) -> SlotTaken:
    """The refusal of a start that is not on offer: SlotTaken where others' visits are in the way, else NotOnOffer."""
    is_taken = reason in (Reason.TAKEN, Reason.NO_ROOM)
    return (SlotTaken if is_taken else NotOnOffer)(starts_at=starts_at, wish=wish, reason=reason)
