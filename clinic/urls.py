from django.contrib import admin
from django.urls import path

from clinic import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    # The JSON contract under api/v1/ and the client's journey at the root come with booking.web.
]
