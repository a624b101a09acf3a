"""The page about muscle spasms."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.intake.signing import signature_of_spasms
from booking.rules.advice import CALL_AT_ONCE_IF
from booking.rules.spasms import Text, load_text
from booking.web.site import Page, Site
from booking.wording.times import format_day

# By anchor: what people try at home is easier to find in boxes, and a doctor's section has the doctor's colour.
IN_BOXES, FOR_A_DOCTOR = "what-you-can-do-yourself", "when-to-see-a-doctor"


@dataclass(frozen=True)
class Part:
    """A section, and how it is laid out."""

    title: str
    anchor: str
    blocks: tuple[object, ...]
    is_boxed: bool
    is_for_a_doctor: bool


@dataclass(frozen=True, kw_only=True)
class SpasmsPage(Page):
    """`checked` says which clinician has read it, and when."""

    text: Text
    parts: tuple[Part, ...]
    call_at_once_if: tuple[str, ...]
    checked: str


def make_spasms_page(site: Site) -> SpasmsPage:
    text = load_text()
    return SpasmsPage(
        site=site,
        text=text,
        parts=tuple(
            Part(one.title, one.anchor, one.blocks, one.anchor == IN_BOXES, one.anchor == FOR_A_DOCTOR)
            for one in text.sections
        ),
        call_at_once_if=CALL_AT_ONCE_IF,
        checked=_describe_check(),
    )


def _describe_check() -> str:
    found = signature_of_spasms()
    if found is None:
        return _("No clinician has checked this page yet.")
    return _("Checked by %(name)s on %(day)s.") % {
        "name": found.clinician_name,
        "day": format_day(found.signed_date, with_year=True),
    }
