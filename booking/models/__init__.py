"""One module per noun. The rest of the code imports from here."""

from booking.models.appointment import (
    CALLED_OFF,
    NOT_LOOKED_AT,
    OCCUPYING,
    OPEN,
    TAKING_PLACE,
    TYPED,
    UNBOOKED,
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
from booking.models.bringing import Bringing, Brought
from booking.models.case import Case, CaseEvent, Clearance
from booking.models.change import Change
from booking.models.client import STANDING, Client, DeskLine, Merge, NotTheSame, SearchKey
from booking.models.intake import AdviceAnswers, Decision, Draft, Intake
from booking.models.invitation import Invitation
from booking.models.journey import JourneyEnd
from booking.models.message import Heartbeat, Message, Parking
from booking.models.note import Note, NoteAddition, NoteGrant, NotePart, NotePhrase, NoteTemplate
from booking.models.retention import RetentionRun
from booking.models.signature import RulebookSignature
from booking.models.spent import Spent
from booking.models.staff_mails import StaffMails
from booking.models.stranding import Stranding

__all__ = [
    "CALLED_OFF",
    "NOT_LOOKED_AT",
    "OCCUPYING",
    "OPEN",
    "STANDING",
    "TAKING_PLACE",
    "TYPED",
    "UNBOOKED",
    "AdviceAnswers",
    "Appointment",
    "AppointmentEvent",
    "Bringing",
    "Brought",
    "Case",
    "CaseEvent",
    "Change",
    "Claim",
    "Clearance",
    "Client",
    "Condition",
    "Decision",
    "DeskLine",
    "Draft",
    "FormerPlace",
    "Heartbeat",
    "Intake",
    "Invitation",
    "JourneyEnd",
    "Merge",
    "Message",
    "NotTheSame",
    "Note",
    "NoteAddition",
    "NoteGrant",
    "NotePart",
    "NotePhrase",
    "NoteTemplate",
    "Origin",
    "Parking",
    "RetentionRun",
    "RulebookSignature",
    "SearchKey",
    "SlotHold",
    "Spent",
    "StaffMails",
    "State",
    "Stranding",
    "Submission",
]
