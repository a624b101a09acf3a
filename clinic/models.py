"""Who works here, who has taken up what, and who looked at what."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.messages.to_staff import LATE
from booking.models import StaffMails
from services.models import Therapist
from services.sealed import Seal

# What somebody in this role is mailed until they choose: the clinic's own address has requests and cases already, and
# a therapist would hear of each visit twice, from the phone on the desk and in the middle of a treatment.
USUAL_MAILS = {"owner": [LATE], "reception": [LATE]}


class StaffProfile(models.Model):
    """A Django user's part in the clinic. A therapist's profile names the therapist."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        RECEPTION = "reception", _("reception")
        THERAPIST = "therapist", _("therapist")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_profile")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    therapist = models.OneToOneField(Therapist, models.SET_NULL, null=True, blank=True, related_name="staff_profile")

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "reception", "therapist"]), name="staff_role_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **fields: Any) -> None:
        """Whoever begins here gets the emails that are usual for the role; later the choice is theirs."""
        super().save(*args, **fields)
        own = {"only_own": self.role == self.Role.THERAPIST, "therapist": self.therapist}
        usual = USUAL_MAILS.get(str(self.role), [])
        StaffMails.objects.update_or_create(user=self.user, defaults=own, create_defaults=own | {"kinds": usual})


class Taken(models.Model):
    """Somebody has taken up something that waits: the row `row_id` of a kind of `clinic.panel.door.waiting`.

    A case has an owner of its own instead. Written only by `clinic.panel.to_do.taking`.
    """

    kind = models.CharField(max_length=12)
    row_id = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("taken up")
        verbose_name_plural = _("taken up")
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="taken_once")]


class AuditEntry(models.Model):
    """Who saw or changed whose record. Holds ids and field names, never values; the database refuses to alter it."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=30)
    object_type = models.CharField(max_length=30)
    object_id = models.CharField(max_length=40)
    fields = models.JSONField(default=list)

    seal = Seal("clinic_auditentry", says="audit entries are never changed")

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
