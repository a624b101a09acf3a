from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from clinic import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/login/", RedirectView.as_view(pattern_name="panel:sign_in", query_string=True)),
    path("admin/", admin.site.urls),
    path("panel/", include("clinic.panel.urls")),
    # The JSON contract under api/v1/ and the client's journey at the root come with booking.web.
]
