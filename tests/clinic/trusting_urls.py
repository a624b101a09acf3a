"""One view that trusts what it is sent, for the control of the fuzz test."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from clinic import urls
from clinic.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def trusting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(int(request.GET.get("from", "1"))))


urlpatterns = [path("trusting/", trusting), *urls.urlpatterns]
