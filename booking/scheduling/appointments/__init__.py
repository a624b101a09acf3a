"""The only writer of appointments, claims, events and conditions."""

from booking.scheduling.appointments.asking import AlreadyAsked, NoAddress, ask_for_form, ask_to_choose_again
from booking.scheduling.appointments.booking import AlreadyBooked, KeyReused, book, confirm_email, find_booked
from booking.scheduling.appointments.bounds import Hand, TooManyKept, TooManyOpen, TooManyWaiting, prune_origins
from booking.scheduling.appointments.cancelling import cancel, undo_cancel
from booking.scheduling.appointments.changing import (
    OVERRIDE,
    change_state,
    confirm_attendance,
    keep_time,
    needs_words,
    set_reminders,
    settle_condition,
)
from booking.scheduling.appointments.correcting import CORRECTABLE, CorrectedMeanwhile, correct_person
from booking.scheduling.appointments.deadlines import keep_deadlines
from booking.scheduling.appointments.desk import book_by_staff
from booking.scheduling.appointments.erasing import erase_client
from booking.scheduling.appointments.fresh import TooManyCorrections, correct_email, undo_booking, undo_booking_until
from booking.scheduling.appointments.holding import (
    AlreadyExtended,
    NothingChosen,
    NothingKept,
    find_kept,
    find_unkept,
    forget_draft,
    keep_longer,
    keep_start,
    release_kept,
    want_unkept,
    wants_unkept,
    wish_of_draft,
)
from booking.scheduling.appointments.lapsing import expire_overdue, prune_claims, prune_submissions
from booking.scheduling.appointments.ledger import CLIENT, SYSTEM, By
from booking.scheduling.appointments.merging import TwoAtOnce, lock_people, merge_visits, separate_visits
from booking.scheduling.appointments.moving import find_former_place, may_undo, move, undo_move
from booking.scheduling.appointments.off_rota import OUTWEIGHED
from booking.scheduling.appointments.refusals import (
    ByPhone,
    ChangedMeanwhile,
    ClientBusy,
    NotAllowed,
    NotOnOffer,
    Refused,
    SlotTaken,
    TooEarly,
    TooLate,
)
from booking.scheduling.appointments.revoking import may_send_new_link, revoke_links
from booking.scheduling.appointments.settling import Details
from booking.scheduling.appointments.staff_keeping import find_kept_for_staff, keep_for_staff, release_for_staff
from booking.scheduling.appointments.treating import (
    ASKED_AGAIN,
    ask_again,
    find_reading,
    needs_form,
    read_out,
    replace_form,
    was_asked_again,
)
from booking.scheduling.appointments.treatments import change_treatment, undo_treatment, undo_treatment_until
from booking.scheduling.appointments.unmaking import unmake
from booking.scheduling.appointments.wall_times import keep_wall_times, with_lost_wall_time
from booking.scheduling.search import wish_of

__all__ = [
    "ASKED_AGAIN",
    "CLIENT",
    "CORRECTABLE",
    "OUTWEIGHED",
    "OVERRIDE",
    "SYSTEM",
    "AlreadyAsked",
    "AlreadyBooked",
    "AlreadyExtended",
    "By",
    "ByPhone",
    "ChangedMeanwhile",
    "ClientBusy",
    "CorrectedMeanwhile",
    "Details",
    "Hand",
    "KeyReused",
    "NoAddress",
    "NotAllowed",
    "NotOnOffer",
    "NothingChosen",
    "NothingKept",
    "Refused",
    "SlotTaken",
    "TooEarly",
    "TooLate",
    "TooManyCorrections",
    "TooManyKept",
    "TooManyOpen",
    "TooManyWaiting",
    "TwoAtOnce",
    "ask_again",
    "ask_for_form",
    "ask_to_choose_again",
    "book",
    "book_by_staff",
    "cancel",
    "change_state",
    "change_treatment",
    "confirm_attendance",
    "confirm_email",
    "correct_email",
    "correct_person",
    "erase_client",
    "expire_overdue",
    "find_booked",
    "find_former_place",
    "find_kept",
    "find_kept_for_staff",
    "find_reading",
    "find_unkept",
    "forget_draft",
    "keep_deadlines",
    "keep_for_staff",
    "keep_longer",
    "keep_start",
    "keep_time",
    "keep_wall_times",
    "lock_people",
    "may_send_new_link",
    "may_undo",
    "merge_visits",
    "move",
    "needs_form",
    "needs_words",
    "prune_claims",
    "prune_origins",
    "prune_submissions",
    "read_out",
    "release_for_staff",
    "release_kept",
    "replace_form",
    "revoke_links",
    "separate_visits",
    "set_reminders",
    "settle_condition",
    "undo_booking",
    "undo_booking_until",
    "undo_cancel",
    "undo_move",
    "undo_treatment",
    "undo_treatment_until",
    "unmake",
    "want_unkept",
    "wants_unkept",
    "was_asked_again",
    "wish_of",
    "wish_of_draft",
    "with_lost_wall_time",
]
