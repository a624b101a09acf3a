"""A list of people or of visits that an owner brings in from another system, and what it has become."""

import base64
import json
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.client import Client
from booking.models.reference import make_public_id
from services.encrypted import EncryptedJSONField, EncryptedTextField


def pack(value: Any) -> str:
    """A JSON value in few letters."""
    return base64.b85encode(zlib.compress(json.dumps(value, ensure_ascii=False).encode())).decode()


def unpack(stored: str) -> Any:
    """What `pack` has packed; None for an empty text."""
    return json.loads(zlib.decompress(base64.b85decode(stored))) if stored else None


class Bringing(models.Model):
    """One file, whose it is, and how far it has come.

    Until it is applied, `text` is the file and `plan` what was read from it, both packed and encrypted; they end then, or
    at `kept_until` (UTC). Once applied, the row stays until `kept_until` so that it can be undone, with no name in it.
    `columns` says what each column of the file is read as, `choices` what was said about a line, by its number.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", _("people")
        VISITS = "visits", _("visits")

    public_id = models.CharField(max_length=32, unique=True, default=make_public_id)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = EncryptedTextField(max_length=200, blank=True)
    text = EncryptedJSONField(default=str)
    plan = EncryptedJSONField(default=str)
    columns = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    kept_until = models.DateTimeField(db_index=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("file brought in")
        verbose_name_plural = _("files brought in")
        ordering = ["-id"]


class Brought(models.Model):
    """What one line of a file has become: a new person, a person in whose record something was filled in, or a visit.

    `filled` names the fields; empty for somebody new. `version` is that of the person's record, or the last event of the
    visit, as the file left it: whatever is another one by now was changed since.
    """

    bringing = models.ForeignKey(Bringing, models.CASCADE, related_name="brought")
    line = models.PositiveIntegerField()
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="+")
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="+")
    is_new = models.BooleanField(default=False)
    filled = models.JSONField(default=list)
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = _("line brought in")
        verbose_name_plural = _("lines brought in")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["bringing", "line"], name="brought_once_per_line")]
