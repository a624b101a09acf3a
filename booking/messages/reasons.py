"""Why a mail was not sent, or not yet: the sentences that staff read. None ever repeats what a mail said.

Stored in English as they stand here; a page translates them when it shows them.
"""

from django.utils.translation import gettext_noop as _

# Suppressed: it was no longer true.
SUPERSEDED = _("The visit was changed since; a newer email tells of it.")
NOT_SO = _("The visit was no longer in the state that the email tells of.")
TAKEN_BACK = _("It was taken back in time, so there was nothing to tell.")
BEGUN = _("The visit had already begun.")
CONFIRMED = _("The client had already confirmed.")
UNWANTED = _("Reminders are off for this visit.")
NO_ADDRESS = _("There is no email address.")
TOO_LATE = _("It was too close to the visit to be of use.")
QUIET_TOO_LONG = _("The quiet hours last until it would be of no use.")
LATER_REMINDER = _("A later reminder was due as well.")
ANSWERED = _("The client had already answered.")
CASE_SETTLED = _("The case had been dealt with.")
DAY_OVER = _("The day was over.")
ACCOUNT_CHANGED = _("The account was changed since.")
NO_ACCOUNT = _("No account has this address.")
NOT_CHOSEN = _("Whoever it was for no longer wants it, or made the change.")
INVITATION_OVER = _("The invitation was withdrawn, or taken up.")
NEWER_INVITATION = _("The invitation was sent again since.")
NOTHING_OFFERED = _("No treatment and therapist were there to tell of.")
LINK_OVER = _("The link was asked for too long ago.")
NOTHING_COMING = _("No coming visit has this address.")
STOPPED = _("Something stops the visit at the moment.")
NOTHING_STOPS = _("Looked at again: nothing stops the visit.")
TOLD = _("The client has been told already.")
DISCARDED = _("Somebody looked at the queue after the restore and did not want it sent.")
PLAN_CHANGED = _("The clinic has changed its reminders.")
LEFT = _("Staff left it unsent.")
ERASED = _("The person was erased.")

# Failed.
REFUSED = _("The mail server refused it for good (%(code)s).")
BAD_ADDRESS = _("The address can't be written to.")
NOT_JUDGED = _("The email could not be judged. The log says why.")
NOT_WRITTEN = _("The email could not be written. The log says where.")
GIVEN_UP = _("The mail server put it off for too long.")

# Deferred.
PUT_OFF = _("The mail server asks to try again later (%(code)s).")
SENDER_REFUSED = _("The mail server refuses the clinic's own address (%(code)s).")
NO_SENDER = _("The clinic has no address to send from: set MAIL_FROM, or the contact email.")
NOT_REACHED = _("The mail server can't be reached.")
NOT_LET_IN = _("The mail server does not let us in (%(code)s).")
NOT_SECURE = _("No secure connection to the mail server could be made.")
NOT_OFFERED = _("The mail server does not offer the encryption or the login that EMAIL_URL asks for.")
LOST_BEFORE = _("The connection was lost before the email was handed over.")
DATABASE_BUSY = _("The database was busy.")
NOT_YET = _("The request ends later now.")
BEHIND = _("Waits for the email about what was changed a moment ago.")
QUIET = _("Waits for the end of the quiet hours.")
MANY = _("Many emails have gone to this address today, so this one waits its turn.")

# Unclear.
NO_ANSWER = _("The mail server did not say whether it took the email.")
NO_ANSWER_SENT_AGAIN = _("The mail server did not say whether it took the email, so it is sent once more.")
INTERRUPTED = _("The program stopped while the email was being handed over.")
INTERRUPTED_SENT_AGAIN = _("The program stopped while the email was being handed over, so it is sent once more.")
NOT_SENT_AGAIN = _("It is unclear whether it went out, and it was no longer true when it was to be sent once more.")

# Sent again by hand.
BY_HAND = _("Sent again by staff.")


# It is the server, or the clinic's account with it: the next mail will hardly fare better.
_OF_THE_SERVER = (
    SENDER_REFUSED,
    NO_SENDER,
    NOT_REACHED,
    NOT_LET_IN,
    NOT_SECURE,
    NOT_OFFERED,
    LOST_BEFORE,
    NO_ANSWER_SENT_AGAIN,
)


def is_of_the_server(reason: str) -> bool:
    return reason.startswith(tuple(one.partition(" (%")[0] for one in _OF_THE_SERVER))


def with_code(reason: str, code: int | str) -> str:
    return reason % {"code": code}
