"""How far visitors came, as counts that name nobody: see `booking.intake.ends`, which alone writes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JourneyEnd(models.Model):
    """How many journeys that began in one month ended where. `month` is its first day, local to the clinic's home."""

    class Where(models.TextChoices):
        """In the order of the journey."""

        START = "start", _("before the safety check")
        CHECK = "check", _("in the safety check")
        STOPPED = "stopped", _("stopped by the safety check")
        TIME = "time", _("at the choice of a time")
        DETAILS = "details", _("at name and contact")
        BOOKED = "booked", _("booked")

    month = models.DateField()
    where = models.CharField(max_length=10, choices=Where)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("where journeys ended")
        verbose_name_plural = _("where journeys ended")
        constraints = [models.UniqueConstraint(fields=["month", "where"], name="journey_end_once_a_month")]
