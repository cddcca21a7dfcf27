"""A personal list as a calendar file (RFC 5545), for any calendar program."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from journeys.plans.personal import Personal, Stop
from portal import i18n
from portal.i18n import gettext as _


def file_of(mine: Personal, moment: datetime, page: str) -> bytes:
    """One all-day entry for each step: the last day of its answer if it is asked for as soon as it can be. ``page`` is
    where the list is shown."""
    calendar = Calendar()
    calendar.add("prodid", "-//Shubbak//Life events//" + i18n.language().upper())
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for stop in mine.stops:
        calendar.add_component(_entry(mine, stop, moment, page))
    file: bytes = calendar.to_ical()
    return file


def _entry(mine: Personal, stop: Stop, moment: datetime, page: str) -> Event:
    names = stop.service.names.pick(i18n.language())[0]
    entry = Event()
    entry.add("uid", f"{mine.event.id}.{stop.service.id}.{mine.start.isoformat()}@shubbak")
    entry.add("dtstamp", moment)
    entry.add("dtstart", stop.answer_by)
    entry.add("dtend", stop.answer_by + timedelta(days=1))
    entry.add("summary", names if stop.needed else _("%(step)s (if you need it)", step=names))
    entry.add("description", _("The last day for the answer, if you ask as soon as you can. A guide, not a promise."))
    entry.add("url", page)
    return entry
