"""A locker: what lies in it, each document with its life, and what its owner does with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.audit import words as audit_words
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.audit.reading import MOST_COUNTED, checks_of
from portal.audit.reading import of_documents as looks_at
from portal.audit.views import names_of as readers_of
from portal.guards import needs
from portal.i18n import casablanca_day, gettext, path_of
from portal.locker import actions, keeping, kinds, listing, looking
from portal.locker.describing import read_said, typed_of, types
from portal.locker.keeping import Said
from portal.locker.models import Document
from portal.locker.opening import picture, sent
from portal.locker.revoking import reason_of
from portal.locker.sharing.actions import of_document, still_shared
from portal.locker.sharing.showing import shown
from portal.locker.theirs import is_assisted, may_share, may_take_all, shown_to, theirs
from portal.locker.throwing import LET_GO, throw_away
from portal.paging import after, read_place
from portal.seen import seen
from portal.unit import real_now
from portal.web import catalogue, reach, steps, unit, who, work
from portal.who import FILL, RECEIVE, SIGN, Who

bp = Blueprint("locker", __name__)

SOON_DAYS = 60
MOST_LOOKS, MOST_CHECKS = 20, 5
LONGEST_SEARCH = 100


@bp.get("/locker")
@needs(RECEIVE)
def mine(lang: str) -> ResponseReturnValue:
    """What lies in this locker: newest first, or what ends soonest, or what somebody looks for."""
    me, session, today = who(), unit().session, casablanca_day(real_now())
    seen(unit(), me, About(me.subject, Kind.DOCUMENT))
    held = listing.counts(session, me.subject, reach())
    of_kinds = kinds.by_kind(catalogue(), held)
    text, kind = request.args.get("q", "")[:LONGEST_SEARCH].strip(), request.args.get("kind", "")
    event, by = request.args.get("event", ""), request.args.get("by", "")
    wanted: list[listing.Wanted] = []
    if text:
        wanted.append(looking.searched(session, me.subject, text, of_kinds, catalogue(), unit().adapters.keyring))
    if kind:
        wanted.append(listing.Wanted(kinds=[kind]))
    if event:
        wanted.append(looking.of_event(catalogue(), event))
    ends = by == "end"
    documents = (
        listing.ending(session, me.subject, today, read_place(), reach(), wanted)
        if ends
        else listing.mine(session, me.subject, read_place(), reach(), wanted)
    )
    return render_template(
        "locker/mine.html",
        documents=documents,
        labels={one.id: keeping.label_of(unit().adapters.keyring, one) for one in documents},
        kinds=of_kinds,
        events=kinds.by_event(catalogue(), held),
        asked={"q": text, "kind": kind, "event": event, "by": "end" if ends else ""},
        today=today,
        soon=lambda one: listing.ends_soon(one, today, SOON_DAYS),
        may_add=reach() is None,
        may_export=may_take_all(me),
        may_fetch=reach() is None and unit().adapters.holder is not None,
        more=after(documents, actions.MOST, "valid_until" if ends else "made_at"),
    )


@bp.get("/locker/<uuid:document>")
@needs(RECEIVE)
def page(lang: str, document: UUID) -> ResponseReturnValue:
    """One document: what it is, how long it counts, its versions, where it was used, and who saw it. Of one that was
    taken out its requests and messages still lead here."""
    found = theirs(unit(), who(), document, out=True)
    return _shown(found, typed_of(found, unit().adapters.keyring), {})


def _shown(found: Document, typed: Mapping[str, str], wrong: dict[str, str]) -> ResponseReturnValue:
    session, today = unit().session, casablanca_day(real_now())
    uses = listing.uses(session, found, reach())
    looks = looks_at(session, [found.id, *(one.id for one in uses)], MOST_LOOKS)
    many, checks = checks_of(session, found.id, MOST_CHECKS)
    named = readers_of(session, [*looks, *checks])
    renews = kinds.renewed_by(catalogue(), found.kind)
    newest, versions, shares = listing.newest(session, found), listing.versions(session, found), may_share(who())
    return render_template(
        "locker/document.html",
        document=found,
        typed=typed,
        wrong=wrong,
        label=keeping.label_of(unit().adapters.keyring, found),
        revoked_for=reason_of(unit().adapters.keyring, found),
        newest=newest if newest.id != found.id else None,
        versions=versions,
        still_shared=still_shared(session, real_now(), [one.id for one in versions]) if versions and shares else None,
        may_share=shares,
        shares=shown(unit(), of_document(session, real_now(), found.id), found) if shares else [],
        uses=uses,
        unsent=listing.unsent(session, uses),
        looks=looks,
        checks=checks,
        checked=many,
        most_checked=MOST_COUNTED,
        named=lambda one: named[one.id],
        words=audit_words,
        renews=catalogue().services.get(renews) if renews else None,
        services=catalogue().services,
        types=types(catalogue()) if _may_say_type(who(), found) else [],
        ended=found.valid_until is not None and found.valid_until < today,
        soon=listing.ends_soon(found, today, SOON_DAYS),
        may_add=reach() is None and found.origin != actions.BROUGHT,
    ), 422 if wrong else 200


@bp.get("/locker/<uuid:document>/file")
@needs(RECEIVE)
@steps
def open_document(lang: str, document: UUID) -> ResponseReturnValue:
    """The document itself, decrypted and checked whole."""
    me = who()
    return sent(
        work().transact(lambda unit: shown_to(unit, me, theirs(unit, me, document)), actor=me.actor, reading=True)
    )


@bp.get("/locker/<uuid:document>/picture")
@needs(RECEIVE)
@steps
def preview(lang: str, document: UUID) -> Response:
    """A picture of what it looks like, made anew."""
    me = who()
    return picture(
        work().transact(lambda unit: shown_to(unit, me, theirs(unit, me, document)), actor=me.actor, reading=True)
    )


@bp.post("/locker/<uuid:document>")
@needs(FILL, RECEIVE)
def describe(lang: str, document: UUID) -> ResponseReturnValue:
    """Keeps what its owner says of it."""
    found = theirs(unit(), who(), document, Did.CHANGED)
    said, wrong = _said(found)
    if wrong:
        return _shown(found, request.form, wrong)
    unit().do(keeping.describe, found, said, unit().adapters.keyring)
    flash(gettext("It is kept."))
    return redirect(path_of("locker.page", document=found.id), 303)


def _may_say_type(me: Who, document: Document) -> bool:
    """Whether this person says of which type a document is. A clerk at a counter does not: what an identity paper is
    bears a mark when they open it."""
    return document.origin == actions.ADDED and not is_assisted(me)


def _said(found: Document) -> tuple[Said, dict[str, str]]:
    """What was typed of a document, and what is wrong with it."""
    today = casablanca_day(real_now())
    if _may_say_type(who(), found):
        return read_said(request.form, catalogue(), today)
    said, wrong = read_said({**request.form.to_dict(), "kind": kinds.OTHER}, catalogue(), today)
    return replace(said, kind=found.kind, names=found.names), wrong


@bp.post("/locker/<uuid:document>/remove")
@needs(SIGN, RECEIVE)
def remove(lang: str, document: UUID) -> ResponseReturnValue:
    """Takes it out of the locker. Pressed twice, it is out."""
    if keeping.is_gone(unit().session, who().subject, document):
        return redirect(path_of("locker.mine"), 303)
    found = theirs(unit(), who(), document, Did.CHANGED)
    if unit().in_real_time().do(keeping.remove, found):
        throw_away(unit(), found.id, LET_GO)
    flash(gettext("The document was taken out of your locker."))
    return redirect(path_of("locker.mine"), 303)


@bp.post("/locker/<uuid:document>/put-back")
@needs(SIGN, RECEIVE)
def put_back(lang: str, document: UUID) -> ResponseReturnValue:
    """Puts what was taken out back into the locker. Pressed twice, it lies there."""
    found = theirs(unit(), who(), document, Did.CHANGED, out=True)
    if found.removed_at is not None:
        unit().do(keeping.put_back, found)
        flash(gettext("The document lies in your locker again."))
    return redirect(path_of("locker.page", document=found.id), 303)
