"""What cases need of the world: administrations that decide (Connector) and hold facts (Register)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol


class NotReachable(Exception):
    """The other side did not answer, or answered nonsense: nothing is known, try again later."""


class NotAccepted(Exception):
    """The other side refused what we sent, and would again: a person must look."""


class BadNews(Exception):
    """A message whose signature, age or shape is wrong."""


class NotKnown(Exception):
    """The other side holds nothing under this identifier."""


class Answer(StrEnum):
    """What an administration says of a case."""

    GRANTED = "granted"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a case: which document type of the catalogue it is said to be, its media type, bytes and SHA-256."""

    id: str
    kind: str
    media: str
    sha256: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One complete case as handed over. ``key`` is the idempotency key; the same key again is the same case there, also
    when ``filed_at`` has become later: a portal restored from a backup files again what was filed after the backup.

    ``answers`` maps field ids to values, the id of a section that repeats to a list of such maps, and a question that a
    file answers to the id of an attachment; ``subject`` holds what the administration needs to know the person.
    """

    key: str
    reference: str
    service: str
    version: int
    office: str
    language: str
    filed_at: datetime
    subject: Mapping[str, str]
    answers: Mapping[str, Any]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An administration's answer. ``theirs`` is its own reference; ``reason`` (language → text) stands on a refusal
    (law 55-19 art. 18); ``facts`` are what the document is made of."""

    answer: Answer
    theirs: str
    reason: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    ask_again_at: datetime | None = None


class Connector(Protocol):
    """Hands cases over. Raises NotReachable, NotAccepted or NotKnown; never called inside a transaction."""

    name: str

    def submit(self, dossier: Dossier) -> Reply:
        """Hands a case over, once per ``dossier.key``."""

    def ask(self, theirs: str) -> Reply:
        """What has become of a case handed over earlier. NotKnown when the reference is not theirs."""

    def read_news(self, headers: Mapping[str, str], body: bytes) -> str:
        """Checks a message (Standard Webhooks signature) and returns the administration's reference it is about.

        Raises BadNews. A message is a hint: the connector is asked afterwards.
        """

    def check(self) -> str:
        """One line for ``portal check``. Raises NotReachable."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a register holds of one person: fact id → value, with the date it is true of."""

    register: str
    as_of: date
    values: Mapping[str, Any]


class Register(Protocol):
    """Answers facts about a person. Raises NotReachable, NotAccepted or NotKnown; never called inside a transaction."""

    name: str

    def facts(self, identifier: str, wanted: Sequence[str], purpose: str) -> Facts:
        """The wanted facts of the person with this identifier; ``purpose`` names the case that needs them."""

    def check(self) -> str:
        """One line for ``portal check``. Raises NotReachable."""
