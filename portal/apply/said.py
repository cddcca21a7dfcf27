"""A request as its pages were answered, in words."""

from __future__ import annotations

from typing import NamedTuple

from journeys.cases.pages import Page
from journeys.catalogue.definitions import FormField, Section
from portal.locker.models import Document


class Row(NamedTuple):
    """A question, its answer in words, whether that is a code, whether a register says the same, and the file that
    answers it."""

    field: FormField
    words: str
    code: bool
    held: bool
    file: Document | None


class Said(NamedTuple):
    """One page of a request as it was answered; without rows when a section that repeats has nothing."""

    section: Section
    page: Page
    rows: list[Row]
