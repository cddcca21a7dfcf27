"""Dates and periods as official documents print them: Arabic with Moroccan month names, and French."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

CASABLANCA = ZoneInfo("Africa/Casablanca")
ARABIC, FRENCH = "ar_MA", "fr_MA"
DAY_FORMS = {"one": "يوم واحد", "two": "يومان", "few": "{} أيام", "many": "{} يوما", "other": "{} يوم"}
WORKING_DAY_FORMS = {
    "one": "يوم عمل واحد",
    "two": "يوما عمل",
    "few": "{} أيام عمل",
    "many": "{} يوم عمل",
    "other": "{} يوم عمل",
}
HOUR_FORMS = {"one": "ساعة واحدة", "two": "ساعتان", "few": "{} ساعات", "many": "{} ساعة", "other": "{} ساعة"}
ARABIC_FORMS = {"calendar_day": DAY_FORMS, "working_day": WORKING_DAY_FORMS, "hour": HOUR_FORMS}
FRENCH_WORDS = {
    "calendar_day": ("jour", "jours"),
    "working_day": ("jour ouvrable", "jours ouvrables"),
    "hour": ("heure", "heures"),
}


def day(value: date) -> dict[str, str]:
    """A date in full, without the weekday."""
    return _in_both(value, "d MMMM y")


def moment(value: datetime) -> dict[str, str]:
    """A moment in full, to the minute, in Casablanca."""
    local = value.astimezone(CASABLANCA)
    printed = day(local.date())
    return {
        "ar": f"{printed['ar']} على الساعة {local:%H:%M}",
        "fr": f"{printed['fr']} à {local:%H} h {local:%M}",
    }


def partial_day(value: str) -> dict[str, str]:
    """A date of which an old record may know the year only, or year and month ("1950", "1950-07", "1950-07-14")."""
    year, *rest = (int(part) for part in value.split("-"))
    if not rest:
        return {"ar": f"سنة {year}", "fr": f"en {year}"}
    if len(rest) == 1:
        return _in_both(date(year, rest[0], 15), "MMMM y")
    return day(date(year, *rest))


def period(count: int, unit: str) -> dict[str, str]:
    """A number of days, working days or hours, with the plural forms of each language (CLDR)."""
    arabic = ARABIC_FORMS[unit][Locale.parse(ARABIC).plural_form(count)].format(count)
    word = FRENCH_WORDS[unit][0 if count < 2 else 1]
    return {"ar": arabic, "fr": f"{count} {word}"}


def _in_both(value: date, pattern: str) -> dict[str, str]:
    french = format_date(value, pattern, locale=FRENCH)
    if french.startswith("1 "):
        french = f"1er {french[2:]}"
    return {"ar": format_date(value, pattern, locale=ARABIC), "fr": french}
