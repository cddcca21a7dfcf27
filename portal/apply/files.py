"""Files that answer a question of a form: reserved, read and stored outside a transaction, kept with the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from werkzeug.datastructures import FileStorage

from journeys.cases import answers as rules
from journeys.cases.answers import BadAnswer
from journeys.cases.states import State
from journeys.catalogue.definitions import FormField
from portal.apply.drafts import Draft
from portal.locker import actions
from portal.locker.apart import read_apart
from portal.locker.errors import NotFound
from portal.locker.intake import MOST_BYTES, BadFile, Taken
from portal.locker.models import Document
from portal.locker.ports import Store
from portal.outbox import call_off, later
from portal.unit import Unit, real_now

MOST_OF_REQUEST = 60_000_000
"""How many bytes the files of one request may have: they are handed over together."""
THROW_AWAY = "throw_away"
NEVER_CAME = timedelta(hours=1)
"""How long after it was reserved a file that was not kept is thrown away."""

LET_GO = timedelta(days=1)
"""How long after no answer names it any more the bytes of a file are thrown away: a backup that began while it was
kept has copied them by then."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A file that is about to be taken in: which question it answers, its row, where its bytes will lie, and how many
    the request still has room for."""

    field: str
    document: UUID
    object_key: str
    data_key: bytes
    room: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes are stored."""

    reserved: Reserved
    taken: Taken


def reserve(unit: Unit, draft: Draft, field: FormField) -> Reserved:
    """The row of a file to come, and the task that throws it away should it never come."""
    kind = field.document or "attachment"
    known = draft.catalogue.documents.get(kind)
    names = (known.names if known else draft.catalogue.labels(field)).root
    case, keyring = draft.case, unit.adapters.keyring
    real = unit.in_real_time()
    document = real.do(
        actions.take_in,
        owner=case.subject_id,
        case=case.id,
        reference=case.reference,
        service=case.service,
        kind=kind,
        names=names,
        keyring=keyring,
    )
    _throw_away(unit, document, NEVER_CAME)
    key = keyring.unwrap(document.data_key, actions.context(document.id))
    return Reserved(field.id, document.id, document.object_key or "", key, MOST_OF_REQUEST - _held(draft))


def _held(draft: Draft) -> int:
    named = used(draft)
    return sum(one.size or 0 for key, one in draft.attached.items() if key in named)


def store(store: Store, reserved: Reserved, sent: FileStorage) -> Stored | BadAnswer:
    """Reads a file whole, and stores it when it is what it must be. Called in no transaction. Raises NotReachable."""
    content = sent.stream.read(MOST_BYTES + 1)
    try:
        taken = read_apart(content)
    except BadFile as problem:
        return BadAnswer(problem.code, **problem.params)
    if taken.size > reserved.room:
        return BadAnswer("no_room", most=MOST_OF_REQUEST // 1_000_000)
    store.put(reserved.object_key, content, reserved.data_key)
    return Stored(reserved, taken)


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
        taken = outcome.taken
        try:
            unit.in_real_time().do(actions.keep_taken, one.document, taken.size, taken.digest, taken.media)
        except NotFound:
            problems[one.field] = BadAnswer("no_file")
            continue
        call_off(unit.session, THROW_AWAY, str(one.document))
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
            unit.do(actions.let_go, document.id)
            _throw_away(unit, document, LET_GO)


def _throw_away(unit: Unit, document: Document, after: timedelta) -> None:
    key = str(document.id)
    later(unit.session, THROW_AWAY, key, {"document": key}, real_now() + after, again=True)
