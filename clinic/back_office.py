"""The Django admin of this clinic: superusers only, second factor first, and everything done there is on record."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from booking.models import Client
from clinic.audit import write_entry, write_view

# Rows that show a person: looking at one is a view of that person, a list of them is a line of its own.
ABOUT_PERSONS = frozenset({"client", "appointment", "case", "message"})
LISTS_ON_RECORD = ABOUT_PERSONS | {"auditentry"}


class Recorded(admin.ModelAdmin):
    """Laid over every page of the admin: its log goes into the trail as well, where nobody can change it."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.record(request, verb="add", objects=[obj], fields=_names(message))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.record(request, verb="change", objects=[obj], fields=_names(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        self.record(request, verb="remove", objects=queryset, fields=[])
        return super().log_deletions(request, queryset)

    def record(self, request: HttpRequest, *, verb: str, objects: Iterable[Model], fields: list[str]) -> None:
        """A line for each object; django runs this in the transaction of the change."""
        for obj in objects:
            write_entry(
                by=request.user,
                verb=verb,
                object_type=str(self.opts.verbose_name_raw).lower()[:30],
                object_id=str(obj.pk),
                fields=fields,
                now=timezone.now(),
            )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever opens a row about a person has looked at that person."""
        obj = kwargs.get("obj")
        if obj is not None and self.opts.model_name in ABOUT_PERSONS:
            write_view(by=request.user, client_id=_person_of(obj), now=timezone.now(), fields=["visit", "contacts"])
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A list of persons, or the trail itself; what was searched for in it is not kept."""
        if self.opts.model_name in LISTS_ON_RECORD:
            write_entry(
                by=request.user,
                verb="list",
                object_type=str(self.opts.model_name),
                object_id="",
                now=timezone.now(),
            )
        return super().changelist_view(request, extra_context)


class BackOffice(admin.AdminSite):
    """Takes the place of Django's own site, so that no registration, ours or a library's, can go past the trail."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers only, with the second factor where it is asked for."""
        from clinic.panel.signing_in import needs_second_factor

        user = request.user
        return bool(user.is_active and user.is_superuser) and not needs_second_factor(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        page = admin_class or admin.ModelAdmin
        super().register(model_or_iterable, type(page.__name__, (Recorded, page), {}), **options)


def _names(message: Any) -> list[str]:
    """The fields that Django's change message names; the values and the words of objects in it are left out."""
    if not isinstance(message, list):
        return []
    parts = [part for step in message for part in step.values()]
    return [str(name) for part in parts for name in part.get("fields", [part["name"]] if "name" in part else [])]


def _person_of(obj: Model) -> int | None:
    """The person a row is about: itself, or whom it points to, at first or second hand."""
    if isinstance(obj, Client):
        return obj.pk
    near = getattr(obj, "appointment", None) or obj
    found = getattr(near, "client_id", None)
    return found if isinstance(found, int) else None
