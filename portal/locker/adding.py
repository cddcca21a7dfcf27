"""Put files into a locker: several at once, from a folder or from the telephone's camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.guards import needs
from portal.i18n import casablanca_day, gettext, ngettext, path_of
from portal.locker import actions, keeping
from portal.locker.arriving import MOST_SECONDS, Arrived, arrive
from portal.locker.binding import NotBound, Problem, bind
from portal.locker.describing import read_said, types
from portal.locker.errors import NoRoom, NotFound, NotToday
from portal.locker.keeping import MOST_TODAY_MB, Said, named
from portal.locker.kinds import OTHER
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.locker.sentences import file_sentence
from portal.locker.taken import MOST_BYTES, MOST_MB, BadFile
from portal.locker.theirs import theirs
from portal.locker.throwing import NEVER_CAME, keep, let_go, throw_away
from portal.seen import seen, still_acts
from portal.unit import Unit, real_now
from portal.web import NotCovered, adapters, catalogue, reach, steps, unit, who, work
from portal.who import FILL, RECEIVE, Who

bp = Blueprint("adding", __name__)

MOST_AT_ONCE = 10
WRONG, TYPED = "not_added", "not_added_typed"
"""Where the browser's session holds what was wrong with files, and what was typed of them, until it is shown."""
WORDS = ("pages", "kind", "label", "issued_on", "valid_until")
ORDER = ("files", *WORDS)
"""The questions as the page has them."""
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that is about to come: which it is of those that were sent, its row and where its bytes will lie; or why
    it is not taken."""

    number: int
    document: UUID | None = None
    object_key: str = ""
    data_key: bytes = b""
    problem: str = ""


Came = Arrived | Problem


@bp.get("/locker/add")
@needs(FILL)
def form(lang: str) -> ResponseReturnValue:
    """The form, with what was wrong with the files that were sent a moment ago."""
    _may_add(who())
    asked = {name: request.args[name] for name in ("kind", "replaces") if name in request.args}
    return _shown(unit(), {**session.pop(TYPED, {}), **asked}, {})


def _older(unit: Unit, typed: Mapping[str, str]) -> tuple[Document | None, str]:
    """Which document a newer version is brought of, and what its owner calls it; none where it takes no other's place.
    Raises NotYours, NotFound, NotCovered, NotAssured."""
    try:
        found = theirs(unit, who(), UUID(typed.get("replaces", "")))
    except ValueError:
        return None, ""
    return (found, keeping.label_of(unit.adapters.keyring, found)) if found.origin == actions.ADDED else (None, "")


def _may_add(me: Who) -> None:
    """Whoever acts for some services alone has no part in what belongs to none of them; and what takes the place of
    another document takes the right to see that. Raises NotCovered."""
    if reach() is not None:
        raise NotCovered(None)
    if request.values.get("replaces") and not me.may(RECEIVE):
        raise NotCovered(RECEIVE)


def _shown(unit: Unit, typed: Mapping[str, str], wrong: Mapping[str, str]) -> ResponseReturnValue:
    refused, (older, label) = session.pop(WRONG, []), _older(unit, typed)
    before = {"kind": older.kind, "label": label} if older else {}
    page = render_template(
        "locker/add.html",
        typed={**before, **typed},
        older=older,
        label=label,
        wrong=wrong,
        refused=refused,
        types=types(catalogue()),
        most=MOST_AT_ONCE,
        most_mb=MOST_MB,
    )
    return page, 422 if wrong else 200


@bp.post("/locker/add")
@needs(FILL)
@steps
def add(lang: str) -> ResponseReturnValue:
    """Takes the files in, each by itself: one that is refused does not keep the others out. Raises NotReachable when
    none of them came through."""
    me, sent = who(), [one for one in request.files.getlist("files") if one.filename or _size(one)]
    _may_add(me)
    said, wrong = read_said(request.form, catalogue(), casablanca_day(real_now()))
    if not sent:
        wrong["files"] = gettext("No file is chosen yet. Please choose one.")
    if len(sent) > MOST_AT_ONCE:
        wrong["files"] = gettext(
            "At most %(most)s files at once. Please send them in several steps.", most=MOST_AT_ONCE
        )
    if wrong and sent and not _by_script():
        wrong.setdefault("files", gettext("Please choose the files again: they were not kept."))
    if wrong:
        wrong = {name: wrong[name] for name in ORDER if name in wrong}
        return work().transact(lambda unit: _shown(unit, request.form.to_dict(), wrong), actor=me.actor, reading=True)
    if len(sent) > 1 and (said.replaces or "pages" in request.form):
        try:
            sent = [FileStorage(bind(adapters(), [one.stream for one in sent], _end(), me.id), sent[0].filename)]
        except NotBound as problem:
            return _done(0, _unbound(problem, sent))

    def prepare(unit: Unit) -> list[Coming]:
        about = About(me.subject, Kind.DOCUMENT)
        seen(unit, me, about, Did.CHANGED)
        return [_coming(unit, me, _each(said, one, len(sent)), number, one) for number, one in enumerate(sent)]

    def call(coming: list[Coming]) -> list[Came]:
        end = _end()
        return [_arrived(one, sent[one.number], end, me.id) for one in coming]

    def record(unit: Unit, coming: list[Coming], came: list[Came]) -> tuple[list[str], list[Came]]:
        still_acts(unit, me)
        actions.one_at_a_time(unit.session, me.subject)
        return [_kept(unit, said.replaces, *one) for one in zip(coming, came, strict=True)], came

    told, came = work().three_steps(prepare, call, record, actor=me.actor, language=lang)
    refused = [(named(file.filename or ""), problem) for file, problem in zip(sent, told, strict=True) if problem]
    if silent := _silent(came):
        _keep_typed()
        raise silent
    return _done(len(sent) - len(refused), refused)


def _end() -> float:
    return monotonic() + MOST_SECONDS


def _unbound(problem: NotBound, sent: list[FileStorage]) -> list[tuple[str, str]]:
    """What is wrong with the pages of a document, by the names of their files, and what to do with the others."""
    told = [
        (named(sent[number].filename or "") if number is not None else "", file_sentence(*_said_of(one)))
        for number, one in problem.problems.items()
    ]
    return [*told, ("", gettext("Nothing was kept. Put this right, then choose all pages again, the good ones too."))]


def _keep_typed() -> None:
    session[TYPED] = {name: request.form.get(name, "")[:LONGEST] for name in WORDS}


def _by_script() -> bool:
    """Whether a script has sent the files, to tell how far it is; it keeps them chosen."""
    return request.accept_mimetypes.best == "application/json"


def _silent(came: list[Came]) -> NotReachable | None:
    """Why nothing came through at all; None when anything did, or was refused for what it is."""
    problems = [one for one in came if isinstance(one, NotReachable)]
    return problems[0] if len(problems) == len(came) else None


def _size(sent: FileStorage) -> int:
    return sent.stream.seek(0, 2)


def _each(said: Said, sent: FileStorage, many: int) -> Said:
    """What is said of one file. Several that were given one name are told apart by those of their files. One without a
    name is called by its type; of none of the types, as its file is."""
    own = named(PurePath(named(sent.filename or "")).stem)
    if not said.label:
        return replace(said, label=own if said.kind == OTHER else "")
    return replace(said, label=f"{said.label} – {own}") if many > 1 else said


def _coming(unit: Unit, me: Who, said: Said, number: int, sent: FileStorage) -> Coming:
    size = _size(sent)
    if not 0 < size <= MOST_BYTES:
        return Coming(number, problem="large_file" if size else "empty_file")
    keyring = unit.adapters.keyring
    try:
        document = unit.in_real_time().do(keeping.add, owner=me.subject, said=said, size=size, keyring=keyring)
    except NoRoom:
        return Coming(number, problem="full_locker")
    except NotToday:
        return Coming(number, problem="full_today")
    throw_away(unit, document.id, NEVER_CAME)
    data_key = actions.key_of(keyring, document)
    return Coming(number, document.id, document.object_key or "", data_key)


def _arrived(coming: Coming, sent: FileStorage, end: float, whom: UUID) -> Came:
    if coming.document is None:
        return BadFile(coming.problem, most=MOST_TODAY_MB if coming.problem == "full_today" else MOST_MB)
    if monotonic() > end:
        return NotReachable("the files before it took too long")
    try:
        return arrive(adapters(), sent.stream, coming.object_key, coming.data_key, MOST_BYTES, whom)
    except (BadFile, NotReachable) as problem:
        return problem


def _kept(unit: Unit, replaces: UUID | None, coming: Coming, came: Came) -> str:
    """Keeps a file, in the place of the one that it replaces; returns why it is not kept, empty when it is."""
    if not isinstance(came, Arrived):
        if coming.document is not None:
            throw_away(unit, coming.document, timedelta(0))
        return file_sentence(*_said_of(came))
    assert coming.document is not None  # noqa: S101 - it has arrived
    try:
        document = keep(unit, coming.document, came)
    except NotFound:
        return file_sentence("came_late", {})
    if keeping.came_before(unit.session, document, replaces, unit.adapters.keyring):
        let_go(unit, document.id, timedelta(0))
        return ""
    unit.in_real_time().do(keeping.put_in, document, replaces)
    return ""


def _said_of(problem: Problem) -> tuple[str, Mapping[str, Any]]:
    """What a file's sentence is made of."""
    return (problem.code, problem.params) if isinstance(problem, BadFile) else ("not_reachable", {})


def _done(kept: int, refused: list[tuple[str, str]]) -> ResponseReturnValue:
    if kept:
        flash(
            ngettext("%(num)s document was put into your locker.", "%(num)s documents were put into your locker.", kept)
        )
    if refused:
        _keep_typed()
    session[WRONG] = refused
    url = path_of("adding.form") if refused else path_of("locker.mine")
    if refused and request.form.get("replaces"):
        url += f"?{urlencode({'replaces': request.form['replaces']})}"
    if _by_script():
        return jsonify(next=url)
    return redirect(url, 303)
