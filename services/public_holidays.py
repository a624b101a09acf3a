"""Public holidays of a country, from the package `holidays`: suggestions, which close nothing by themselves."""

from dataclasses import dataclass
from datetime import date

# The package's other kinds of English stand in where a country's names are not in this one.
LANGUAGE = "en_GB"


@dataclass(frozen=True)
class PublicHoliday:
    """Of the whole country; two that fall on one day are one, with both names."""

    day: date
    name: str


def public_holidays(*, country: str, first: date, last: date) -> list[PublicHoliday]:
    """Those from `first` to `last`, both included, in their order; none where the country (ISO alpha-2) is unknown.

    Regional holidays are left out. The first call of a process loads the package, which takes some tenths of a second.
    """
    # Only the page of time off needs it.
    import holidays

    years = range(first.year, last.year + 1)
    try:
        found = holidays.country_holidays(country, years=years, language=LANGUAGE)
    except NotImplementedError:
        return []
    return [PublicHoliday(day, ", ".join(found.get_list(day))) for day in sorted(found) if first <= day <= last]
