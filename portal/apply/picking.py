"""What a locker offers to the questions of a form that a file answers, and what was picked there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import request

from journeys.cases.pages import Page
from portal.apply.drafts import Draft
from portal.i18n import casablanca_day
from portal.locker import listing
from portal.locker.keeping import label_of
from portal.locker.models import Document
from portal.locker.theirs import may_open, within_reach
from portal.unit import Unit, real_now
from portal.web import NotCovered, reach, who
from portal.who import RECEIVE

PICKED = "from-"
"""How the name of a choice begins that stands beside the question whose id follows."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One document of the locker, what its owner calls it, and whether its time is over."""

    document: Document
    label: str
    over: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """For one question: the documents of the type it asks for, the others, and the newer version of what answers it."""

    fitting: list[Offer]
    others: list[Offer]
    newer: Offer | None


def may_pick() -> bool:
    """Whether whoever fills the form in may see what lies in the locker."""
    return who().may(RECEIVE)


def picked(field: str) -> UUID | None:
    """The document that was picked for a question; None when there is none. Raises NotCovered."""
    try:
        found = UUID(request.form.get(PICKED + field, ""))
    except ValueError:
        return None
    if not may_pick():
        raise NotCovered(RECEIVE)
    return found


def offers(unit: Unit, draft: Draft, page: Page) -> Mapping[str, Offers]:
    """By question of this page, what the locker offers."""
    asked = {key: draft.service.field(key).document for key in draft.takes_files(page)}
    if not asked or not may_pick():
        return {}
    held = listing.offered(unit.session, draft.case.subject_id, [kind for kind in asked.values() if kind], reach())
    today = casablanca_day(real_now())
    known = [_offer(unit, one, today) for one in held if may_open(who(), one)]
    answers = draft.around(page)
    return {
        key: Offers(
            [one for one in known if one.document.kind == kind],
            [one for one in known if one.document.kind != kind],
            _newer(unit, draft.attached.get(str(answers.get(key))), today),
        )
        for key, kind in asked.items()
    }


def _offer(unit: Unit, document: Document, today: date) -> Offer:
    over = document.valid_until is not None and document.valid_until < today
    return Offer(document, label_of(unit.adapters.keyring, document), over)


def _newer(unit: Unit, attached: Document | None, today: date) -> Offer | None:
    """The version that took the place of the document that answers a question."""
    source = unit.session.get(Document, attached.source_id) if attached and attached.source_id else None
    if source is None or source.newer_id is None:
        return None
    newest = listing.newest(unit.session, source)
    counts = newest.id != source.id and newest.revoked_at is None
    better = counts and within_reach(newest) and may_open(who(), newest)
    return _offer(unit, newest, today) if better else None
