"""A visit, the cells it claims, and everything that happened to it.

Written only by `booking.scheduling.appointments`.
"""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from booking.models.client import Client
from booking.models.intake import Draft, Intake
from booking.models.reference import make_public_id, make_reference
from services.encrypted import EncryptedTextField
from services.models import FIVE_MINUTE_MARKS, Location, Room, Therapist, Treatment


class State(models.TextChoices):
    HELD = "held", _("held")
    REQUESTED = "requested", _("requested")
    BOOKED = "booked", _("booked")
    ARRIVED = "arrived", _("arrived")
    IN_TREATMENT = "in_treatment", _("in treatment")
    COMPLETED = "completed", _("completed")
    NO_SHOW = "no_show", _("no-show")
    CANCELLING = "cancelling", _("cancelling")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


# Named sets of them. Those that nothing below scheduling asks for stand in `booking.scheduling.states`.

# The visit takes time from others.
OCCUPYING = frozenset(State) - {State.CANCELLED, State.EXPIRED}

# The visit was made, and has neither begun nor been called off.
OPEN = frozenset({State.REQUESTED, State.BOOKED})

# The visit was cancelled, or will be unless that is undone.
CALLED_OFF = frozenset({State.CANCELLING, State.CANCELLED})

# There is no visit: nobody has booked it, or not yet.
UNBOOKED = frozenset({State.HELD, State.EXPIRED})

# Somebody comes, has come, or is expected to.
TAKING_PLACE = OPEN | {State.ARRIVED, State.IN_TREATMENT, State.COMPLETED}

# The visit says nothing about whether staff have accepted the form behind it.
NOT_LOOKED_AT = UNBOOKED | CALLED_OFF | {State.REQUESTED}


class Appointment(models.Model):
    """What a client calls a visit. Instants in UTC; `wall_time` and `time_zone` are what the client was promised.

    `busy_until` is `ends_at` plus turnover. `version` rises with each change that the client is told of and is the
    calendar file's SEQUENCE. `deadline_at` is when a held, requested or cancelling visit ends by itself.
    `first_free_until`: a late change keeps the first deadline for free changes; without one it follows from the start.
    """

    public_id = models.CharField(max_length=32, unique=True, default=make_public_id)
    reference = models.CharField(_("reference"), max_length=8, unique=True, default=make_reference)
    state = models.CharField(_("state"), max_length=12, choices=State)
    version = models.PositiveIntegerField(default=1)
    # The index `appointment_by_client` begins with it.
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, db_index=False, related_name="appointments"
    )
    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    therapist = models.ForeignKey(Therapist, models.PROTECT, related_name="appointments")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="appointments")
    location = models.ForeignKey(Location, models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField()
    busy_until = models.DateTimeField()
    wall_time = models.CharField(max_length=16, help_text=_("Local, like 2026-11-26T14:30."))
    time_zone = models.CharField(max_length=64)
    # Since when the visit no longer is at `wall_time`, because the zone's rules have changed and its cells were taken.
    wall_time_lost_at = models.DateTimeField(null=True, blank=True)
    price = models.DecimalField(max_digits=9, decimal_places=2)
    currency = models.CharField(max_length=3)
    intake = models.ForeignKey(Intake, models.PROTECT, null=True, blank=True, related_name="appointments")
    booker_name = models.CharField(_("booked by"), max_length=120, blank=True)
    booker_email = models.EmailField(_("booker's email"), max_length=254, blank=True)
    booker_phone = models.CharField(_("booker's phone"), max_length=32, blank=True)
    access_needs = EncryptedTextField(_("access needs"), max_length=300, blank=True)
    remark = EncryptedTextField(_("note to the therapist"), max_length=300, blank=True)
    cancelled_from = models.CharField(max_length=12, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    first_free_until = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the client"), null=True, blank=True)
    wants_reminders = models.BooleanField(default=True)
    link_generation = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["therapist", "starts_at"], name="appointment_by_therapist"),
            models.Index(fields=["location", "starts_at"], name="appointment_by_location"),
            models.Index(fields=["deadline_at"], name="appointment_by_deadline"),
            # All that reports ask about who came before and again, so that they read no row for it.
            models.Index(
                fields=["client", "starts_at", "therapist", "state", "created_at"], name="appointment_by_client"
            ),
            models.Index(
                fields=["location", "starts_at"],
                condition=Q(wall_time_lost_at__isnull=False),
                name="appointment_lost_wall_time",
            ),
            models.Index(Lower("booker_email"), name="appointment_by_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="appointment_state_is_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), busy_until__gte=F("ends_at")),
                name="appointment_times_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    starts_at__minute__in=FIVE_MINUTE_MARKS,
                    starts_at__second=0,
                    ends_at__minute__in=FIVE_MINUTE_MARKS,
                    ends_at__second=0,
                    busy_until__minute__in=FIVE_MINUTE_MARKS,
                    busy_until__second=0,
                ),
                name="appointment_on_five_minute_marks",
            ),
            models.CheckConstraint(
                condition=Q(minutes__in=range(5, 485, 5)), name="appointment_minutes_in_fives_to_eight_hours"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.HELD, State.EXPIRED]) | Q(client__isnull=False),
                name="appointment_has_a_client_once_booked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.HELD, State.CANCELLING]) | Q(deadline_at__isnull=False),
                name="appointment_held_or_cancelling_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CANCELLING) | Q(cancelled_from__in=[State.REQUESTED, State.BOOKED]),
                name="appointment_cancelling_knows_where_from",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="appointment_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def zone(self) -> ZoneInfo:
        """The one that was promised, also where the place has another by now."""
        return ZoneInfo(self.time_zone)

    def reread_client(self) -> None:
        """For who has locked the visit and read its client with it: whose it became while the lock was waited for.

        PostgreSQL reads the locked row again then, and nothing that is joined to it.
        """
        if self.client_id is not None and self.client is None:
            self.refresh_from_db(fields=["client"])


# What the booker types about themselves and the visit, by the names of the fields: on the form, in `Details`, in the row.
TYPED = ("booker_name", "booker_email", "booker_phone", "access_needs", "remark")


class FormerPlace(models.Model):
    """Where a visit was before its last move. The visit claims it until `kept_until`, so that the move can be undone.

    Instants in UTC. `was_told`: the client is mailed about the move. All but that, the actor and `kept_until` is what
    the move changed, and what undoing it puts back.
    """

    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="former_place")
    kept_until = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=6)
    was_told = models.BooleanField()
    therapist = models.ForeignKey(Therapist, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy_until = models.DateTimeField()
    wall_time = models.CharField(max_length=16)
    time_zone = models.CharField(max_length=64)
    wall_time_lost_at = models.DateTimeField(null=True)
    first_free_until = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("former place")
        verbose_name_plural = _("former places")
        indexes = [
            models.Index(fields=["therapist", "starts_at"], name="former_place_by_therapist"),
        ]


class SlotHold(models.Model):
    """For whom an appointment is held: a visitor's draft, or a member of staff. One for each; the limit per network
    (`address`) counts those of visitors.

    With `unconfirmed_name`, who is treated, it is not a visitor's kept start but a booking that waits for a press in its
    mail.
    """

    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="hold")
    draft = models.OneToOneField(Draft, models.CASCADE, related_name="hold", null=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True)
    address = models.CharField(max_length=45, db_index=True)
    kept_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True)
    unconfirmed_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("kept start")
        verbose_name_plural = _("kept starts")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, user__isnull=True) | Q(draft__isnull=True, user__isnull=False),
                name="slothold_of_a_visitor_or_of_staff",
            )
        ]


class Origin(models.Model):
    """Whose hand booked a visit that is still to come, as keyed hashes that name nobody. Forgotten once it begins.

    `proved_at`: a press in the mail has shown that the booker reads that email.
    """

    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="origin")
    network = models.CharField(max_length=32, db_index=True)
    device = models.CharField(max_length=32, blank=True, db_index=True)
    proved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("origin of a booking")
        verbose_name_plural = _("origins of bookings")


class Claim(models.Model):
    """One resource in one five-minute cell (epoch seconds // 300). The unique index makes a double booking impossible."""

    class Kind(models.TextChoices):
        CLIENT = "client", _("client")
        ROOM = "room", _("room")
        THERAPIST = "therapist", _("therapist")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=9, choices=Kind)
    resource_id = models.PositiveBigIntegerField()
    cell = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "resource_id", "cell"], name="claim_one_per_cell")]


class AppointmentEvent(models.Model):
    """Append-only: who did what to a visit, when and why. No health content."""

    class Actor(models.TextChoices):
        CLIENT = "client", _("the client")
        STAFF = "staff", _("staff")
        SYSTEM = "system", _("the system")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=6, choices=Actor)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State)
    version = models.PositiveIntegerField()
    reason = EncryptedTextField(max_length=300, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]


class Condition(models.Model):
    """Something to be settled before a requested visit is booked, or a booked one is treated: a note, a call, a form."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="conditions")
    kind = models.CharField(max_length=40)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    remark = EncryptedTextField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [models.UniqueConstraint(fields=["appointment", "kind"], name="condition_once_per_appointment")]


class Submission(models.Model):
    """A booking form that was sent once: the same key with the same body gets the same answer, not a second visit."""

    key = models.CharField(max_length=64, primary_key=True)
    draft_id = models.CharField(max_length=32)
    body_hash = models.CharField(max_length=64)
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_index=True)
