"""All of a locker as one file to take away: every document, and an index that any browser reads."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import localtime
from typing import IO, cast

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.audit.actions import About
from portal.audit.models import Kind
from portal.guards import needs
from portal.keys import NotIntact
from portal.locker import keeping
from portal.locker.actions import IN_PLACE
from portal.locker.arriving import HARMFUL, chunks
from portal.locker.file_names import apart
from portal.locker.models import Document
from portal.locker.opening import Opened
from portal.locker.ports import NotFound, NotReachable
from portal.locker.scanning import waits
from portal.locker.theirs import is_own, level_of, may_take_all, shown_to, surely
from portal.seen import seen
from portal.unit import Unit, real_now
from portal.web import NotAssured, NotCovered, adapters, steps, who, work
from portal.who import RECEIVE, Who

bp = Blueprint("exporting", __name__)

MOST = 5000
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the export: what is said of it, the name of its file, and how its bytes are reached."""

    document: Document
    label: str
    file: str
    opened: Opened


@bp.get("/locker/everything.zip")
@needs(RECEIVE)
@steps
def everything(lang: str) -> ResponseReturnValue:
    """Every document as it is kept, older versions too, with an index. It is made while it is sent, piece by
    piece: no document stands in memory beside another."""
    me = who()
    entries = work().transact(lambda unit: _entries(unit, me), actor=me.actor)
    index = render_template("locker/index.html", entries=entries, made=real_now())
    response = Response(_packed(index, entries, adapters().store.open), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="shubbak-documents.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _entries(unit: Unit, me: Who) -> list[Entry]:
    if not may_take_all(me):
        raise NotCovered(None)
    seen(unit, me, About(me.subject, Kind.DOCUMENT))
    query = select(Document).where(
        Document.owner_id == me.subject,
        *IN_PLACE,
        Document.scan.is_(None) | (Document.scan != HARMFUL),
    )
    found = unit.session.scalars(query.order_by(Document.made_at.desc(), Document.id).limit(MOST)).all()
    if not all(me.vouched(level_of(one)) for one in found):
        raise NotCovered(None)
    level = surely(me, *found)
    if not me.assured(level):
        raise NotAssured(level)
    shown = [one for one in found if is_own(me) or not waits(unit.adapters, one)]
    taken: set[str] = set()
    return [_entry(unit, me, one, taken) for one in shown]


def _entry(unit: Unit, me: Who, document: Document, taken: set[str]) -> Entry:
    found = shown_to(unit, me, document)
    return Entry(document, keeping.label_of(unit.adapters.keyring, document), apart(found.name, taken), found)


class _Pipe:
    """What a ZIP archive is written to, piece by piece: it can be read, and not gone back in."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, content: bytes) -> int:
        self._waiting.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since."""
        content = b"".join(self._waiting)
        self._waiting.clear()
        return content


def _packed(index: str, entries: list[Entry], get: Callable[[str, bytes], IO[bytes]]) -> Iterator[bytes]:
    pipe = _Pipe()
    lost: list[str] = []
    with zipfile.ZipFile(cast(IO[bytes], pipe), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(INDEX, index)
        for one in entries:
            try:
                file = get(one.opened.object_key, one.opened.data_key)
            except (NotFound, NotIntact, NotReachable):
                lost.append(one.file)
                continue
            with file, archive.open(zipfile.ZipInfo(one.file, localtime()[:6]), "w") as entry:
                for piece in chunks(file):
                    entry.write(piece)
                    yield pipe.taken()
        if lost:
            archive.writestr("not-readable.txt", "\n".join(lost) + "\n")
    yield pipe.taken()
