"""How long, in the unit that people think in: "45 minutes", "2 hours", "27 hours", "3 days". Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR, DAY = 60, 24 * 60
DAYS_FROM = 2 * DAY  # people say "24 hours" and "36 hours", but "3 days"


def format_span_of(minutes: int) -> str:
    """Whole days from two days on, else hours, with minutes where there are any."""
    if minutes >= DAYS_FROM and minutes % DAY == 0:
        days = minutes // DAY
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    hours, rest = divmod(minutes, HOUR)
    hours_words = ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    minutes_words = ngettext("%(count)s minute", "%(count)s minutes", rest) % {"count": rest}
    if not hours:
        return minutes_words
    return _("%(hours)s %(minutes)s") % {"hours": hours_words, "minutes": minutes_words} if rest else hours_words
