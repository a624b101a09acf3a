"""Pictures and the clinic's colour: files whose address names what is in them, so that browsers keep them for ever."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from services import colours, pictures

FOR_EVER = cache_control(public=True, max_age=365 * 24 * 60 * 60, immutable=True)


@require_safe
@FOR_EVER
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    content = pictures.content_of(digest=digest)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type=pictures.CONTENT_TYPE)


@require_safe
@FOR_EVER
def colour(request: HttpRequest, colour: str) -> HttpResponse:
    """The tokens of a colour, given as six digits. Only of one that a clinic may have."""
    if colours.find_fault(f"#{colour}"):
        raise Http404
    return HttpResponse(colours.stylesheet(f"#{colour}"), content_type="text/css; charset=utf-8")
