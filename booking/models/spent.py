"""How much of a limit each hand has used: see `booking.limits`, which alone writes it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Spent(models.Model):
    """A bucket that empties at a steady pace; `until` (UTC) is when it is empty again, and the row worth nothing.

    `subject` is a keyed hash of whose it is: no address, email or name is stored.
    """

    limit = models.CharField(max_length=20)
    subject = models.CharField(max_length=32)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("used limit")
        verbose_name_plural = _("used limits")
        constraints = [models.UniqueConstraint(fields=["limit", "subject"], name="spent_once_per_subject")]
