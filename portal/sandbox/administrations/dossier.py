"""What an administration is handed: one complete case, with the key under which it is handed over once."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, HttpUrl, JsonValue, ValidationError

Filled = Annotated[str, Field(min_length=1)]


class NotReadable(Exception):
    """A dossier the administration cannot take; the message names the fields."""


class Attachment(BaseModel):
    """A file of a case, which was put before the case came."""

    id: Filled
    kind: Filled
    media: Filled
    sha256: Filled


class Dossier(BaseModel):
    """One complete case as the portal hands it over. ``callback_url``: where to say that it is decided."""

    key: Filled
    reference: Filled
    service: Filled
    version: int
    office: Filled
    language: Filled
    filed_at: AwareDatetime
    subject: dict[str, JsonValue]
    answers: dict[str, JsonValue]
    attachments: list[Attachment] = []
    callback_url: HttpUrl | None = None


def read(content: Any) -> Dossier:
    """A dossier from JSON. Raises NotReadable."""
    try:
        return Dossier.model_validate(content)
    except ValidationError as error:
        wrong = [".".join(map(str, part["loc"])) or "dossier" for part in error.errors(include_url=False)]
        raise NotReadable(", ".join(wrong)) from error
