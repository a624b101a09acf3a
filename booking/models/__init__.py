"""One module per noun. The rest of the code imports from here."""

from booking.models.appointment import (
    OCCUPYING,
    Appointment,
    AppointmentEvent,
    Claim,
    Condition,
    FormerPlace,
    Origin,
    SlotHold,
    State,
    Submission,
)
from booking.models.case import Case, CaseEvent, Clearance
from booking.models.client import Client
from booking.models.intake import AdviceAnswers, Decision, Draft, Intake
from booking.models.message import Heartbeat, Message, Parking
from booking.models.retention import RetentionRun
from booking.models.signature import RulebookSignature
from booking.models.spent import Spent
from booking.models.stranding import Stranding

__all__ = [
    "OCCUPYING",
    "AdviceAnswers",
    "Appointment",
    "AppointmentEvent",
    "Case",
    "CaseEvent",
    "Claim",
    "Clearance",
    "Client",
    "Condition",
    "Decision",
    "Draft",
    "FormerPlace",
    "Heartbeat",
    "Intake",
    "Message",
    "Origin",
    "Parking",
    "RetentionRun",
    "RulebookSignature",
    "SlotHold",
    "Spent",
    "State",
    "Stranding",
    "Submission",
]
