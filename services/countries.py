"""What differs from country to country: the zone's country, clock, locale of prices, paper, emergency number.

Countries are ISO 3166 alpha-2 codes. Zones and names come from the tz database and CLDR; nothing here is Django's.
"""

import re
from datetime import datetime, time
from functools import cache, lru_cache
from importlib.resources import files

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies
from phonenumbers import shortnumberinfo

# For a zone that belongs to no country (UTC), and for a clinic without a place.
FALLBACK = "IE"
NORTH_AMERICAN_CODE = 1
EUROPEAN_NUMBER = "112"
# Who calls for an ambulance dials this, where it is not 112, nor 911 in North America. Set-up asks to confirm it.
AMBULANCES = {
    "AE": "998", "AR": "107", "AU": "000", "BR": "192", "CL": "131", "CN": "120", "CO": "123", "EG": "123",
    "GB": "999", "GG": "999", "HK": "999", "IL": "101", "IM": "999", "JE": "999", "JP": "119", "KR": "119",
    "MX": "911", "MY": "999", "NZ": "111", "PH": "911", "SA": "997", "SG": "995", "TH": "1669", "TW": "119",
    "VN": "115",
}  # fmt: skip

# Where people print on US letter instead of A4 (CLDR, measurement data).
US_LETTER = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})


@cache
def names() -> list[tuple[str, str]]:
    """All countries: code and name in British English, in the order of the names."""
    known = Locale("en", "GB").territories
    codes = [line.split("\t")[0] for line in _table("iso3166.tab")]
    return sorted(((code, known.get(code, code)) for code in codes), key=lambda pair: pair[1])


def country_of_zone(zone: str) -> str:
    """The country of an IANA zone, also by an old name of it; Ireland for one that belongs to none, like UTC."""
    return known_country_of_zone(zone) or FALLBACK


def known_country_of_zone(zone: str) -> str:
    """As `country_of_zone`, but empty for a zone that belongs to none, and for what is no zone."""
    countries_of = _countries_of_zones()
    return countries_of.get(zone) or countries_of.get(_links().get(zone, ""), "")


@lru_cache(maxsize=300)  # what is sent as a country may be anything
def zones_of(country: str) -> tuple[str, ...]:
    """The IANA zones of a country, in the order of the tz database. Most often one."""
    lines = (line.split("\t") for line in _table("zone1970.tab"))
    named = [zone for countries, _where, zone, *_note in lines if country in countries.split(",")]
    own = [zone for zone, of in _countries_of_zones().items() if of == country]
    return tuple(dict.fromkeys([*(zone for zone in own if zone in named), *own])) or tuple(named)


def zone_in(country: str, name: str) -> str:
    """The zone of that country that has this name, or had it once; empty for none of them."""
    return next((zone for zone in (name, _links().get(name, "")) if zone in zones_of(country)), "")


def all_zones() -> list[str]:
    """Every zone that belongs to a country, by name."""
    return sorted(_countries_of_zones())


def currencies() -> set[str]:
    """What people pay with somewhere today, as ISO 4217 codes: no gold, and no francs of France."""
    return {code for country, _name in names() for code in get_territory_currencies(country)}


def currency_of(country: str) -> str:
    """What people there pay with, as an ISO 4217 code."""
    found = get_territory_currencies(country)
    return found[0] if found else "EUR"


def locale_of(country: str) -> Locale:
    """The locale of what most people there write."""
    try:
        return Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def format_clock(moment: time | datetime, *, country: str) -> str:
    """ "14:30", or "2:30 pm" where people tell the time that way."""
    if not has_twelve_hours(country):
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"


def paper_of(country: str) -> str:
    """ "A4" or "Letter"."""
    return "Letter" if country in US_LETTER else "A4"


@cache
def emergency_number_of(country: str) -> str:
    """What to dial for an ambulance, as far as is known; an owner confirms it."""
    if country in AMBULANCES:
        return AMBULANCES[country]
    if phonenumbers.country_code_for_region(country) == NORTH_AMERICAN_CODE:
        return "911" if shortnumberinfo.is_emergency_number("911", country) else _known_number(country)
    if shortnumberinfo.is_emergency_number(EUROPEAN_NUMBER, country):
        return EUROPEAN_NUMBER
    return _known_number(country)


def _known_number(country: str) -> str:
    known = phonenumbers.PhoneMetadata.short_metadata_for_region(country)
    return (known.emergency.example_number if known and known.emergency else "") or EUROPEAN_NUMBER


@cache
def has_twelve_hours(country: str) -> bool:
    pattern = re.sub(r"'[^']*'", "", locale_of(country).time_formats["short"].pattern)
    return "h" in pattern or "K" in pattern


@cache
def _countries_of_zones() -> dict[str, str]:
    return {zone: country for country, _where, zone, *_note in (line.split("\t") for line in _table("zone.tab"))}


@cache
def _links() -> dict[str, str]:
    """Old names of zones with the names that they have now."""
    lines = (line.split() for line in _table("tzdata.zi"))
    return {line[2]: line[1] for line in lines if line[:1] == ["L"]}


def _table(name: str) -> list[str]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
