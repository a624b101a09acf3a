"""What a search shows: who was found, by what, and when they come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment
from booking.people.search import Answer, Hit
from booking.wording.phones import format_phone
from booking.wording.times import Wall, format_moment
from clinic.panel.search.load import Visits

Hidden = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """One person. `contact` is empty for whoever may not see any; `note` says that the name is spelled nearly so."""

    public_id: str
    url: str
    name: str
    contact: str
    is_by_phone: bool
    note: str
    visits: str


@dataclass(frozen=True)
class SearchPage:
    """`said`: in one sentence what was found; empty where nothing was looked for. `hidden` goes along, such as a gap.

    `new_url`: where a visit for somebody new is booked; empty without the right.
    """

    words: str = ""
    said: str = ""
    is_nobody: bool = False
    found: tuple[Found, ...] = ()
    more: str = ""
    new_url: str = ""
    hidden: Hidden = ()


def describe_search(
    words: str,
    answer: Answer,
    visits: Mapping[int, Visits],
    *,
    country: str,
    gap: Mapping[str, str] | None,
    sees_contacts: bool,
    may_book: bool,
) -> SearchPage:
    """Phones are written as in `country`. `gap`: for which a person is looked for; None where none is, and the record is opened."""
    query = urlencode(gap or {})
    book = reverse("panel:book")
    is_asked = bool(words.strip())
    return SearchPage(
        words=words,
        said=_say(words, answer) if is_asked else "",
        is_nobody=is_asked and not answer.hits,
        found=tuple(
            _describe(
                hit,
                visits[hit.client_id],
                gap_query=None if gap is None else query,
                country=country if sees_contacts else "",
            )
            for hit in answer.hits
        ),
        more=_more(answer),
        new_url=f"{book}?{query}" if query and may_book else book if may_book else "",
        hidden=() if gap is None else (*gap.items(), ("for", "visit")),
    )


def _describe(hit: Hit, visits: Visits, *, gap_query: str | None, country: str) -> Found:
    url = reverse("panel:person", args=[hit.public_id])
    if gap_query is not None:
        url = f"{reverse('panel:book')}?{urlencode({'client': hit.public_id})}{'&' if gap_query else ''}{gap_query}"
    return Found(
        public_id=hit.public_id,
        url=url,
        name=hit.name,
        contact=_contact(hit, country) if country else "",
        is_by_phone=hit.by_phone or hit.by_email,
        note=_("spelled nearly so") if hit.is_nearly else "",
        visits=_say_visits(visits),
    )


def _contact(hit: Hit, country: str) -> str:
    """What was looked for; else the phone, if there is one."""
    return hit.email if hit.by_email or not hit.phone else format_phone(hit.phone, country=country)


def _say(words: str, answer: Answer) -> str:
    if not answer.hits:
        return _("Nobody called %(words)s.") % {"words": words.strip()}
    count = len(answer.hits) + answer.more
    if answer.is_cut:
        return _("More than %(count)s people.") % {"count": count - 1}
    return ngettext("%(count)s person.", "%(count)s people.", count) % {"count": count}


def _more(answer: Answer) -> str:
    if not answer.more:
        return ""
    if answer.is_cut:
        return _("Many more: type more.")
    return ngettext("%(count)s more: type more.", "%(count)s more: type more.", answer.more) % {"count": answer.more}


def _say_visits(visits: Visits) -> str:
    parts: Sequence[str] = (
        *((_("Next: %(visit)s.") % {"visit": _say_visit(visits.coming)},) if visits.coming else ()),
        *((_("Nothing booked."),) if visits.last and not visits.coming else ()),
        *((_("Last: %(visit)s.") % {"visit": _say_visit(visits.last)},) if visits.last and not visits.coming else ()),
        ngettext("%(count)s visit", "%(count)s visits", visits.count) % {"count": visits.count},
    )
    return " ".join(parts) if visits.count else _("No visits yet")


def _say_visit(visit: Appointment) -> str:
    when = format_moment(visit.starts_at, Wall.of_visit(visit))
    return _("%(when)s, %(therapist)s") % {"when": when, "therapist": visit.therapist.name}
