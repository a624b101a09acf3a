"""What the nights have erased: see `booking.people.retention`, which alone writes it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionRun(models.Model):
    """One night's work. Moments in UTC; `night_at` is when the night began, `finished_at` is null until all is done.

    `reached` says where the next batch goes on: which step, and after which key. `counts` are rows by model, and name
    nobody.
    """

    night_at = models.DateTimeField(unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    reached = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("night of erasing")
        verbose_name_plural = _("nights of erasing")
        ordering = ["-night_at"]
