"""Legal periods end on the day the law says, and show how they were counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from filled import information
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.cases.calendar import Calendar, months_after
from journeys.cases.clock import Kind, explain, last_day, last_day_of, last_moment, period_of
from journeys.catalogue.definitions import Catalogue, Period


def at(day: date, hour: int = 9) -> datetime:
    """A moment of this day in Casablanca."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def full(days: int) -> Period:
    """A period of full days (law 55-19)."""
    return Period(max=days, unit="calendar_day")


def working(days: int) -> Period:
    """A period of working days (law 31-13)."""
    return Period(max=days, unit="working_day")


FIRST_OF_OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 10, 1), 3, date(2027, 1, 1)),
        (date(2026, 9, 30), 3, date(2026, 12, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 120, date(2036, 8, 31)),
    ],
)
def test_months_end_on_the_same_number_or_with_a_shorter_month(first: date, months: int, last: date) -> None:
    assert months_after(first, months) == last


def test_thirty_full_days_end_on_the_next_working_day(calendar: Calendar) -> None:
    assert last_day(full(30), at(FIRST_OF_OCTOBER), calendar) == date(2026, 11, 2)


def test_a_suspension_of_ten_days_moves_the_end(calendar: Calendar) -> None:
    pause = (date(2026, 10, 10), date(2026, 10, 20))
    assert last_day(full(30), at(FIRST_OF_OCTOBER), calendar, [pause]) == date(2026, 11, 11)


def test_three_working_days_skip_the_weekend_and_the_feast(calendar: Calendar) -> None:
    assert last_day(working(3), at(date(2026, 10, 29)), calendar) == date(2026, 11, 3)


def test_a_last_day_that_is_a_holiday_moves(calendar: Calendar) -> None:
    assert last_day(full(3), at(date(2026, 11, 2)), calendar) == date(2026, 11, 9)  # 6 November is a Friday, a feast


def test_every_day_of_a_period_is_explained(calendar: Calendar) -> None:
    days = explain(full(30), at(FIRST_OF_OCTOBER), calendar)
    assert (days[0].date, days[0].kind, days[0].note) == (FIRST_OF_OCTOBER, Kind.NOT_COUNTED, "filed")
    assert [day.number for day in days if day.kind == Kind.COUNTED] == list(range(1, 31))
    assert (days[-2].date, days[-2].kind) == (date(2026, 11, 1), Kind.WEEKEND)
    assert (days[-1].date, days[-1].kind, days[-1].note) == (date(2026, 11, 2), Kind.NOT_COUNTED, "last")


def test_a_holiday_that_does_not_count_is_named(calendar: Calendar) -> None:
    days = {day.date: day for day in explain(working(3), at(date(2026, 11, 4)), calendar)}
    feast = days[date(2026, 11, 6)]
    assert feast.kind == Kind.HOLIDAY
    assert feast.holiday is not None
    assert feast.holiday.names.pick("fr")[1] == "fr"
    assert days[date(2026, 11, 7)].kind == Kind.WEEKEND


def test_hours_run_to_the_minute(calendar: Calendar) -> None:
    hours = Period(max=2, unit="hour")
    start = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)
    assert last_moment(hours, start, calendar) == datetime(2026, 10, 2, 0, 30, tzinfo=UTC)
    assert last_day(hours, start, calendar) == date(2026, 10, 2)


def test_a_period_in_days_ends_when_its_last_day_is_over_in_casablanca(calendar: Calendar) -> None:
    assert last_moment(full(30), at(FIRST_OF_OCTOBER), calendar) == datetime(2026, 11, 2, 23, tzinfo=UTC)


def test_what_is_done_on_the_spot_ends_today(calendar: Calendar) -> None:
    assert last_day(Period(max=0, unit="immediate"), at(FIRST_OF_OCTOBER), calendar) == FIRST_OF_OCTOBER


def test_where_no_period_applies_there_is_no_last_day(calendar: Calendar) -> None:
    none = Period(max=None, unit=None)
    assert last_day(none, at(FIRST_OF_OCTOBER), calendar) is None
    assert last_moment(none, at(FIRST_OF_OCTOBER), calendar) is None


def test_the_day_of_filing_is_that_of_casablanca(calendar: Calendar) -> None:
    late_evening = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    assert last_day(full(30), late_evening, calendar) == date(2026, 11, 2)


def test_a_moment_without_a_time_zone_is_refused(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="time zone"):
        last_day(full(30), at(FIRST_OF_OCTOBER).replace(tzinfo=None), calendar)


@pytest.mark.parametrize(("urgent", "days"), [("no", 20), ("yes", 3)])
def test_an_urgent_question_is_answered_in_three_working_days(morocco: Catalogue, urgent: str, days: int) -> None:
    service = morocco.service("information-request")
    period = period_of(service, information(urgent=urgent))
    assert (period.max, period.unit) == (days, "working_day")


def test_the_last_day_of_a_request_follows_its_answers(morocco: Catalogue, moment: datetime) -> None:
    service = morocco.service("information-request")
    assert last_day_of(service, information(urgent="yes"), morocco, moment) == date(2026, 10, 6)
    assert last_day_of(service, information(), morocco, moment) == date(2026, 10, 29)


def test_years_nobody_entered_keep_the_fixed_feasts(calendar: Calendar) -> None:
    assert not calendar.is_working(date(2031, 7, 30))
    assert calendar.is_working(date(2031, 7, 31))


starts = st.dates(date(2025, 1, 1), date(2027, 10, 1))


@settings(deadline=None)
@given(start=starts, length=st.integers(1, 60))
def test_an_administration_always_gets_its_whole_period_and_ends_on_a_working_day(
    calendar: Calendar, start: date, length: int
) -> None:
    for period in (full(length), working(length)):
        days = explain(period, at(start), calendar)
        assert sum(day.kind == Kind.COUNTED for day in days) == length
        assert calendar.is_working(days[-1].date)
        assert all(later.date - earlier.date == timedelta(days=1) for earlier, later in pairwise(days))
