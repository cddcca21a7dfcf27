"""One answer: what was typed becomes a value, or a BadAnswer that says what to mend. Sentences are the portal's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.iso7064 import mod_97_10
from stdnum.ma import ice

from journeys.cases import letters
from journeys.cases.calendar import local_day
from journeys.cases.conditions import in_words
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.form import CHOSEN, FieldDefinition, FormField

LONGEST_LINE, LONGEST_TEXT = 120, 2000
OLDEST_YEARS = 150
YES, NO = frozenset({"yes", "true", "on", "1"}), frozenset({"no", "false", "off", "0"})
NOT_ITS_SCRIPT = {"arabic": "not_arabic", "latin": "not_latin"}

WHOLE_DATE = re.compile(
    r"(?P<d>\d{1,2})[/.\- ](?P<m>\d{1,2})[/.\- ](?P<y>\d{4})|(?P<Y>\d{4})-(?P<M>\d{1,2})-(?P<D>\d{1,2})"
)
PART_DATE = re.compile(r"(?:/{0,2}|(?P<m>\d{1,2})[/.\-])(?P<y>\d{4})|(?P<Y>\d{4})-(?P<M>\d{1,2})")
BARE_DATE = re.compile(r"^(\d\d)(\d\d)(\d{4})$")
"""A date without separators: the number keys of some telephones have none."""
AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")


class BadAnswer(Exception):
    """An answer that cannot be taken. ``code`` is what is wrong, ``params`` what its sentence needs (``most`` …)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Asking:
    """One question with everything its answer is judged by."""

    asked: FormField
    field: FieldDefinition
    options: frozenset[str]
    today: date

    @property
    def longest(self) -> int:
        """How many characters the answer may have."""
        usual = LONGEST_TEXT if self.field.type == "text" else LONGEST_LINE
        return self.asked.max_length or self.field.max_length or usual


def clean(asked: FormField, catalogue: Catalogue, raw: str, answers: Mapping[str, Any], moment: datetime) -> Any:
    """The value of what was typed; None for an optional question left empty.

    Texts become text, whole numbers int, money int minor units, truth values bool, dates ISO 8601 text (a partial one
    ``YYYY`` or ``YYYY-MM``), phone numbers E.164, files the id of a stored document. ``answers`` narrows the choice of
    a field that lies within another, ``moment`` says which dates are in the future. Raises BadAnswer."""
    field = catalogue.definition(asked)
    if letters.is_hostile(raw):
        raise BadAnswer("wrong_characters")
    text = letters.lines(raw) if field.type == "text" else letters.one_line(raw)
    if not text:
        if asked.required:
            raise BadAnswer("no_file" if field.type == "file" else "required")
        return None
    offered = catalogue.options(asked, answers) if field.type in CHOSEN else ()
    asking = Asking(asked, field, frozenset(value for value, _ in offered), local_day(moment))
    if len(text) > asking.longest:
        raise BadAnswer("too_long", most=asking.longest)
    return READERS.get(field.type, _choice)(asking, text)


def as_typed(kind: str, value: Any) -> str:
    """A value of this type of field as one would type it: ``clean`` gives the same value back."""
    if value is None:
        return ""
    if kind == "money":
        return str(Decimal(value).scaleb(-2))
    return in_words(value)


def _line(asking: Asking, text: str) -> str:
    if asking.field.check:
        return CHECKS[asking.field.check](asking, text)
    if asking.field.script == "latin":
        text = letters.typewriter(text)
    if not any(character.isalnum() for character in text):
        raise BadAnswer("wrong_format")
    return _matched(asking, text)


def _matched(asking: Asking, text: str) -> str:
    pattern = asking.field.pattern
    if pattern is None or re.fullmatch(pattern, text):
        return text
    if asking.field.script:
        _same_script(asking.field.script, text)
    for code in (letters.compact(text), letters.dashed(text)) if not asking.field.script else ():
        if re.fullmatch(pattern, code):
            return code
    raise BadAnswer("wrong_format", example=next(iter(asking.field.valid), ""))


def _same_script(script: str, text: str) -> None:
    if not letters.is_only(script, text):
        raise BadAnswer(NOT_ITS_SCRIPT.get(script, "wrong_script"), script=script)


def _phone(_asking: Asking, text: str) -> str:
    try:
        number = phonenumbers.parse(text, "MA")
    except phonenumbers.NumberParseException:
        raise BadAnswer("wrong_phone") from None
    if not phonenumbers.is_valid_number(number):
        raise BadAnswer("wrong_phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(_asking: Asking, text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadAnswer("wrong_email") from None


def _with_digits(right: Callable[[str], bool]) -> Callable[[Asking, str], str]:
    """A code whose check digits must agree."""

    def read(asking: Asking, text: str) -> str:
        code = _matched(asking, letters.compact(text))
        if not right(code):
            raise BadAnswer("wrong_format", example=next(iter(asking.field.valid), ""))
        return code

    return read


def _integer(asking: Asking, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise BadAnswer("wrong_number")
    number, field = int(text), asking.field
    if field.minimum is not None and number < field.minimum:
        raise BadAnswer("too_small", least=field.minimum)
    if field.maximum is not None and number > field.maximum:
        raise BadAnswer("too_many", most=field.maximum)
    if field.past and number > asking.today.year:
        raise BadAnswer("future_date")
    _matched(asking, text)
    return number


def _money(_asking: Asking, text: str) -> int:
    amount = text.replace(" ", "")
    if not AMOUNT.fullmatch(amount):
        raise BadAnswer("wrong_number")
    return int(Decimal(amount.replace(",", ".")).scaleb(2))


def _boolean(asking: Asking, text: str) -> bool | None:
    answer = text.casefold()
    if answer in YES:
        return True
    if answer not in NO:
        raise BadAnswer("not_an_option")
    if asking.asked.required:
        raise BadAnswer("required")
    return False


def _date(asking: Asking, text: str) -> str:
    iso = _iso(text, partial=asking.field.partial)
    if asking.field.past and iso > asking.today.isoformat()[: len(iso)]:
        raise BadAnswer("future_date")
    if asking.field.past and int(iso[:4]) < asking.today.year - OLDEST_YEARS:
        raise BadAnswer("too_old")
    return iso


def read_day(typed: str) -> date:
    """The day somebody typed as day/month/year, in digits of either kind. Raises BadAnswer."""
    return date.fromisoformat(_iso(letters.one_line(typed), partial=False))


def _iso(text: str, *, partial: bool) -> str:
    text = BARE_DATE.sub(r"\1/\2/\3", text)
    found = WHOLE_DATE.fullmatch(text) or (PART_DATE.fullmatch(text) if partial else None)
    if found is None:
        raise BadAnswer("wrong_date")
    parts = {name.lower(): int(number) for name, number in found.groupdict().items() if number}
    try:
        day = date(parts["y"], parts.get("m", 1), parts.get("d", 1))
    except ValueError:
        raise BadAnswer("wrong_date") from None
    return day.isoformat()[: (4, 7, 10)[len(parts) - 1]]


def _file(_asking: Asking, text: str) -> str:
    """The id of a stored document. Which one it is comes from us, never from what a browser says."""
    try:
        return str(UUID(text))
    except ValueError:
        raise BadAnswer("no_file") from None


def _choice(asking: Asking, text: str) -> str:
    if text not in asking.options:
        raise BadAnswer("not_an_option")
    return text


READERS: Mapping[str, Callable[[Asking, str], Any]] = {
    "string": _line,
    "text": _matched,
    "country": _matched,
    "integer": _integer,
    "money": _money,
    "boolean": _boolean,
    "date": _date,
    "file": _file,
}
CHECKS: Mapping[str, Callable[[Asking, str], str]] = {
    "libphonenumber MA": _phone,
    "e-mail address": _email,
    "RIB key mod 97": _with_digits(lambda code: int(code) % 97 == 0),
    "ISO 13616 mod 97 = 1": _with_digits(lambda code: mod_97_10.is_valid(code[4:] + code[:4])),
    "15-digit number mod 97 = 0 (python-stdnum)": _with_digits(ice.is_valid),
}
