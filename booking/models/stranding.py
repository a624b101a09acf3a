"""A visit that no longer fits where it is: the clinic changed the hours, skills or rooms that it rests on.

Written only by `booking.scheduling.stranding`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment


class Stranding(models.Model):
    """The visit needs a new time. `why` is a `booking.scheduling.fitting.Why`; what it says is worded when it is shown.

    It ends when the visit is moved, cancelled or fits again. `kept_at` and `kept_by`: staff looked at it and keep the
    time all the same, for this `why` and no other.
    """

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="strandings")
    why = models.CharField(max_length=10)
    since_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("visit that needs a new time")
        verbose_name_plural = _("visits that need a new time")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(ended_at__isnull=True), name="stranding_one_open_per_visit"
            ),
        ]
