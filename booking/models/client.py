"""Who is treated, what staff write about them, and what is known of two records of one person."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.folding import keys_of
from booking.models.reference import make_public_id
from services import catalogue
from services.encrypted import EncryptedJSONField, EncryptedTextField

# What a person is found by, and whether they are there to be found.
SEARCHED = frozenset({"name", "email", "phone", "erased_at", "merged_into"})
AT_ONCE = 500  # people whose keys are written by one statement or a few


class ClientQuerySet(models.QuerySet["Client"]):
    """Whatever writes a name or a contact writes the keys that the person is found by, in the same transaction."""

    def bulk_create(
        self,
        objs: Iterable["Client"],
        *args: Any,
        keys: "Sequence[Collection[tuple[int, bytes]]] | None" = None,
        **more: Any,
    ) -> list["Client"]:
        """`keys`: of each, for whoever has worked them out before the transaction, so that it is a short one."""
        with transaction.atomic(savepoint=False):
            made = super().bulk_create(objs, *args, **more)
            if keys is None:
                write_keys(made)
            else:
                _insert_keys((client.pk, found) for client, found in zip(made, keys, strict=True))
        return made

    def update(self, **fields: Any) -> int:
        if not SEARCHED & fields.keys():
            return super().update(**fields)
        with transaction.atomic(savepoint=False):
            changed = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**fields)
            rewrite_keys(changed)
        return count

    update.alters_data = True  # type: ignore[attr-defined]


class Client(models.Model):
    """The person who is treated. An email address is not an identity: several people may share one.

    `public_id` stands in addresses of the panel: the number would say how many clients there are, and who came after whom.
    `birth_date` is an ISO day, encrypted. `version` rises with each correction, so that two editors notice each other.
    `household` is the same random word for people who belong together; it gives no right. A record that turned out to
    be somebody's second one is `merged_into` the other, and is nobody's from then on.
    Writing a name or contact writes the keys that the person is found by (`SearchKey`).
    """

    public_id = models.CharField(max_length=32, unique=True, default=make_public_id)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    birth_date = EncryptedTextField(_("date of birth"), max_length=10, blank=True)
    household = models.CharField(max_length=32, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("first booked"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name"], name="client_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="client_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **more: Any) -> None:
        update_fields = None if update_fields is None else set(update_fields)
        is_new = self._state.adding
        with transaction.atomic(savepoint=False):
            super().save(update_fields=update_fields, **more)
            if is_new:
                write_keys([self])
            elif update_fields is None or SEARCHED & update_fields:
                rewrite_keys([self.pk])

    @property
    def born(self) -> date | None:
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    def standing(self) -> "Client":
        """The record that counts for this person now: itself, unless it was merged into another."""
        found: Client = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


# Whose record can be opened, found and booked for.
STANDING = Q(erased_at=None, merged_into=None)


class DeskLine(models.Model):
    """What staff write about a person, for whoever deals with them next. Struck, it is no longer shown, and stays on record."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="desk_lines")
    text = EncryptedTextField(max_length=300)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("desk line")
        verbose_name_plural = _("desk lines")
        ordering = ["id"]


class NotTheSame(models.Model):
    """Staff have looked at two records that seemed to be one person's, and they are two people's. `one` came first."""

    one = models.ForeignKey(Client, models.CASCADE, related_name="+")
    other = models.ForeignKey(Client, models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_the_same_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="not_the_same_in_order"),
        ]


class Merge(models.Model):
    """What undoing a merge needs, for as long as it can be undone: until `undo_until` (UTC).

    `was` holds the fields of `kept` as they were, and as the merge left them; `moved` the numbers of the rows that
    came over from `gone`, by the table. Both end with the day.
    """

    kept = models.ForeignKey(Client, models.CASCADE, related_name="merges")
    gone = models.OneToOneField(Client, models.CASCADE, related_name="merge")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undo_until = models.DateTimeField(db_index=True)
    was = EncryptedJSONField()
    moved = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["id"]


class SearchKey(models.Model):
    """One of the keys that a person is found by, see `folding`. `kind` is one of its kinds.

    Keys are UTF-8 and not text, so that every database puts them in the same order: a question is a range of them.
    """

    client = models.ForeignKey(Client, models.CASCADE, db_index=False, related_name="search_keys")
    kind = models.PositiveSmallIntegerField()
    key = models.BinaryField(max_length=160)

    class Meta:
        verbose_name = _("search key")
        verbose_name_plural = _("search keys")
        indexes = [models.Index(fields=["kind", "key", "client"], name="search_key_by_key")]
        constraints = [models.UniqueConstraint(fields=["client", "kind", "key"], name="search_key_once_per_client")]


def expected_keys(client: Client, *, country: str) -> set[tuple[int, bytes]]:
    """The keys that a client has to have; none once erased or merged into another. Numbers without + are dialled from `country`."""
    if client.erased_at is not None or client.merged_into_id is not None:
        return set()
    found = keys_of(name=client.name, email=client.email, phone=client.phone, country=country)
    return {(kind, key.encode()) for kind, key in found}


def pack_keys(found: Collection[tuple[int, bytes]]) -> bytes:
    """In a tenth of the memory, for whoever holds those of fifty thousand people. No key has a NUL in it."""
    return b"\0".join(b"%d%b" % (kind, key) for kind, key in sorted(found))


def unpack_keys(packed: bytes) -> list[tuple[int, bytes]]:
    return [(int(one[:1]), one[1:]) for one in packed.split(b"\0")] if packed else []


def write_keys(clients: Iterable[Client]) -> None:
    """For clients who have none yet, in the caller's transaction."""
    country = catalogue.home_country()
    _insert_keys((client.pk, expected_keys(client, country=country)) for client in clients)


def _insert_keys(found: Iterable[tuple[int, Collection[tuple[int, bytes]]]]) -> None:
    """As plain rows: a list of people has some twenty-five for each of them."""
    rows = [(pk, kind, key) for pk, keys in found for kind, key in sorted(keys)]
    if not rows:
        return
    with connection.cursor() as cursor:
        # PostgreSQL takes several times as long over many single ones.
        if connection.vendor == "postgresql" and len(rows) >= AT_ONCE:
            with cursor.copy("COPY booking_searchkey (client_id, kind, key) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany('INSERT INTO "booking_searchkey" (client_id, kind, key) VALUES (%s, %s, %s)', rows)


def rewrite_keys(client_ids: Collection[int]) -> None:
    """As name and contacts are now, in the caller's transaction."""
    ids = sorted(client_ids)
    for chunk in (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)):
        SearchKey.objects.filter(client__in=chunk).delete()
        write_keys(Client.objects.filter(pk__in=chunk))
