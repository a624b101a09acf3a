"""What each button of the site does, by its words. A button that is not here fails the walk: name what it must do.

A key is the words, or "words @ page" or "words | state" where the same words do different things; numbers are "#".
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from booking.notes.regions import REGIONS
from tests.cast import TODAY
from tests.drawn import Does, does, refuses

VISIT = r"/panel/visit/[^/]+/"
NOTE = r"/panel/visit/[^/]+/note/.*"
CASE = r"/panel/cases/\d+/"
RECORD = r"/panel/people/[^/]+/"
BY_LINK = r"/visit/[^/]+/"
MAP = "https://maps.example/elm-street"
IN_A_WEEK = TODAY + timedelta(days=7)
STEP = "Appointment AppointmentEvent"
ABOUT_A_PERSON = "Appointment AppointmentEvent Case CaseEvent Clearance Intake Message Draft Condition"

COUNTED = (
    "visit",
    "visits",
    "here now",
    "careful",
    "form missing",
    "needs a new time",
    "need a new time",
    "free time",
    "free times",
)
PHRASES = (
    *("Less than last time", "Same as last time", "More than last time", "Guarded", "Knots", "Warm"),
    *("Medium pressure", "Light pressure", "Firm pressure", "Side-lying", "Heat"),
    *("Same again", "In # weeks", "Home stretch", "See a doctor if it stays"),
)
PLACES = [region.words for region in REGIONS.values()]

# A week is drawn with a box for each time of each day: those that say nothing are left empty.
UNTIL_FURTHER_NOTICE = {"last_date": "", **{f"break_{day}_0": "" for day in range(1, 8)}}
ONLY_MONDAY = {
    "from_1_0": "9",
    "to_1_0": "5",
    **{f"{end}_{day}_0": "" for end in ("from", "to") for day in range(2, 8)},
}

FILLS: Mapping[str, Mapping[str, Any]] = {
    "Block this time": {"day": IN_A_WEEK.isoformat(), "first": "16:00", "last": "16:30"},
    "Sign in": {"username": "owner"},
    "Record this letter": {"valid_until": IN_A_WEEK.isoformat()},
    "In treatment": {"acknowledged": "on"},
    "Book this visit @ panel:book": {"day": IN_A_WEEK.isoformat(), "time": "10:00"},
    "Save @ panel:time_off": {
        "first_day": IN_A_WEEK.isoformat(),
        "last_day": IN_A_WEEK.isoformat(),
        "last_time": "13:00",
    },
    "Save my choice": {"may_call": "yes"},
    "Add this room": {"name": "Room at the back"},
    "Save @ panel:set_up_new_person": {"name": "Piotr Zając", "treatments": [], **ONLY_MONDAY, **UNTIL_FURTHER_NOTICE},
    "Save @ panel:set_up_person": {"to_7_0": "18:00", **UNTIL_FURTHER_NOTICE},
    "Save @ panel:set_up_room": {"treatments": []},
    "Search": {"words": "Niamh"},
    "Send the invitation": {"name": "Ben", "email": "ben@example.com", "role": "reception", "therapist": ""},
    "Look up": {"words": "Niamh"},
    "Find @ panel:person_household": {"words": "Niamh"},
    "Find @ panel:person_same": {"words": "Niamh"},
    "Save @ panel:person_edit": {"phone": "01 555 0188"},
    "Save @ panel:person_birth_date": {"birth_date": "1980-05-17"},
    "Add @ panel:person": {"text": "Speaks softly"},
    "Let them read": {"last_day": IN_A_WEEK.isoformat(), "reason": "Ana is ill"},
    "We have checked these periods": {"keep_mails_years": "2"},
    "Save @ panel:set_up_reminders": {"before1": "1440"},
    "Save @ panel:set_up_place": {"map_link": MAP},
    "Save @ panel:set_up_one_place": {"map_link": MAP},
    "Save @ panel:set_up_new_place": {
        "name": "Elm Street",
        "address": "2 Elm Street",
        "phone": "01 555 0143",
        "map_link": MAP,
    },
    "Save @ panel:set_up_policy": {"horizon_days": "30"},
    "Save @ panel:set_up_website": {"headline": "Massage by the canal", "accent": "", "read_by": "", "framed_by": ""},
    "Add this treatment": {"therapists": []},
    "Sign, and show the day": {"next": "Same again."},
    "Begin the treatment": {"said_emergency_symptoms": "no", "said_signs_now": "no"},
    "Send it there": {"email": "niamh.byrne@example.com"},
}

PANEL: Mapping[str, Does] = {
    "Sign in": does(to="/panel/", also="User"),
    "Sign out": does(to=r"/panel/sign-in/.*"),
    "Show @ panel:board": does(to=r"/panel/\?.*"),
    "Show @ panel:trail": does(to=r"/panel/trail/\?.*"),
    "Show @ panel:overrides": does(to=r"/panel/overrides/\?.*"),
    "Show @ panel:reports": does(to=r"/panel/reports/\?.*"),
    "Search": does(to=r"/panel/find/\?.*", says="Niamh Byrne"),
    "Look up": does(to="/panel/people/", says="Niamh Byrne"),
    "Block this time": does("TimeOff", also="Stranding", to=r"/panel/block/\?.*", says="Blocked for"),
    "Ask about this time": does(to=r"/panel/visit/[^/]+/move/\?.*"),
    **{
        words: does(to=r"/panel/(find|visit/[^/]+/move)/\?.*")
        for words in ("Show times", "Anyone", "Today", "Next week", "In # weeks")
    },
    "(a start) @ panel:find_time": does("Appointment AppointmentEvent Claim SlotHold", to=r"/panel/find/\?.*"),
    "Book this visit @ panel:book": does(
        "Appointment AppointmentEvent Claim Message", also="Client Condition", to=VISIT, says="Booked. The reference is"
    ),
    # The day.
    **{f"# {kind}": does(to=r"/panel/\?.*") for kind in COUNTED},
    "Arrived": does(STEP, also="Condition", to=VISIT, says="In treatment"),
    "In treatment": does(STEP, also="Message", to=VISIT, says="Done"),
    # On a therapist's own day, which nobody leaves for it.
    "Mark as arrived": does(STEP, also="Condition", to=r"/panel/\?.*", says="Undo: not arrived yet"),
    "Begin the treatment": does(STEP, also="Condition Message", to=rf"/panel/\?.*|{VISIT}", says="Done"),
    "Done @ panel:board": does(STEP, also="Message", to=r"/panel/\?.*", says="Undo: not done yet"),
    "Done": does(STEP, also="Message", to=VISIT, says="Undo: not done yet"),
    "Did not come": does(STEP, also="Claim Message", to=VISIT, says="Undo: did come"),
    "Undo: not arrived yet": does(STEP, also="Message", to=VISIT, says="Booked"),
    "Undo: not in treatment yet": does(STEP, also="Message", to=VISIT, says="Arrived"),
    "Undo: not done yet": does(STEP, also="Message", to=VISIT, says="In treatment"),
    "Undo: did come": does(STEP, also="Claim Message", to=VISIT, says="Booked"),
    "Refuse at the door": does(f"{STEP} Claim", also="Message", to=VISIT, says="Cancelled"),
    "Confirm this visit": does(f"{STEP} Message", also="Case CaseEvent", to=VISIT, says="Booked"),
    "Confirm this visit | requested": refuses("Something is still to be settled before this visit can go on."),
    "Confirm this visit | ": refuses("Something is still to be settled before this visit can go on."),
    "Decline": does(f"{STEP} Claim Message", also="Case CaseEvent", to=VISIT, says="Cancelled"),
    "Free the time now": does(f"{STEP} Claim", also="Message", to=VISIT, says="Cancelled"),
    "Cancel this visit @ panel:cancel": does(
        f"{STEP} Message", also="Case CaseEvent Claim FormerPlace Stranding", to=VISIT, says="Undo the cancellation"
    ),
    "Undo the cancellation": does(f"{STEP} Message", also="Case CaseEvent", to=VISIT, says="Booked"),
    "Settled : *": does("Condition AppointmentEvent", to=VISIT, says="settled"),
    "Stop old links, email a new one": does(
        f"{STEP} Message", to=VISIT, says="The links in earlier emails no longer work. A new one goes out by email."
    ),
    "Only stop old links": does(STEP, also="Message", to=VISIT, says="The links in earlier emails no longer work."),
    "We keep this time": does("Stranding AppointmentEvent", to=VISIT, says="Kept by"),
    "Ask for another time": does("AppointmentEvent Message", to=VISIT, says="choose a new time"),
    "Send the form": does("AppointmentEvent Message", to=VISIT, says="The form was asked for by email"),
    "These are the answers @ panel:ask_again": does("AppointmentEvent", also="Condition", to=VISIT),
    "These are the answers @ panel:read_out": does(
        "AppointmentEvent Intake Appointment", also="Condition Draft Message", to=r"/panel/visit/[^/]+/result/"
    ),
    "Check these for emergency signs now": does(to=r"/panel/visit/[^/]+/questions/(\?.*)?"),
    # The note.
    "Save @ panel:note": does(also="Note", to=VISIT, says="Saved."),
    "Leave unsigned for later": does(also="Note", to=VISIT, says="Saved."),
    "Sign, and show the day": does("Note", to="/panel/", says="The note is signed."),
    "Add @ panel:note": does(also="Note", to=NOTE),
    **{f"{words} @ panel:note": does("Note", to=NOTE) for words in (*PHRASES, *map(str, PLACES))},
    # Cases, people, mails.
    "Save @ panel:case": does("CaseEvent", also="Case", to=CASE, says="Niamh Byrne"),
    "Record this letter": does("Clearance Case CaseEvent", also="Message", to=CASE, says="The letter is recorded."),
    "Take this letter back": does("Clearance Case CaseEvent", to=CASE, says="This letter was taken back."),
    "Save @ panel:person_edit": does("Client", also="Appointment AppointmentEvent Message Origin", to=RECORD),
    "Save @ panel:person_birth_date": does("Client", to=RECORD, says="Saved."),
    "PDF of this note": does(file="application/pdf"),
    "PDF of these days": does(file="application/pdf"),
    "PDF of the visits that are ticked": refuses("Tick a visit."),
    "Let them read": does("NoteGrant", to=r"/panel/people/[^/]+/notes/", says="Done."),
    "Take back: *": does("NoteGrant", to=r"/panel/people/[^/]+/notes/", says="Taken back."),
    "Add @ panel:person": does("DeskLine", to=RECORD, says="Speaks softly"),
    "Strike : *": does("DeskLine", to=RECORD, says="The line is struck."),
    "Find @ panel:person_same": does(to=r"/panel/people/[^/]+/same/", says="Merge with another record"),
    "Find @ panel:person_household": does(to=r"/panel/people/[^/]+/household/", says="Niamh Byrne"),
    "Add : *": does("Client", to=r"/panel/people/[^/]+/household/", says="is in the household."),
    "Take * out": does("Client", to=RECORD, says="is in no household now."),
    "Merge into one record": does("Client Merge", also=f"{ABOUT_A_PERSON} Claim DeskLine", to=RECORD),
    "Undo the merge": does("Client Merge", also=f"{ABOUT_A_PERSON} Claim DeskLine", to=RECORD, says="as they were."),
    "These are two people": does("NotTheSame", to=RECORD),
    "Not the same: *": does("NotTheSame", to=RECORD),
    "Download the copy": does(file="application/"),
    "Erase *": does("Client", also=ABOUT_A_PERSON, to="/panel/cases/", says="Erased."),
    # Who still has a visit is not erased, and the page says so.
    "Erase Aoife Nolan": does(to=r"/panel/people/[^/]+/data/", says="This person still has a visit."),
    "Erase Niamh Byrne": does(to=r"/panel/people/[^/]+/data/", says="This person still has a visit."),
    "This number is right": does("ClinicPolicy", to="/panel/", says="Thank you. Clients are told to call"),
    "Save @ panel:set_up_phrases": does(also="NotePhrase NoteTemplate", to=r"/panel/set-up/notes/.*", says="Saved."),
    "We have checked these periods": does("ClinicPolicy", to="/panel/set-up/personal-data/", says="Thank you."),
    "Save @ panel:staff_account": does(also="User StaffProfile StaffMails", to="/panel/set-up/staff/", says="Saved."),
    "Email a link for a new password": does(also="Message", to=r"/panel/set-up/staff/\d+/"),
    "Reset the second factor": does(also="Session TOTPDevice StaticDevice", to=r"/panel/set-up/staff/\d+/|/panel/.*"),
    "Disable the account": does(
        also="User Therapist TOTPDevice StaticDevice NoteGrant Stranding",
        to=r"/panel/set-up/staff/.*|/panel/sign-in/.*",
    ),
    # The only owner of a clinic stays one.
    "Disable the account @ panel:staff_disable": refuses("Nobody else owns the clinic."),
    "Enable this account": does("User Message", to="/panel/set-up/staff/", says="Enabled."),
    "Send the invitation": does("Invitation Message", to="/panel/set-up/staff/", says="is invited."),
    "Send the invitation again: *": does("Invitation Message", to="/panel/set-up/staff/", says="Sent again to"),
    "Withdraw the invitation: *": does("Invitation", to="/panel/set-up/staff/", says="Withdrawn."),
    "Save these choices": does(also="StaffMails", to="/panel/my-emails/", says="Saved."),
    # What waits.
    "I’ll do it : *": does(also="Taken Case", to="/panel/to-do/"),
    "Give it back : *": does(also="Taken Case", to="/panel/to-do/"),
    "Move to *": does(f"{STEP} Claim FormerPlace", also="Message Stranding", to=rf"/panel/to-do/|{VISIT}"),
    "Confirm : *": does(STEP, also="Case CaseEvent Message", to="/panel/to-do/"),
    "Send again : *": does("Message", to="/panel/to-do/"),
    "Ask by email : *": does("AppointmentEvent Message", to="/panel/to-do/"),
    "Leave it unsent": does("Message", to="/panel/messages/"),
    "(a start) @ panel:move": does(to=r"/panel/visit/[^/]+/move/\?.*"),
    "Move, and email the client": does(f"{STEP} Claim FormerPlace Message", to=VISIT, says="Undo the move"),
    "Move, and email the client | stopped": refuses("This person has answered the safety check again since."),
    "Move without an email": does(f"{STEP} Claim FormerPlace", also="Message", to=VISIT, says="Undo the move"),
    "Move without an email | stopped": refuses("This person has answered the safety check again since."),
    "Move it": does(f"{STEP} Claim FormerPlace Message", to=VISIT, says="Undo the move"),
    "Change to *": does(
        f"{STEP}", also="Claim Message FormerPlace Stranding", to=VISIT, says="Undo the change of treatment"
    ),
    "Undo the change of treatment": does(f"{STEP}", also="Claim Message Stranding", to=VISIT),
    "(a start) @ panel:visit": does(
        "Appointment AppointmentEvent Claim", also="Condition Message", to=VISIT, says="Booked. The reference is"
    ),
    "Undo the move": does(f"{STEP} Claim FormerPlace Message", to=r"/panel/.*"),
    "Send again": does("Message", to="/panel/messages/", says="It will be sent again within a minute."),
    "Save @ panel:time_off": does("TimeOff", also="Therapist", to="/panel/time-off/"),
    "Save @ panel:set_up_reminders": does("ClinicPolicy", also="Message", to="/panel/set-up/reminders/", says="Saved."),
    **{
        words: does(to="/panel/set-up/reminders/", says="Not saved yet.")
        for words in ("Add: hours before", "Add: on a day before", "Remove line #")
    },
    "Send all to me as a test": does("Message", to="/panel/set-up/reminders/", says="emails go to"),
    "Show the example": does(to="/panel/set-up/reminders/", says="An example"),
    "These are right": does(to="/panel/set-up/"),
    "This is right": does(to="/panel/set-up/"),
    "We need no rooms": does(to="/panel/set-up/"),
    "Stop online booking": does("ClinicPolicy", to="/panel/set-up/", says="Online booking is stopped."),
    "Open online booking": does("ClinicPolicy", to="/panel/set-up/", says="Clients can book online now."),
    "Save @ panel:set_up_place": does(also="Location ClinicPolicy", to="/panel/set-up/place/", says="Saved."),
    "Save @ panel:set_up_one_place": does(also="Location ClinicPolicy", to="/panel/set-up/place/", says="Saved."),
    "Save @ panel:set_up_new_place": does("Location", to="/panel/set-up/place/", says="Saved."),
    "Close this place for bookings": does("Location", also="Stranding", to="/panel/set-up/place/"),
    "Open this place again": does("Location", also="Stranding", to="/panel/set-up/place/"),
    "Send me a test": does(also="Message", to="/panel/set-up/mail/"),
    "Download everything": does(file="application/"),
    # The walk chooses no file.
    "Look at this list": refuses("This field is required."),
    "Save @ panel:set_up_website": does("ClinicPolicy", to="/panel/set-up/website/", says="Saved."),
    "Save @ panel:set_up_policy": does("ClinicPolicy", to="/panel/set-up/policy/", says="Saved."),
    "Add this room": does(also="Room", to="/panel/set-up/rooms/"),
    "Save @ panel:set_up_room": does(also="Room", to="/panel/set-up/rooms/", says="Saved."),
    "Move up: *": does("Room", to="/panel/set-up/rooms/"),
    "Move down: *": does("Room", to="/panel/set-up/rooms/"),
    "Save @ panel:set_up_person": does("WorkingHours", also="Therapist", to="/panel/set-up/people/", says="Saved."),
    "Save @ panel:set_up_new_person": does("Therapist", also="WorkingHours", to="/panel/set-up/people/"),
    "Save @ panel:set_up_profile": does(also="Therapist", to=r"/panel/set-up/people/\d+/about/", says="Saved."),
    "Copy Monday to Tue–Fri": does(to=r"/panel/set-up/people/.*", says="Nothing is saved yet."),
    "Copy": does(to=r"/panel/set-up/people/.*", says="Nothing is saved yet."),
    "Copy: *": does(to=r"/panel/set-up/people/.*", says="Nothing is saved yet."),
    # Who has visits leaves only after the question about them.
    "No longer works here": refuses("Nothing is saved yet."),
    "Works here again": does("Therapist", also="Stranding", to="/panel/set-up/people/"),
    # What is typed into the empty boxes here is no price: see the page's own tests.
    "Save @ panel:set_up_prices": refuses("Write a price like"),
    "Add this treatment": does("Treatment", to="/panel/set-up/prices/", says="Added:"),
    "Save @ panel:set_up_treatment": does(
        also="Treatment", to=r"/panel/set-up/prices/\d+/", says="Nothing was changed."
    ),
    "Show that day": refuses("Write a price like"),
    "Add a length": refuses("Write a price like"),
    "Treat it like deep tissue, and offer it": does(
        "Treatment", to="/panel/set-up/prices/", says="is offered online now."
    ),
    "Move up": does("Treatment", to="/panel/set-up/prices/"),
    "Move down": does("Treatment", to="/panel/set-up/prices/"),
    "Close on this day: *": does("TimeOff", also="Stranding", to="/panel/time-off/", says="Closed"),
    "Close on all of these: *": does("TimeOff", also="Stranding", to="/panel/time-off/", says="Closed"),
    "Remove: *": does("TimeOff", also="Stranding", to="/panel/time-off/"),
    "Ask these clients to choose another time: *": does("AppointmentEvent Message", to="/panel/time-off/"),
    "Record the signature": does("RulebookSignature", to="/panel/rulebook/(spasms/)?", says="ed by Niamh Byrne"),
}

WISHED = "Draft Appointment AppointmentEvent Claim SlotHold"  # what was kept before is given back
DECIDED = "Draft Intake Case CaseEvent Message"
PUBLIC: Mapping[str, Does] = {
    "Send my link again": does(also="Message", to="/move-or-cancel/"),
    "Send the link": does(to="/panel/forgotten/.*", also="Message"),
    "Continue": does(also=DECIDED, to=r"/book/.*"),
    "Go @ panel:month": does(to=r"/panel/\?.*"),
    "Go": does(to=r".*/(when|move|treatment/\w+)/\?.*"),
    "Keep it longer": does("Appointment AppointmentEvent SlotHold", to=r"/book/(when|details)/"),
    "(a start) @ booking:when": does("Appointment AppointmentEvent Claim", also="Draft SlotHold", to="/book/details/"),
    "(a start) @ booking:start": does(also=WISHED, to="/book/(safety/.*|result/)"),
    "(a start) @ booking:therapist": does(also=WISHED, to="/book/(safety/.*|result/)"),
    "(a start) @ booking:one_treatment": does(also=WISHED, to="/book/(safety/.*|result/)"),
    "No time yet: do the safety check first": does("Draft", also=WISHED, to="/book/safety/.*"),
    "Suggest one for me": does(also=WISHED, to="/book/.*"),
    "# min *": does("Draft", also=WISHED, to="/book/when/"),
    "Keep *": does("Appointment AppointmentEvent Claim SlotHold", also="Draft", to="/book/details/"),
    "Take *": does(also="Draft Appointment AppointmentEvent Claim SlotHold", to="/book/(when|details)/.*"),
    "Show these times": does(to=r".*/(when|move|treatment/\w+)/\?.*"),
    "Go on": does("Draft", to="/book/safety/.*"),
    "Start afresh": does("Draft", to="/"),
    "(a start) @ booking:visit_move": does(to=r"/visit/[^/]+/move/check/\?.*"),
    "Move to Saturday #:#": does(f"{STEP} Claim FormerPlace Message", to=BY_LINK),
    "Undo until #:#": does(f"{STEP} Claim FormerPlace Message", to=BY_LINK),
    "Booked by mistake? Undo until #:#": does(f"{STEP} Claim Message", also="Case CaseEvent", to=BY_LINK),
    "Show advice": does(also="AdviceAnswers", to=BY_LINK),
    "Send it there": does(STEP, also="Message Client Origin", to=BY_LINK),
    "Book this visit @ booking:details": does(
        f"{STEP} Claim Message Submission SlotHold Client Intake",
        also="Draft Condition Case CaseEvent Origin",
        to=BY_LINK,
    ),
    "Start again for someone else": does(to="/", also="Draft"),
    "Clear my answers": does("Draft", also="JourneyEnd Appointment AppointmentEvent Claim SlotHold", to="/.*"),
    "Save my choice": does("Case CaseEvent", also="Message", to="/book/result/"),
    "Select all": does(to="/book/letter/", says="Which other answers may the letter show?"),
    "Clear": does(to="/book/letter/", says="Which other answers may the letter show?"),
    "Make the letter": does(to="/book/letter/", says="Save as PDF"),
    "Save as PDF": does(file="application/pdf"),
    "Something else has changed": does(to="/book/safety/.*", also="Draft"),
    "Nothing else has changed": does(to="/book/.*", also=DECIDED),
    "Choose a treatment and a time": does("Draft", to="/book/"),
    # A visit by its link.
    "Cancel this visit @ booking:visit_cancel": does(
        f"{STEP} Message", also="Case CaseEvent Claim FormerPlace Stranding", to=BY_LINK
    ),
    "Undo, keep the visit": does(f"{STEP} Message", also="Case CaseEvent", to=BY_LINK),
    "Yes, I am coming": does(STEP, to=BY_LINK, says="Thank you."),
    "Turn reminders off": does(STEP, also="Message"),
    "Turn reminders on": does(STEP, also="Message"),
    "Update my health form": does("Draft", to="/book/safety/.*"),
    "My health has changed": does("Draft", to="/book/safety/.*"),
    "Fill in the health form": does("Draft", to="/book/safety/.*"),
    "Book another visit": does("Draft", to="/book/.*"),
    "Book another time": does("Draft", to="/book/.*"),
    "Send me a copy": does("Case CaseEvent Message", to=r"/visit/[^/]+/your-data/"),
    "Erase my data": does("Case CaseEvent Message", to=r"/visit/[^/]+/your-data/"),
}

PRESSES: Mapping[str, Does] = {**PANEL, **PUBLIC}
