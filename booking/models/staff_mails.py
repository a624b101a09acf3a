"""Which emails somebody who works here has chosen to get."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models import Therapist


class StaffMails(models.Model):
    """The choice of one account: `kinds` are keys of `booking.messages.to_staff.CHOICES`.

    `only_own`: only of visits that `therapist` gives, as `clinic.models.StaffProfile` says when it is saved. The address
    is the account's.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails")
    kinds = models.JSONField(default=list)
    only_own = models.BooleanField(default=False)
    therapist = models.ForeignKey(Therapist, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("emails that somebody chose")
        verbose_name_plural = _("emails that somebody chose")
