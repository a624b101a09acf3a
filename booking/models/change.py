"""That something was changed which staff's day shows: see `booking.changes`."""

from django.db import models


class Change(models.Model):
    """Written by triggers only. The sum of all values says whether anything has changed; no row says what."""

    value = models.BigIntegerField()
