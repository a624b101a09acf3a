"""What steps and events of a visit are called, as a button and as what somebody has done."""

from django.utils.translation import gettext_lazy

from booking.intake.stops import Stop
from booking.models import State

STOP_BADGES = {
    Stop.FORM: gettext_lazy("Stopped: form too old"),
    Stop.TREATMENT: gettext_lazy("Stopped: treatment"),
    Stop.ANSWERS: gettext_lazy("Stopped: answers"),
}
STOP_WORDS = {
    Stop.FORM: gettext_lazy("The safety check is too old for that day. Take it again, or ask the client for it."),
    Stop.TREATMENT: gettext_lazy("This treatment does not go with the answers. Offer another one."),
    Stop.ANSWERS: gettext_lazy("Somebody has to look at the answers first, or a physician’s letter is needed."),
}
# The one primary button of a visit is the next state of the day.
NEXT = {
    State.REQUESTED: State.BOOKED,
    State.BOOKED: State.ARRIVED,
    State.ARRIVED: State.IN_TREATMENT,
    State.IN_TREATMENT: State.COMPLETED,
}
WORDS = {
    (State.REQUESTED, State.BOOKED): gettext_lazy("Confirm this visit"),
    (State.REQUESTED, State.CANCELLED): gettext_lazy("Decline"),
    (State.BOOKED, State.ARRIVED): gettext_lazy("Arrived"),
    (State.BOOKED, State.NO_SHOW): gettext_lazy("Did not come"),
    (State.ARRIVED, State.IN_TREATMENT): gettext_lazy("In treatment"),
    (State.ARRIVED, State.BOOKED): gettext_lazy("Undo: not arrived yet"),
    (State.ARRIVED, State.CANCELLED): gettext_lazy("Refuse at the door"),
    (State.IN_TREATMENT, State.COMPLETED): gettext_lazy("Done"),
    (State.IN_TREATMENT, State.ARRIVED): gettext_lazy("Undo: not in treatment yet"),
    (State.COMPLETED, State.IN_TREATMENT): gettext_lazy("Undo: not done yet"),
    (State.NO_SHOW, State.BOOKED): gettext_lazy("Undo: did come"),
    (State.CANCELLING, State.CANCELLED): gettext_lazy("Free the time now"),
}
# On the phone of whoever treats, where nothing but the one button is beside it.
OWN_WORDS = {
    State.ARRIVED: gettext_lazy("Mark as arrived"),
    State.IN_TREATMENT: gettext_lazy("Begin the treatment"),
}
# What has happened, as the bar says it that takes it back. Of other events the page of the visit says enough.
DONE = {
    "confirm": gettext_lazy("%(name)s: the visit is booked."),
    "decline": gettext_lazy("%(name)s: the visit is declined."),
    "arrive": gettext_lazy("%(name)s has arrived."),
    "miss": gettext_lazy("%(name)s did not come."),
    "treat": gettext_lazy("%(name)s is in treatment."),
    "complete": gettext_lazy("%(name)s: the treatment is done."),
    "refuse": gettext_lazy("%(name)s was refused at the door."),
    "cancel": gettext_lazy("%(name)s: the visit is cancelled."),
    "undo": gettext_lazy("%(name)s: the visit is no longer cancelled."),
    "free": gettext_lazy("%(name)s: the time is free now."),
    "take back arrived": gettext_lazy("%(name)s: no longer marked as arrived."),
    "take back treatment": gettext_lazy("%(name)s: no longer in treatment."),
    "take back done": gettext_lazy("%(name)s: no longer marked as done."),
    "take back no-show": gettext_lazy("%(name)s: no longer marked as a no-show."),
    "move": gettext_lazy("%(name)s: the visit is moved."),
    "undo move": gettext_lazy("%(name)s: the visit is where it was before."),
    "change treatment": gettext_lazy("%(name)s: the treatment is changed."),
    "undo treatment": gettext_lazy("%(name)s: the treatment is what it was before."),
}
# What the events of a visit are called, as what somebody has done.
EVENT_WORDS = {
    "keep": gettext_lazy("kept the time"),
    "wait for press": gettext_lazy("booked, to be confirmed by email"),
    "request": gettext_lazy("asked for it"),
    "book": gettext_lazy("booked it"),
    "confirm": gettext_lazy("confirmed it"),
    "decline": gettext_lazy("declined it"),
    "run out": gettext_lazy("let the request run out"),
    "expire": gettext_lazy("let the kept time run out"),
    "move": gettext_lazy("moved it"),
    "undo move": gettext_lazy("moved it back"),
    "change treatment": gettext_lazy("changed the treatment or its length"),
    "undo treatment": gettext_lazy("took the change of treatment back"),
    "undo booking": gettext_lazy("took the booking back"),
    "correct email": gettext_lazy("corrected the email address"),
    "keep wall time": gettext_lazy("kept its time when the clocks’ rules changed"),
    "lose wall time": gettext_lazy("could not keep its time when the clocks’ rules changed"),
    "cancel": gettext_lazy("cancelled it"),
    "undo": gettext_lazy("took the cancellation back"),
    "free": gettext_lazy("freed the time"),
    "arrive": gettext_lazy("marked it as arrived"),
    "miss": gettext_lazy("marked it as a no-show"),
    "treat": gettext_lazy("began the treatment"),
    "complete": gettext_lazy("marked it as done"),
    "refuse": gettext_lazy("refused it at the door"),
    "take back arrived": gettext_lazy("took back “arrived”"),
    "take back treatment": gettext_lazy("took back “in treatment”"),
    "take back done": gettext_lazy("took back “done”"),
    "take back no-show": gettext_lazy("took back “did not come”"),
    # What the four were called before they had names of their own.
    "step back": gettext_lazy("took a step back"),
    "say coming": gettext_lazy("said that they are coming"),
    "keep time": gettext_lazy("kept its time all the same"),
    "settle": gettext_lazy("settled a condition"),
    "ask again": gettext_lazy("asked the urgent questions again"),
    "read out": gettext_lazy("read the safety check out"),
    "ask for form": gettext_lazy("asked for the form"),
    "ask for a new time": gettext_lazy("asked the client to choose another time"),
    "revoke links": gettext_lazy("made the links in earlier emails stop working"),
    "erase": gettext_lazy("erased the personal data"),
    "correct": gettext_lazy("corrected the name or contact details"),
    "merge": gettext_lazy("merged two records of the client"),
    "separate": gettext_lazy("took the merging of two records back"),
    "keep longer": gettext_lazy("kept the time longer"),
    "new form": gettext_lazy("brought a new safety check"),
    "reminders on": gettext_lazy("turned reminders on"),
    "reminders off": gettext_lazy("turned reminders off"),
}
