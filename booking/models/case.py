"""What staff follow up, and a physician's word that massage is all right."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.client import Client
from booking.models.intake import Intake
from services.encrypted import EncryptedJSONField, EncryptedTextField
from services.models import Treatment


class Case(models.Model):
    """Opened by a PHYSICIAN or EMERGENCY decision, a rule that failed, a requested visit, or a question about data.

    A case without any contact is only counted.
    """

    class Kind(models.TextChoices):
        PHYSICIAN = "physician", _("physician first")
        EMERGENCY = "emergency", _("emergency signs")
        UNEVALUATED = "unevaluated", _("a rule failed")
        REQUESTED = "requested", _("requested visit")
        SEND_DATA = "send_data", _("wants a copy of their data")
        ERASE_DATA = "erase_data", _("wants their data erased")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CALLED = "called", _("called")
        CLEARED = "cleared", _("cleared")
        DECLINED = "declined", _("declined")
        CLOSED = "closed", _("closed")

        @property
        def is_open(self) -> bool:
            """Whether the case waits for a person."""
            return self in Case.OPEN

    OPEN = frozenset({State.OPEN, State.CALLED})

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    intake = models.ForeignKey(Intake, models.CASCADE, null=True, blank=True, related_name="cases")
    appointment = models.OneToOneField(
        "booking.Appointment", models.CASCADE, null=True, blank=True, related_name="case"
    )
    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="cases")
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("email"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=32, blank=True)
    may_call = models.BooleanField(_("agreed to a call"), default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["state", "opened_at"], name="case_by_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.contact_name or _('no contact')}"


class CaseEvent(models.Model):
    """Append-only: who did what about a case, when and why. The note may touch on health, so it is encrypted."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=20)
    note = EncryptedJSONField(null=True)

    class Meta:
        ordering = ["at", "id"]


class Clearance(models.Model):
    """A physician's agreement, recorded by a named member of staff against one PHYSICIAN case.

    Bound to the person and to that intake: any new answer makes it void. One counts at a time; one that was voided can
    be followed by another. `limits` holds regions to avoid and notes, encrypted.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="clearances")
    intake = models.ForeignKey(Intake, models.CASCADE, related_name="clearances")
    written_by = EncryptedTextField(_("who wrote"), max_length=120)
    written_date = models.DateField(_("date of the letter"))
    allowed_treatments = models.JSONField(default=list)
    limits = EncryptedJSONField()
    valid_until = models.DateField(_("valid until and including"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(voided_at=None), name="one_clearance_counts_at_a_time"
            )
        ]

    def allows(self, treatment: Treatment) -> bool:
        """Whether the letter covers `treatment`; one that the clinic added goes with the one that it is like."""
        return treatment.counts_as in self.allowed_treatments
