"""Answers as official documents write them, in Arabic and French, by the type of their field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from babel.numbers import format_decimal

from payments.money import Money
from portal.locker import dates
from portal.locker.lettering import quotable

LONGEST = 480
YES, NO = {"ar": "نعم", "fr": "Oui"}, {"ar": "لا", "fr": "Non"}


def of(kind: str, value: Any) -> Mapping[str, str]:
    """A value of this type of field in words. Raises TypeError or ValueError when it is none."""
    return SAID.get(kind, _text)(value)


def _text(value: Any) -> Mapping[str, str]:
    words = quotable(str(value)[:LONGEST])
    return {"ar": words, "fr": words}


def _date(value: Any) -> Mapping[str, str]:
    return dates.partial_day(str(value))


def _money(value: Any) -> Mapping[str, str]:
    amount = Money(int(value)).decimal
    arabic, french = (format_decimal(amount, "#,##0.00", locale=locale) for locale in (dates.ARABIC, dates.FRENCH))
    return {"ar": f"{arabic} درهم", "fr": f"{french} dirhams"}


def _boolean(value: Any) -> Mapping[str, str]:
    return YES if value else NO


SAID: Mapping[str, Callable[[Any], Mapping[str, str]]] = {"date": _date, "money": _money, "boolean": _boolean}
