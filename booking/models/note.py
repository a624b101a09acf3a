"""What a therapist writes of a visit: one note a visit, closed once it is signed, and what is added to it later.

Written only by `booking.notes`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.client import Client
from services.encrypted import EncryptedJSONField, EncryptedTextField
from services.models import Treatment
from services.sealed import Seal

LONGEST_ADDITION = 2_000  # characters


class Note(models.Model):
    """`content` is a `booking.notes.content.Content`, encrypted. `version` rises with each time it is saved.

    Once `signed_at` is filled, the database refuses to change or delete the row.
    """

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="note")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = EncryptedJSONField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    seal = Seal(
        "booking_note", says="a signed note is never changed", once="signed_at", unique=("id", "appointment_id")
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="note_is_signed_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(signed_at__isnull=True), name="note_unsigned")]


class NoteAddition(models.Model):
    """What is said beside a signed note, never over it. The database refuses to change or delete it."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="additions")
    text = EncryptedTextField(max_length=LONGEST_ADDITION)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    seal = Seal("booking_noteaddition", says="an addition to a note is never changed")

    class Meta:
        verbose_name = _("addition to a note")
        verbose_name_plural = _("additions to notes")
        ordering = ["id"]


class NoteGrant(models.Model):
    """An owner lets somebody read a person's notes until `until` (UTC), for a reason. `ended_at`: taken back before."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="note_grants")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = EncryptedTextField(max_length=300)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("grant to read notes")
        verbose_name_plural = _("grants to read notes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["reader", "client"], name="note_grant_by_reader")]


class NotePart(models.TextChoices):
    """The parts of a note that phrases and templates are for."""

    FOUND = "found", _("Found")
    DID = "did", _("Did")
    NEXT = "next", _("Next")


class NotePhrase(models.Model):
    """Words of the clinic's own, put into a part of a note with one press. Without a treatment: for each of them."""

    part = models.CharField(_("part"), max_length=5, choices=NotePart)
    words = models.CharField(_("words"), max_length=60)
    treatment = models.ForeignKey(
        Treatment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("treatment")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("phrase for notes")
        verbose_name_plural = _("phrases for notes")
        ordering = ["part", "position", "id"]
        constraints = [models.CheckConstraint(condition=Q(part__in=NotePart.values), name="note_phrase_part_is_known")]


class NoteTemplate(models.Model):
    """What a new note of a treatment begins with: the clinic's own words, about nobody."""

    treatment = models.OneToOneField(Treatment, models.CASCADE, related_name="+", verbose_name=_("treatment"))
    found = models.TextField(_("found"), max_length=1_000, blank=True)
    did = models.TextField(_("did"), max_length=1_000, blank=True)
    next = models.TextField(_("next"), max_length=1_000, blank=True)

    class Meta:
        verbose_name = _("template for notes")
        verbose_name_plural = _("templates for notes")
        ordering = ["treatment"]
