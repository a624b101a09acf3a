from django.urls import path

from booking.web import api, api_facts
from booking.web.api_facts import open_to_others

app_name = "api"

urlpatterns = [
    path("treatments", open_to_others(api.treatments), name="treatments"),
    path("locations", open_to_others(api_facts.locations), name="locations"),
    path("therapists", open_to_others(api_facts.therapists), name="therapists"),
    path("starts", open_to_others(api.starts), name="starts"),
    path("days", open_to_others(api.days), name="days"),
    path("openapi.json", open_to_others(api.openapi), name="openapi"),
]
