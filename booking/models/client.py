from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.reference import make_public_id


class Client(models.Model):
    """The person who is treated. An email address is not an identity: several people may share one.

    `public_id` stands in addresses of the panel: the number would say how many clients there are, and who came after whom.
    """

    public_id = models.CharField(max_length=32, unique=True, default=make_public_id)
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
