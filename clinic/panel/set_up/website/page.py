"""What the page about the clinic's website shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from booking.web.site import Site, load_site
from clinic.panel.set_up.website.forms import WebsiteForm
from services.models import ClinicPolicy


@dataclass(frozen=True)
class WebsitePage:
    """`site` and `towns` as clients see them now, whatever is typed in the form."""

    form: WebsiteForm
    site: Site
    towns: str


def make_form(data: Any = None, files: Any = None, *, typed: Mapping[str, Any] | None = None) -> WebsiteForm:
    """With `typed` over what is stored by now."""
    return WebsiteForm(data, files, policy=ClinicPolicy.current(), typed=typed)


def describe_page(form: WebsiteForm) -> WebsitePage:
    site = load_site()
    return WebsitePage(form, site, site.towns)
