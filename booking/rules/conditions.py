"""What may have to be settled before a visit: every kind of condition, by the key that is stored.

A kind is never taken out, because visits of earlier years still have it. Its words are in `booking.wording.conditions`.
"""

# What a rule of the rulebook may ask for, as its `hold`.
HOLDS = (
    "doctor_note",
    "guardian_present",
    "guardian_consent",
    "staff_call",
    "postpone_48h_after_fever",
    "postpone_until_not_contagious",
)
# What no rule asks for, but the program itself.
NOTE_TO_READ = "note_to_read"
CORRECTED_ANSWERS = "corrected_answers"
FORM_MISSING = "form_missing"
KINDS = (*HOLDS, NOTE_TO_READ, CORRECTED_ANSWERS, FORM_MISSING)
