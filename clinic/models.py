"""Who works here, who has taken up what, and who looked at what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models import Therapist
from services.sealed import Seal


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
