from django.db import models
from django.utils.translation import gettext_lazy as _


class Client(models.Model):
    """The person who is treated. An email address is not an identity: several people may share one."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    created_at = models.DateTimeField(_("first booked"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name"], name="client_by_name")]

    def __str__(self) -> str:
        return self.name
