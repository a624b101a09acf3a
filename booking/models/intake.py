"""Answers on the way (Draft), complete answers (Intake), and what the rulebook said of them (Decision)."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.client import Client
from booking.models.reference import make_public_id, make_reference
from booking.rules.levels import BOOKABLE, Level
from services.encrypted import EncryptedJSONField
from services.models import Location, Therapist, Treatment

LEVEL_NAMES = {
    Level.CLEAR: _("clear"),
    Level.CAUTION: _("careful"),
    Level.PHYSICIAN: _("physician first"),
    Level.EMERGENCY: _("emergency"),
}


class Intake(models.Model):
    """A client's answers as they were given, with the consent to keep them. Never changed.

    `is_complete` is false only where an emergency sign stopped the questions halfway.
    `previous` is the intake that this one corrects or follows.
    """

    reference = models.CharField(max_length=8, unique=True, default=make_reference)
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="intakes")
    answers = EncryptedJSONField()
    is_complete = models.BooleanField(default=True)
    schema_version = models.CharField(max_length=20)
    consent_text_version = models.CharField(max_length=20)
    consent_name = models.CharField(max_length=120, blank=True)
    consented_at = models.DateTimeField()
    created_at = models.DateTimeField()
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")

    class Meta:
        verbose_name = _("safety intake")
        verbose_name_plural = _("safety intakes")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_at"], name="intake_by_creation")]

    def __str__(self) -> str:
        return self.reference


class Decision(models.Model):
    """What triage said of one intake under one rulebook. A changed rulebook adds one and edits none.

    An empty `level` means that a rule could not be evaluated: a person must look.
    `conditions` are keys of what must be settled first. `findings` holds ids of rules, keys of treatments and regions,
    and the answers behind them, encrypted. `mapped_from` is the version of the questions that was answered, where it
    is not the one that was decided on.
    """

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="decisions")
    rulebook_version = models.CharField(max_length=64)
    mapped_from = models.CharField(max_length=20, blank=True)
    level = models.CharField(
        max_length=10, choices=[(level.value, name) for level, name in LEVEL_NAMES.items()], blank=True
    )
    conditions = models.JSONField(default=list)
    findings = EncryptedJSONField()
    decided_at = models.DateTimeField()
    valid_until = models.DateField(_("valid until and including"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "rulebook_version"], name="decision_once_per_rulebook"),
            models.CheckConstraint(
                condition=models.Q(level__in=["", *(level.value for level in Level)]),
                name="decision_level_is_known_or_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intake}: {self.level or _('a person must look')}"

    @property
    def is_bookable(self) -> bool:
        """Whether it leads to a massage without a doctor's word; never without a level."""
        return self.level in BOOKABLE


class AdviceAnswers(models.Model):
    """What a client answers after booking, for better advice. It decides nothing and voids nothing."""

    intake = models.OneToOneField(Intake, models.CASCADE, related_name="for_advice")
    answers = EncryptedJSONField()
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answers for advice")
        verbose_name_plural = _("answers for advice")


class Draft(models.Model):
    """A visitor's journey on the way, known by the random id in the session. Gone after 24 hours.

    `answers` is emptied as soon as it was decided. `typed` keeps names and contacts between pages.
    `wished_start` is the start that was pressed before the check: it reserves nothing.
    `previous_intake` is what a returning client, or one who corrects an answer, starts from.
    """

    id = models.CharField(primary_key=True, max_length=32, default=make_public_id)
    answers = EncryptedJSONField(null=True)
    typed = EncryptedJSONField(null=True)
    treatment = models.ForeignKey(Treatment, models.CASCADE, null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    location = models.ForeignKey(Location, models.CASCADE, null=True)
    wished_start = models.DateTimeField(null=True)
    wished_therapist = models.ForeignKey(Therapist, models.SET_NULL, null=True)
    client = models.ForeignKey(Client, models.CASCADE, null=True)
    intake = models.ForeignKey(Intake, models.CASCADE, null=True, related_name="+")
    previous_intake = models.ForeignKey(Intake, models.CASCADE, null=True, related_name="+")
    consented_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    @property
    def wished(self) -> tuple[datetime, int] | None:
        """The start (UTC) that is wished for, and the therapist's id; None where either is missing."""
        if self.wished_start is None or self.wished_therapist_id is None:
            return None
        return self.wished_start, self.wished_therapist_id
