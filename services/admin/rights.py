"""Who may use the back office, and how a refusal of the rota is shown there."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from services import rota
from services.locks import lock_parents
from services.models import Location, Therapist


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


def review_of(request: HttpRequest) -> rota.Review:
    """What looks at the visits after a change: the floor above has put it there, see `clinic.panel.before_saving`."""
    review: rota.Review = request.rota_review  # type: ignore[attr-defined]
    return review


class ForSuperusers:
    """Single permissions count for nothing here: only superusers come in."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)


class NeverDeleted(ForSuperusers):
    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RotaAdmin(ForSuperusers, admin.ModelAdmin):
    """Writes through `services.rota`. A refusal that the form could not foresee, after a race, becomes a message."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except rota.RotaRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return response

    def remove(self, request: HttpRequest, row: Any) -> None:
        """Remove one row through the rota."""
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """All or none, and with the locks of all taken first, in the order in which everybody takes them."""
        with transaction.atomic():
            lock_parents(
                therapist_ids=Therapist.objects.values_list("pk", flat=True),
                location_ids=Location.objects.values_list("pk", flat=True),
            )
            for row in queryset:
                self.remove(request, row)
