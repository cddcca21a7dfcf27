"""The statutory period of a case: a pure function of rule, calendar and pauses, that explains itself day by day.

Periods in days are full (law 55-19 art. 31; code of civil procedure art. 512): neither the first nor the last day
counts, and a last day on which administrations are closed moves to the next working day (to law 55-19 by analogy).
Working days (law 31-13 art. 16) count from the day after. Units are never converted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal

from journeys.cases.calendar import ZONE, Calendar, local_day
from journeys.cases.conditions import holds
from journeys.catalogue.definitions import Catalogue, Holiday, Period, Service

ONE_DAY = timedelta(days=1)
Pause = tuple[date, date]


class Kind(StrEnum):
    """What a day is in a period."""

    COUNTED = "counted"
    NOT_COUNTED = "not-counted"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a period. ``number`` counts the counted ones, ``note`` marks the day of filing and the last day,
    ``holiday`` says which feast closes the offices."""

    date: date
    kind: Kind
    number: int = 0
    note: Literal["", "filed", "last"] = ""
    holiday: Holiday | None = None


def period_of(service: Service, answers: Mapping[str, Any]) -> Period:
    """The period that these answers lead to: the urgent one when its condition holds."""
    urgent = service.delay.urgent
    return urgent if urgent and holds(urgent.when, answers) else service.delay


def last_day_of(service: Service, answers: Mapping[str, Any], catalogue: Catalogue, start: datetime) -> date | None:
    """The last day to decide a request that became complete at ``start``; None where no legal period applies."""
    return last_day(period_of(service, answers), start, Calendar(catalogue.holidays))


def last_day(period: Period, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> date | None:
    """The last day of a period, in Casablanca; None where no period applies. Raises ValueError for a naive moment."""
    days = explain(period, start, calendar, pauses)
    return days[-1].date if days else None


def last_moment(period: Period, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> datetime | None:
    """When a period has ended (UTC): after the last day, or to the minute for hours; None where no period applies."""
    if period.unit == "hour" and period.max is not None:
        return start.astimezone(UTC) + timedelta(hours=period.max)
    last = last_day(period, start, calendar, pauses)
    return datetime.combine(last + ONE_DAY, time(), ZONE).astimezone(UTC) if last else None


def explain(period: Period, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> tuple[Day, ...]:
    """Every day from ``start`` to the last day, and whether it counts; empty where no period applies.

    ``pauses`` are the days on which something was asked and answered (law 55-19 art. 7, 10, 14): the day of asking
    still belongs to the running period, the clock goes on the day after the answer."""
    if period.max is None or period.unit is None:
        return ()
    first = local_day(start)
    if period.unit == "calendar_day":
        return tuple(_full_days(period.max, first, calendar, pauses))
    if period.unit == "working_day":
        return tuple(_working_days(period.max, first, calendar, pauses))
    end = local_day(start + timedelta(hours=period.max if period.unit == "hour" else 0))
    return tuple(_running(first, end))


def _full_days(length: int, day: date, calendar: Calendar, pauses: Sequence[Pause]) -> Iterator[Day]:
    yield Day(day, Kind.NOT_COUNTED, note="filed")
    number = 0
    while True:
        day += ONE_DAY
        if _paused(day, pauses):
            yield Day(day, Kind.SUSPENDED)
        elif number < length:
            number += 1
            yield Day(day, Kind.COUNTED, number, holiday=calendar.holiday(day))
        elif calendar.is_working(day):
            yield Day(day, Kind.NOT_COUNTED, note="last")
            return
        else:
            yield _closed(day, calendar)


def _working_days(length: int, day: date, calendar: Calendar, pauses: Sequence[Pause]) -> Iterator[Day]:
    yield Day(day, Kind.NOT_COUNTED, note="filed")
    number = 0
    while number < length:
        day += ONE_DAY
        if _paused(day, pauses):
            yield Day(day, Kind.SUSPENDED)
        elif calendar.is_working(day):
            number += 1
            yield Day(day, Kind.COUNTED, number, note="last" if number == length else "")
        else:
            yield _closed(day, calendar)


def _running(first: date, end: date) -> Iterator[Day]:
    """Hours run through nights and closed days alike."""
    for offset in range((end - first).days + 1):
        day = first + offset * ONE_DAY
        yield Day(day, Kind.COUNTED, offset + 1, note="last" if day == end else "")


def _closed(day: date, calendar: Calendar) -> Day:
    holiday = calendar.holiday(day)
    return Day(day, Kind.HOLIDAY if holiday else Kind.WEEKEND, holiday=holiday)


def _paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(asked < day <= answered for asked, answered in pauses)
