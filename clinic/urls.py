from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from clinic import demo_mail
from clinic.running import health, metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/login/", RedirectView.as_view(pattern_name="panel:sign_in", query_string=True)),
    path("admin/", admin.site.urls),
    path("panel/", include("clinic.panel.urls")),
    path("api/v1/", include("booking.web.api_urls")),
    path("", include("booking.web.urls")),
]
if settings.IS_DEMO:
    urlpatterns.append(path("demo/mail/", include(demo_mail)))
# Pages in the clinic's own voice; Django's would need inline styles.
handler400 = "booking.web.errors.bad_request"
handler403 = "booking.web.errors.not_allowed"
handler404 = "booking.web.errors.not_found"
handler500 = "booking.web.errors.server_error"
