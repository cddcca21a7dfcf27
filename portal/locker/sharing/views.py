"""Let others see a document, see what others let one see, and open the links that were given away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from journeys.exchange.models import Office
from payments.actor import Actor
from portal.audit.actions import Reader as Looks
from portal.audit.actions import note
from portal.audit.models import LONGEST_BODY, Basis, Did, Role
from portal.audit.reading import BESIDE, of_share
from portal.guards import needs
from portal.i18n import gettext, path_of
from portal.locker.errors import NoRoom, NoSuchLink, NotFound
from portal.locker.keeping import label_of
from portal.locker.models import Document
from portal.locker.opening import Opened, opened, sent
from portal.locker.sharing import actions
from portal.locker.sharing.forms import USUAL_DAYS, USUAL_VIEWS, marks_of, new_once, read
from portal.locker.sharing.models import CODE, Share
from portal.locker.sharing.showing import owners, shown
from portal.locker.theirs import about, may_share, theirs
from portal.paging import after, read_key
from portal.seen import still_acts
from portal.unit import Unit, real_now
from portal.web import NotAssured, NotCovered, adapters, reach, steps, unit, who, work
from portal.who import RECEIVE, SIGN, Who

bp = Blueprint("shares", __name__)
links = Blueprint("links", __name__)

GIVEN = "given_link"
"""Where the browser's session holds the link of a share that was just made, until it is shown: once for each time that
its form was sent."""


@bp.get("/locker/<uuid:document>/share")
@needs(SIGN, RECEIVE)
def new(lang: str, document: UUID) -> ResponseReturnValue:
    """With whom, for how long, how often and what for."""
    _may_share(who())
    found = theirs(unit(), who(), document)
    if found.revoked_at is not None:
        return _not_any_more(found)
    usual = {"days": str(USUAL_DAYS), "views": str(USUAL_VIEWS), "once": new_once()}
    return _form(found, usual, {}, [])


def _may_share(me: Who) -> None:
    """Raises NotCovered."""
    if not may_share(me):
        raise NotCovered(None)


def _not_any_more(document: Document) -> ResponseReturnValue:
    """What does not count is not shown to others as if it did: its page says why."""
    flash(gettext("The administration revoked this document. It cannot be shared any more."))
    return redirect(path_of("locker.page", document=document.id), 303)


def _form(
    document: Document, typed: dict[str, str], wrong: dict[str, str], offices: list[Office]
) -> ResponseReturnValue:
    label = label_of(unit().adapters.keyring, document)
    page = render_template("shares/new.html", document=document, label=label, typed=typed, wrong=wrong, offices=offices)
    return page, 422 if wrong else 200


@bp.post("/locker/<uuid:document>/share")
@needs(SIGN, RECEIVE)
def share(lang: str, document: UUID) -> ResponseReturnValue:
    """Lets somebody see it."""
    _may_share(who())
    me, found = who(), theirs(unit(), who(), document, Did.CHANGED)
    if found.revoked_at is not None:
        return _not_any_more(found)
    said, wrong, offices = read(unit(), marks_of(unit(), me.id), found.id, request.form)
    if said is None:
        return _form(found, request.form.to_dict(), wrong, offices)
    keyring = unit().adapters.keyring
    by = me.acting.mandate if me.acting and not me.acting.company else None
    terms = said.whom, said.purpose, said.days, said.most
    try:
        made = unit().in_real_time().do(actions.share, found, *terms, by, keyring)
    except NoRoom:
        many = gettext("It is shared %(most)s times now. Withdraw one of them first.", most=actions.MOST_ALIVE)
        return _form(found, request.form.to_dict(), {"with": many}, offices)
    if not said.word:
        flash(gettext("The document is shared. Check with whom."), "good")
    else:
        session[GIVEN] = {"share": str(made.share), "word": said.word}
    return redirect(path_of("shares.one", share=made.share), 303)


@bp.get("/locker/shares/<uuid:share>")
@needs(SIGN, RECEIVE)
def one(lang: str, share: UUID) -> ResponseReturnValue:
    """One share: who may see what until when, and how often it was looked at."""
    _may_share(who())
    row = actions.one(unit().session, who().subject, share)
    document = theirs(unit(), who(), row.document_id)
    (found,) = shown(unit(), [(row, actions.is_alive(unit().session, real_now(), row))], document)
    given = session.get(GIVEN, {})
    word = session.pop(GIVEN)["word"] if given.get("share") == str(row.id) else ""
    url = adapters().settings.public_url + path_of("links.page", word=word) if word and found.alive else ""
    label = label_of(unit().adapters.keyring, document)
    views = of_share(unit().session, document.id, row.code, actions.MOST_VIEWS)
    return render_template("shares/one.html", share=found, document=document, label=label, url=url, views=views)


@bp.post("/locker/shares/<uuid:share>/withdraw")
@needs(SIGN, RECEIVE)
def withdraw(lang: str, share: UUID) -> ResponseReturnValue:
    """Ends it at once."""
    _may_share(who())
    row = actions.one(unit().session, who().subject, share)
    theirs(unit(), who(), row.document_id, Did.CHANGED)
    unit().in_real_time().do(actions.withdraw, row)
    flash(gettext("Nobody sees the document through it any more."))
    return redirect(path_of("locker.page", document=row.document_id), 303)


def reader_here(unit: Unit, me: Who) -> actions.Reader:
    """As whom somebody looks for what is shared: for themselves, or for the company for which they act, unless that is
    for some services alone. Raises NotAssured."""
    if not me.assured(me.least):
        raise NotAssured(me.least)
    if me.acting is None:
        return actions.Reader(marks=marks_of(unit, me.id))
    if me.acting.company and reach() is None:
        return actions.Reader(company=me.subject)
    return actions.Reader()  # what was shared with a person was shared with nobody who acts for them


@bp.get("/locker/received")
@needs(RECEIVE)
def received(lang: str) -> ResponseReturnValue:
    """What others let one see."""
    return listed(unit(), reader_here(unit(), who()), "shares.received_one")


def listed(unit: Unit, reader: actions.Reader, opens: str) -> ResponseReturnValue:
    """What is shared with somebody, what for, and the view that opens one."""
    keyring = unit.adapters.keyring
    found = actions.received(unit.session, real_now(), reader, read_key())
    rows = [(row, document, actions.purpose_of(keyring, row, document)) for row, document in found]
    named = owners(unit, [row for row, _ in found])
    more = after([row for row, _ in found], actions.MOST, "made_at")
    return render_template("shares/received.html", found=rows, owners=named, more=more, opens=opens)


@bp.get("/locker/received/<uuid:share>")
@needs(RECEIVE)
def received_one(lang: str, share: UUID) -> ResponseReturnValue:
    """A document that is shared with one, before it is opened: opening it is a view."""
    found = actions.received_one(unit().session, real_now(), reader_here(unit(), who()), share)
    return before_opening(unit(), *found, path_of("shares.open_received", share=share))


def before_opening(unit: Unit, row: Share, document: Document, opens: str) -> ResponseReturnValue:
    """What somebody is told before they open it: what it is, what for, how often still."""
    response = make_response(
        render_template(
            "shares/open.html",
            share=row,
            document=document,
            owner=owners(unit, [row]).get(row.owner_id),
            purpose=actions.purpose_of(unit.adapters.keyring, row, document),
            opens=opens,
        )
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/locker/received/<uuid:share>")
@needs(RECEIVE)
@steps
def open_received(lang: str, share: UUID) -> ResponseReturnValue:
    """The document itself: a view, which its owner sees."""
    me = who()
    looks = Looks(Role.RECIPIENT, Basis.SHARED)
    if me.acting:
        name = me.acting.name_lat or me.acting.name_ar
        looks = Looks(Role.COMPANY_USER, Basis.SHARED, name)

    def find(unit: Unit) -> tuple[Share, Document]:
        return actions.received_one(unit.session, real_now(), reader_here(unit, me), share)

    def may(unit: Unit) -> None:
        if me.acting:
            still_acts(unit, me)

    return viewed(find, looks, me.actor, may)


def _through(reader: Looks, row: Share) -> Looks:
    """The same, looking through this share: what its body is called, and the code of the share."""
    body = f"{reader.body[: LONGEST_BODY - CODE - len(BESIDE)]}{BESIDE}" if reader.body else ""
    return replace(reader, body=body + row.code)


def viewed(
    find: Callable[[Unit], tuple[Share, Document]],
    reader: Looks,
    actor: Actor | None = None,
    may: Callable[[Unit], None] = lambda _unit: None,
) -> ResponseReturnValue:
    """Sends a document that is shared. Once it lies ready, it is looked for again, the view is counted, and who looked
    is written down: what could not be shown was not seen."""

    def prepare(unit: Unit) -> Opened:
        row, document = find(unit)
        purpose = actions.purpose_of(unit.adapters.keyring, row, document)
        return opened(unit, document, owner=False, purpose=purpose)

    def count(unit: Unit) -> None:
        may(unit)
        row, document = find(unit)
        real = unit.in_real_time()
        real.do(actions.looked_at, row.id)
        real.do(note, _through(reader, row), about(document))

    answer = sent(work().transact(prepare, reading=True, actor=actor))
    try:
        work().transact(count, actor=actor)
    except BaseException:
        answer.close()
        raise
    return answer


@links.get("/shared/<word>")
def page(lang: str, word: str) -> ResponseReturnValue:
    """What a link leads to, before it is opened: a messenger that looks at it counts as nobody."""
    row, document = actions.by_link(unit().session, real_now(), adapters().keyring, word)
    return before_opening(unit(), row, document, path_of("links.open_link", word=word))


@links.post("/shared/<word>")
@steps
def open_link(lang: str, word: str) -> ResponseReturnValue:
    """The document itself: a view, which its owner sees."""

    def find(unit: Unit) -> tuple[Share, Document]:
        return actions.by_link(unit.session, real_now(), unit.adapters.keyring, word)

    try:
        return viewed(find, Looks(Role.LINK, Basis.SHARED))
    except NotFound as error:  # it ended between two looks
        raise NoSuchLink from error
