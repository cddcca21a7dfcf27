"""Days on which administrations work. Legal days are those of Casablanca."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from journeys.catalogue.definitions import Holiday

ZONE = ZoneInfo("Africa/Casablanca")
WEEKEND = (5, 6)  # Saturday and Sunday


class Calendar:
    """Weekends and holidays. In years that nobody has entered yet the feasts with a fixed date still fall on it."""

    def __init__(self, holidays: Iterable[Holiday]) -> None:
        entered = sorted(holidays, key=lambda holiday: holiday.date)
        self._days = {holiday.date: holiday for holiday in entered}
        self._years = {day.year for day in self._days}
        self._fixed = {(one.date.month, one.date.day): one for one in entered if one.kind == "fixed"}

    def holiday(self, day: date) -> Holiday | None:
        """The holiday on this day."""
        if day.year in self._years:
            return self._days.get(day)
        return self._fixed.get((day.month, day.day))

    def is_weekend(self, day: date) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return day.weekday() in WEEKEND

    def is_working(self, day: date) -> bool:
        """Whether administrations work on this day."""
        return not self.is_weekend(day) and self.holiday(day) is None


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later, the last of its month where that is too short. Unlike a period
    to act in, it does not move when offices are closed."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def local_day(moment: datetime) -> date:
    """The legal day of a moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZONE).date()
