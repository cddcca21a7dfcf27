"""A document on its way to who may read it: found in a transaction, opened outside."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from portal.locker import actions
from portal.locker.models import PDF, Document
from portal.unit import Unit
from portal.web import adapters

ENDINGS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the bytes of a document lie, the key that opens them, what they are and what the file is to be called."""

    object_key: str
    data_key: bytes
    media: str
    name: str
    ours: bool


def opened(unit: Unit, document: Document) -> Opened:
    """What is needed to send this document."""
    data_key = unit.adapters.keyring.unwrap(document.data_key, actions.context(document.id))
    name = f"{document.kind}-{document.reference}.{ENDINGS[document.media]}"
    return Opened(document.object_key or "", data_key, document.media, name, document.origin == actions.ISSUED)


def sent(one: Opened) -> Response:
    """The document itself, decrypted and checked whole. What we did not make ourselves is saved, never shown as a page
    of ours."""
    response = Response(adapters().store.get(one.object_key, one.data_key), mimetype=one.media)
    shown = "inline" if one.ours else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{one.name}"'
    response.headers["Cache-Control"] = "no-store"
    if not one.ours:
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
