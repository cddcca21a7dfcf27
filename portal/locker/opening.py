"""A document on its way to who may read it: found in a transaction, opened outside."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO
from uuid import UUID

from flask import Response, abort

from portal.i18n import casablanca_day
from portal.keys import NotIntact
from portal.locker import actions
from portal.locker.apart import marked_apart, preview_apart
from portal.locker.arriving import HARMFUL, chunks
from portal.locker.file_names import disposition, in_file_names
from portal.locker.keeping import label_of
from portal.locker.kinds import name_in
from portal.locker.models import PDF, Document
from portal.locker.scanning import waits
from portal.locker.taken import BadFile
from portal.unit import Unit, real_now
from portal.web import adapters

ENDINGS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the bytes of a document lie, the key that opens them, what they are and what the file is to be called
    without its ending: in words, and in plain letters. ``whom`` is who opens it, and with a link its owner, whose turn
    it takes to draw it. ``mark`` are the lines that stand across it when it is shown: for what, and when."""

    object_key: str
    data_key: bytes
    media: str
    called: str
    plain: str
    ours: bool
    whom: UUID
    mark: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"{self.called}.{ENDINGS[self.media]}"


class NotLookedThrough(Exception):
    """Malicious code was found in this file, or was not looked for yet: nobody else opens it."""


def opened(unit: Unit, document: Document, *, owner: bool = True, purpose: str = "") -> Opened:
    """What is needed to send this document. ``owner`` says whether it is its owner who opens it: nobody else is told
    what they call it. Where a purpose is given, it stands across an identity paper, with the day. Raises
    NotLookedThrough."""
    if document.scan == HARMFUL or (not owner and waits(unit.adapters, document)):
        raise NotLookedThrough
    data_key = actions.key_of(unit.adapters.keyring, document)
    of = document.reference or f"{document.issued_on or casablanca_day(document.made_at):%Y-%m-%d}"
    names = f"{_called(unit, document, owner=owner)} {of}", f"{document.kind}-{of}"
    ours = document.origin in (actions.ISSUED, actions.CERTIFIED)
    whom = unit.actor.actor or document.owner_id
    found = Opened(document.object_key or "", data_key, document.media, *names, ours, whom)
    if not purpose or document.origin == actions.ISSUED or not _is_identity(unit, document):
        return found
    when = f"{casablanca_day(real_now()):%d/%m/%Y} · Shubbak"
    return replace(found, media=PDF, ours=False, mark=(purpose, when))


def _called(unit: Unit, document: Document, *, owner: bool) -> str:
    label = label_of(unit.adapters.keyring, document) if owner else ""
    return in_file_names(label) or in_file_names(name_in(document.names)) or document.kind


def _is_identity(unit: Unit, document: Document) -> bool:
    """Whether it is an identity paper, or the copy of one that answers a question about something else."""
    source = unit.session.get(Document, document.source_id) if document.source_id else None
    known = unit.adapters.shelf.current().documents
    return any(one.kind in known and known[one.kind].identity for one in (document, source) if one is not None)


def sent(one: Opened) -> Response:
    """The document itself, decrypted and checked whole. What we did not make ourselves is saved, never shown as a page
    of ours. A response that is not sent is to be closed."""
    file = _content(one)
    size = file.seek(0, os.SEEK_END)
    response = Response(chunks(file), mimetype=one.media)
    response.content_length = size
    response.call_on_close(file.close)
    shown, plain = "inline" if one.ours else "attachment", f"{one.plain}.{ENDINGS[one.media]}"
    response.headers["Content-Disposition"] = disposition(shown, plain, one.name)
    response.headers["Cache-Control"] = "no-store"
    if not one.ours:
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _content(one: Opened) -> IO[bytes]:
    file = adapters().store.open(one.object_key, one.data_key)
    return _marked(file, one) if one.mark else file


def _marked(file: IO[bytes], one: Opened) -> IO[bytes]:
    """Raises NotIntact for a file that cannot be drawn."""
    from portal.locker.rendering import mark  # the typesetter takes memory that most processes never need

    try:
        with file:
            return BytesIO(marked_apart(file, mark(one.mark, adapters().settings.fonts), one.whom))
    except BadFile:
        raise NotIntact("a file that cannot be drawn") from None


def picture(one: Opened) -> Response:
    """What a document looks like: a picture made anew, so that nothing it may hide comes along."""
    try:
        with _content(one) as file:
            made = preview_apart(file, one.whom)
    except BadFile:
        abort(404)
    response = Response(made, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response
