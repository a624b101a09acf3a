from django.urls import path

from booking.web import api

app_name = "api"

urlpatterns = [
    path("treatments", api.treatments, name="treatments"),
    path("starts", api.starts, name="starts"),
    path("days", api.days, name="days"),
    path("openapi.json", api.openapi, name="openapi"),
]
