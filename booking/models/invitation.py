"""Who was asked by email to work here, and has not come yet."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from booking.models.reference import make_public_id
from services.models import Therapist


class Invitation(models.Model):
    """An account that is still to be made. The row ends when it is made, or when an owner withdraws it.

    `role` is one of `clinic.models.StaffProfile`. `sent_at` (UTC): from then the link works, for as long as
    `booking.links.INVITATION_LASTS` says; sending it again raises the `generation`, which voids the link before.
    """

    public_id = models.CharField(max_length=32, unique=True, default=make_public_id)
    generation = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10)
    therapist = models.OneToOneField(Therapist, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_invitation_an_address")]

    def __str__(self) -> str:
        return self.name
