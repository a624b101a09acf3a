"""The Django admin of this clinic: superusers only, second factor first, and everything done there is on record.

What would strand visits is asked about before it is saved.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Client
from booking.scheduling.stranding import Review, WouldStrand, reviewing
from clinic.panel.before_saving import describe_question, goes_back, seen_visits
from clinic.panel.stranded import say_stranded
from clinic.record.audit import write_entry, write_view
from services.models import ClinicPolicy

# Rows that show a person: looking at one is a view of that person, a list of them is a line of its own.
ABOUT_PERSONS = frozenset({"client", "appointment", "case", "message"})
REMOVE = gettext_lazy("Remove all the same")
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


class AsksFirst(admin.ModelAdmin):
    """Laid over the pages of places, people, hours and time off: what would strand visits is named before it is saved."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        def change() -> HttpResponse:
            return super(AsksFirst, self).changeform_view(request, object_id, form_url, extra_context)

        if request.method == "POST" and goes_back(request):
            request.is_going_back = True  # type: ignore[attr-defined]
            return change()
        return self._ask_first(request, change, button=_("Save all the same"))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if goes_back(request):
            return HttpResponseRedirect(reverse(f"admin:services_{self.opts.model_name}_change", args=[object_id]))
        return self._ask_first(
            request, lambda: super(AsksFirst, self).delete_view(request, object_id, extra_context), button=str(REMOVE)
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if goes_back(request):
            return HttpResponseRedirect(request.get_full_path())
        return self._ask_first(
            request, lambda: super(AsksFirst, self).changelist_view(request, extra_context), button=str(REMOVE)
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Whoever goes back gets the form as it was typed, with a word that nothing is saved."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (_Unsaved, form), {}) if getattr(request, "is_going_back", False) else form

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _check(request)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _check(request)
        return super().log_change(request, obj, message)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        _check(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        _check(request)

    def _ask_first(self, request: HttpRequest, change: Callable[[], HttpResponse], *, button: str) -> HttpResponse:
        if request.method != "POST":
            return change()
        try:
            with reviewing(now=timezone.now(), seen=seen_visits(request)) as review:
                request.rota_review = review  # type: ignore[attr-defined]
                answer = change()
                if stranded := len(review.stranded()):
                    self.message_user(request, say_stranded(stranded), messages.WARNING)
        except WouldStrand as would:
            from services.admin.uploads import carry_picture  # registers its pages with this site

            context = self.admin_site.each_context(request) | {
                "title": _("Before you save"),
                "opts": self.opts,
                "page": describe_question(
                    request, would, button=button, carried=carry_picture(self.form, request.FILES)
                ),
            }
            return TemplateResponse(request, "admin/before_saving.html", context, status=409)
        return answer


class _Unsaved:
    """Laid over a form that is only to be shown again."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        self.add_error(None, _("Nothing is saved yet."))  # type: ignore[attr-defined]
        return cleaned


class NamedRows(BaseInlineFormSet):
    """In a table of rows only the head of a column says what its fields are; here each says it to a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label:
                field.widget.attrs.setdefault("aria-label", field.label)


class Named(admin.ModelAdmin):
    """Laid over every page of the admin as well: a list is called after its table, and no field is without a name."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A date and a time are two fields under one label."""
        form = super().get_form(request, obj, change=change, **kwargs)
        for field in form.base_fields.values():
            if isinstance(field.widget, AdminSplitDateTime):
                for widget, part in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                    widget.attrs["aria-label"] = f"{field.label}, {part}"
        return form

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Iterator[Any]:
        for rows, inline in super().get_formsets_with_inlines(request, obj):
            yield type(rows.__name__, (NamedRows, rows), {}), inline


class BackOffice(admin.AdminSite):
    """Takes the place of Django's own site, so that no registration, ours or a library's, can go past the trail.

    Nor can it leave a field without a name.
    """

    index_title = gettext_lazy("All tables")

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers only, with the second factor where it is asked for."""
        from clinic.panel.door.way_in import needs_second_factor

        user = request.user
        return bool(user.is_active and user.is_superuser) and not needs_second_factor(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Under the clinic's own name."""
        header = _("%(clinic)s, back office") % {"clinic": ClinicPolicy.current().clinic_name}
        return super().each_context(request) | {"site_header": header, "site_title": header}

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> TemplateResponse:
        """Called after what its tables are about."""
        title = apps.get_app_config(app_label).verbose_name
        return super().app_index(request, app_label, {"title": title, **(extra_context or {})})

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        page = admin_class or admin.ModelAdmin
        is_ground = page.__module__.startswith("services.")
        laid_over = (AsksFirst, Recorded, Named, page) if is_ground else (Recorded, Named, page)
        super().register(model_or_iterable, type(page.__name__, laid_over, {}), **options)


def _check(request: HttpRequest) -> None:
    """Before anything is said to have been saved. Raises WouldStrand."""
    review: Review = request.rota_review  # type: ignore[attr-defined]
    review.check()


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
