"""Files that answer a question of a form, from the telephone or from the locker: reserved, read and stored outside a
transaction, kept with the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from uuid import UUID

from werkzeug.datastructures import FileStorage

from journeys.cases import answers as rules
from journeys.cases.answers import BadAnswer
from journeys.cases.states import State
from journeys.catalogue.definitions import FormField
from portal.apply.drafts import Draft
from portal.locker import actions
from portal.locker.arriving import Arrived, arrive, chunks
from portal.locker.binding import NotBound, bind
from portal.locker.errors import NotFound
from portal.locker.keeping import LEAST, named
from portal.locker.kinds import ATTACHMENT
from portal.locker.listing import attachable
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.locker.scanning import scan_of
from portal.locker.taken import BadFile
from portal.locker.theirs import may_open, surely
from portal.locker.throwing import NEVER_CAME, keep, let_go, throw_away
from portal.plugins import Adapters
from portal.unit import Unit
from portal.web import NotAssured, reach, who

MOST_OF_REQUEST = 60_000_000
"""How many bytes the files of one request may have: they are handed over together."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the locker that is attached: where its bytes lie, their key, and what they are."""

    object_key: str
    data_key: bytes
    is_what: Arrived


@dataclass(frozen=True, slots=True)
class Reserved:
    """A file that is about to be taken in: which question it answers, its row, where its bytes will lie, how many the
    request still has room for, whether so much was replaced today that none comes before tomorrow (``spent``), and
    which document of the locker it is a copy of, if it is one."""

    field: str
    document: UUID
    object_key: str
    data_key: bytes
    room: int
    spent: bool
    source: Source | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes are stored."""

    reserved: Reserved
    arrived: Arrived


def reserve(unit: Unit, draft: Draft, field: FormField, chosen: UUID | None = None) -> Reserved:
    """The row of a file to come, or of the copy of a document of their locker, and the task that throws it away should
    its bytes never come. Raises NotFound for a document that is not in that locker, and
    NotAssured for one that is not shown to who is here."""
    kind = field.document or ATTACHMENT
    known = draft.catalogue.documents.get(kind)
    names = (known.names if known else draft.catalogue.labels(field)).root
    case, keyring = draft.case, unit.adapters.keyring
    source = attachable(unit.session, case.subject_id, chosen, reach()) if chosen else None
    if source is not None and not may_open(who(), source):
        raise NotAssured(surely(who(), source))
    document = unit.in_real_time().do(
        actions.take_in,
        owner=case.subject_id,
        case=case.id,
        reference=case.reference,
        service=case.service,
        kind=kind,
        names=names,
        keyring=keyring,
        source=source.id if source else None,
    )
    throw_away(unit, document.id, NEVER_CAME)
    key = actions.key_of(keyring, document)
    room = MOST_OF_REQUEST - _held(draft)
    copied = _source(unit, source) if source else None
    return Reserved(field.id, document.id, document.object_key or "", key, room, _spent(draft), copied)


def _source(unit: Unit, document: Document) -> Source:
    key = actions.key_of(unit.adapters.keyring, document)
    is_what = Arrived(document.media, document.size or 0, document.digest or "", scan_of(unit.adapters, document))
    return Source(document.object_key or "", key, is_what)


def _held(draft: Draft) -> int:
    named = used(draft)
    return sum(one.size or 0 for key, one in draft.attached.items() if key in named)


def _spent(draft: Draft) -> bool:
    """What was replaced lies there for one more day: as much of it as a request has room for, at most."""
    going = [one for one in draft.attached.values() if one.state == actions.GOING]
    return sum(max(one.size or 0, LEAST) for one in going) > MOST_OF_REQUEST


def store(
    adapters: Adapters, reserved: Reserved, sent: Sequence[FileStorage], end: float, whom: UUID
) -> Stored | BadAnswer:
    """Reads a file whole for somebody, and stores it when it is what it must be; of several, which are the pages of one
    document and are read until ``end`` (``monotonic``), that document; copies what comes from the locker. Called in no
    transaction. Raises NotReachable."""
    try:
        if reserved.spent:
            raise BadFile("full_today")
        if reserved.source is not None:
            return Stored(reserved, _copied(adapters, reserved, reserved.source))
        file = _one(adapters, sent, end, whom)
        return Stored(reserved, arrive(adapters, file, reserved.object_key, reserved.data_key, reserved.room, whom))
    except BadFile as problem:
        most = {"most": MOST_OF_REQUEST // 1_000_000} if problem.code in ("no_room", "full_today") else {}
        return BadAnswer(problem.code, **problem.params, **most)


def _one(adapters: Adapters, sent: Sequence[FileStorage], end: float, whom: UUID) -> IO[bytes]:
    if len(sent) < 2:
        return sent[0].stream if sent else BytesIO()
    try:
        return bind(adapters, [one.stream for one in sent], end, whom)
    except NotBound as problem:
        number, first = next(iter(problem.problems.items()))
        if number is None or isinstance(first, NotReachable):
            raise first from None
        raise BadFile(first.code, **first.params, file=named(sent[number].filename or "")) from None


def _copied(adapters: Adapters, reserved: Reserved, source: Source) -> Arrived:
    if source.is_what.size > reserved.room:
        raise BadFile("no_room")
    with adapters.store.open(source.object_key, source.data_key) as file:
        adapters.store.put(reserved.object_key, chunks(file), reserved.data_key)
    return source.is_what


def kept(
    unit: Unit, reserved: list[Reserved], said: list[Stored | BadAnswer]
) -> tuple[dict[str, str], dict[str, BadAnswer]]:
    """What the files answer, and what is wrong with those that were not taken, by field id."""
    answers: dict[str, str] = {}
    problems: dict[str, BadAnswer] = {}
    for one, outcome in zip(reserved, said, strict=True):
        if isinstance(outcome, BadAnswer):
            problems[one.field] = outcome
            continue
        try:
            keep(unit, one.document, outcome.arrived)
        except NotFound:
            problems[one.field] = BadAnswer("no_file")
            continue
        answers[one.field] = str(one.document)
    return answers, problems


def used(draft: Draft) -> set[str]:
    """The ids of the files that the answers of a request name; none once it is discarded."""
    if draft.case.state == State.DISCARDED:
        return set()
    about = (
        (field, rules.things(draft.service.section(section), draft.values))
        if section in draft.service.repeating
        else (field, [draft.values])
        for field, section in draft.file_fields.items()
    )
    return {str(thing[field]) for field, things in about for thing in things if field in thing}


def forget_unused(unit: Unit, draft: Draft) -> None:
    """Files of this request that no answer names any more are gone for everybody, and are thrown away later."""
    named = used(draft)
    for document in draft.attached.values():
        if document.state == actions.KEPT and str(document.id) not in named:
            let_go(unit, document.id)
