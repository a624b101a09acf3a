"""Mail as rows: written with the change that they tell of, sent later by a sweep."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.case import Case
from services.models import Location


class Message(models.Model):
    """One mail to one address. `dedupe_key` names the visit, version and kind, so that it exists once.

    `due_at`, `next_try_at` and the lease are UTC; the lease is compared with the database's clock.
    A mail is about a visit, a case, the day `on_date` at `location`, an account, or what its `recipient` has: coming
    visits, or an invitation, whose generation is the `version`.
    `known` is on a mail about a step by staff, which waits for an undo: the visit as its reader knew it before, empty
    where that is in doubt. Nothing of it is written out. On a test of a visit's mails it says which one: see
    `booking.messages.trial.Told`.
    `was_unclear`: it was handed over once and nobody heard the answer, so a copy may be out already.
    A row of the kind `stopped` is a question first: it is sent where the gate would stop the visit, else suppressed.
    A row holds no text: the mail is written at the hand-off, from what is true then.
    """

    class Kind(models.TextChoices):
        BOOKED = "booked", _("booked")
        REQUESTED = "requested", _("requested")
        MOVED = "moved", _("moved")
        CHANGED = "changed", _("treatment changed")
        CANCELLED = "cancelled", _("cancelled")
        RESTORED = "restored", _("change undone")
        REMINDER = "reminder", _("reminder")
        CONFIRMED = "confirmed", _("request confirmed")
        DECLINED = "declined", _("request declined")
        RAN_OUT = "ran_out", _("request ran out")
        FORM_MISSING = "form_missing", _("please finish your health form")
        CONFIRM_EMAIL = "confirm_email", _("please confirm your email")
        CHOOSE_AGAIN = "choose_again", _("choose a new time")
        STOPPED = "stopped", _("visit stopped")
        NEW_LINK = "new_link", _("new link")
        CLOCKS_CHANGED = "clocks_changed", _("clocks changed")
        REQUEST_ENDS = "request_ends", _("a request ends soon (staff)")
        REQUEST_ENDED = "request_ended", _("a request ran out (staff)")
        LATE_CHANGE = "late_change", _("a late change (staff)")
        CASE_OPENED = "case_opened", _("case opened (staff)")
        DAY_LIST = "day_list", _("list of the day (staff)")
        NEW_PASSWORD = "new_password", _("link for a new password (staff)")
        INVITATION = "invitation", _("invitation to work here (staff)")
        TRIAL = "trial", _("test (staff)")
        LINKS = "links", _("links to the coming visits")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        CLAIMED = "claimed", _("being sent")
        HANDED_OFF = "handed_off", _("handed to the mail server")
        SENT = "sent", _("sent")
        DEFERRED = "deferred", _("to be tried again")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("not sent")
        UNKNOWN = "unknown", _("unclear")

    # It waits to be sent, for the first time or again.
    WAITING = frozenset({State.QUEUED, State.DEFERRED})
    # A worker has it.
    IN_HAND = frozenset({State.CLAIMED, State.HANDED_OFF})
    # It goes out without having been put off.
    ON_THE_WAY = IN_HAND | {State.QUEUED}
    # Somebody has taken it up, and nobody needs to look.
    GOES_WELL = IN_HAND | {State.SENT, State.SUPPRESSED}
    # A person has to look, and can have it sent again.
    IN_TROUBLE = frozenset({State.FAILED, State.UNKNOWN})
    # It did not go out, and there is a reason.
    NOT_SENT = frozenset({State.SUPPRESSED, State.FAILED})
    # Nothing happens to it any more by itself.
    ENDED = IN_TROUBLE | NOT_SENT | {State.SENT}

    dedupe_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=14, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, blank=True, related_name="messages")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="messages")
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="+")
    on_date = models.DateField(null=True, blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    recipient = models.EmailField(max_length=254)
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    only_unconfirmed = models.BooleanField(default=False)
    known = models.JSONField(null=True, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    was_unclear = models.BooleanField(default=False)
    handed_off_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("why not"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["due_at", "id"]
        indexes = [
            # Not partial: SQLite uses a partial index only where the condition is written out, and Django binds it.
            models.Index(fields=["state", "next_try_at"], name="message_waiting"),
            models.Index(fields=["state", "lease_until"], name="message_under_lease"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "handed_off"]) | (Q(lease_until__isnull=False) & ~Q(lease_token="")),
                name="message_in_hand_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suppressed", "failed"]) | ~Q(reason=""), name="message_not_sent_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class Parking(models.Model):
    """There is a row from a restore until a person has looked at the queue; while there is one, no mail goes out.

    `since` is UTC.
    """

    since = models.DateTimeField()


class Heartbeat(models.Model):
    """When a piece of background work last ran to its end, or a copy of everything was last written (`BACKUP`)."""

    BACKUP = "backup"

    name = models.CharField(primary_key=True, max_length=30)
    beat_at = models.DateTimeField()
