from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RulebookSignature(models.Model):
    """A clinician has read one version of the rulebook, or of the page about spasms, and put a name to it.

    Never changed; a new version needs a new one.
    """

    rulebook_version = models.CharField(_("version of the rulebook"), max_length=64, unique=True)
    clinician_name = models.CharField(_("clinician's name"), max_length=120)
    registration = models.CharField(_("registration"), max_length=60)
    signed_date = models.DateField(_("date of the signature"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature of the rulebook")
        verbose_name_plural = _("signatures of the rulebook")
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.clinician_name}, {self.signed_date}"
