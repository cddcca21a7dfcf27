"""The values everything in the catalogue is made of: texts in several languages, and where a statement comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    ValidationInfo,
)

LANGUAGES = ("ar", "fr", "en")
KNOWN = (*LANGUAGES, "zgh")
FALLBACK = ("fr", "ar", "en")

Where = tuple[str | int, ...]
"""The way to a part of a definition, by keys and numbers."""

Audience = Literal["citizen", "business", "abroad", "non-resident"]


class Value(BaseModel):
    """A frozen value; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known(texts: dict[str, str]) -> dict[str, str]:
    if not texts or not set(texts) <= set(KNOWN):
        raise ValueError(f"a text needs at least one of the languages {', '.join(KNOWN)}, and no other")
    return texts


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Text(RootModel[Annotated[dict[str, Words], AfterValidator(_known)]]):
    """Language (``ar``, ``fr``, ``en``, ``zgh``) → text, with at least one language."""

    model_config = ConfigDict(frozen=True)

    def pick(self, language: str) -> tuple[str, str]:
        """The text for a reader of ``language`` and the language it is really in: theirs, else fr, ar, en."""
        for candidate in (language, *FALLBACK):
            if candidate in self.root:
                return self.root[candidate], candidate
        return next((text, own) for own, text in self.root.items())

    @property
    def missing(self) -> tuple[str, ...]:
        """Languages every page needs that this text lacks."""
        return tuple(language for language in LANGUAGES if language not in self.root)


def _said(written: Any, info: ValidationInfo) -> Any:
    """A bare string is English; when the folder's phrases know it, it is what they say in every language."""
    if not isinstance(written, str):
        return written
    phrases = (info.context or {}).get(PHRASES, {})
    return phrases.get(written) or {"en": written}


class Phrase(Value):
    """What sheets say again and again: ``is`` is the bare English string that stands for ``texts``."""

    is_: str = Field(alias="is")
    texts: Text


PHRASES = "phrases"
Prose = Annotated[Text, BeforeValidator(_said)]
"""A text that files may write as a bare English string."""


class SearchWords(Value):
    """The words of people. ``idle`` words mean nothing in a search, by language; each group of ``same`` means one thing
    everywhere; ``words`` are what people call one thing alone, by kind and id (``service/birth-extract``)."""

    idle: dict[str, tuple[str, ...]] = {}
    same: tuple[tuple[str, ...], ...] = ()
    words: dict[Annotated[str, Field(pattern=r"^(service|life-event|administration)/")], tuple[str, ...]] = {}


class Provenance(Value):
    """Where one statement comes from. Only ``sourced`` may be shown as a fact."""

    source: str
    status: Literal["sourced", "unverified", "estimated"]

    @property
    def sourced(self) -> bool:
        """Whether the statement may be shown without a "to be confirmed" mark."""
        return self.status == "sourced"


class Versioned(Value):
    """What a case or a plan keeps pointing at: the number of its published version, 0 while it lies in a file, and when
    that version was published."""

    version: int = Field(default=0, exclude=True)
    published_at: datetime | None = Field(default=None, exclude=True)


def texts(one: object, where: Where = ()) -> Iterator[tuple[str, Text, Where]]:
    """Every text of a definition with its place in the file, however deep."""
    if isinstance(one, Text):
        yield ".".join(str(part) for part in where), one, where
    elif isinstance(one, BaseModel):
        for name, info in type(one).model_fields.items():
            yield from texts(getattr(one, name), (*where, info.alias or name))
    elif isinstance(one, dict):
        for name, value in one.items():
            yield from texts(value, (*where, name))
    elif isinstance(one, tuple):
        for index, value in enumerate(one):
            yield from texts(value, (*where, index))
