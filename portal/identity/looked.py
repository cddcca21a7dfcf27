"""Who looked at my data, or at that of whoever I represent by law, with a file of proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from portal.audit import words
from portal.audit.actions import About
from portal.audit.models import Access, Kind
from portal.audit.proofs import export
from portal.audit.reading import of_subject
from portal.audit.views import as_file, names_of
from portal.i18n import casablanca_day, language
from portal.identity.mandates import reading
from portal.identity.mandates.states import DERIVED
from portal.identity.mandates.views import read_id
from portal.identity.models import Person
from portal.paging import after, read_key
from portal.seen import seen_by
from portal.unit import real_now
from portal.web import NotYours, adapters, catalogue, unit, who

bp = Blueprint("audit_mine", __name__)

MOST = 60


class Look(NamedTuple):
    """What one reader did with one thing on one day: the newest record of it, how many there are, and the oldest."""

    newest: Access
    times: int
    oldest: Access


@bp.get("/account/access")
def access(lang: str) -> str:
    """Who looked, newest first, day by day; what one reader did with one request is one line."""
    subject, name = _whose()
    found = of_subject(unit().session, subject, MOST + 1, read_key())
    entries = found[:MOST]
    named = names_of(unit().session, entries)
    return render_template(
        "audit/access.html",
        records=entries,
        days=[(day, _together(some)) for day, some in groupby(entries, key=lambda one: casablanca_day(one.at))],
        named=lambda one: named[one.id],
        services=catalogue().services,
        words=words,
        here=request.args.get("from", ""),
        of=request.args.get("of", ""),
        name=name,
        joined=reading.joined_to(unit().session, who().id),
        more=after(entries, MOST, "at") if len(found) > MOST else None,
    )


@bp.get("/account/access/proofs.json")
def proofs(lang: str) -> Response:
    """The same entries, from the same place on, with what proves them."""
    subject, _name = _whose()
    file = export(unit().session, real_now(), adapters().keyring, subject, read_key())
    response = as_file(file)
    response.headers["Content-Disposition"] = "attachment; filename=who-looked.json"
    return response


def _whose() -> tuple[UUID, str]:
    """Whose records are asked for: one's own, those of an account that was joined to it, or of whoever one represents
    by law; and their name when it is another. Raises NotYours."""
    session, me, wanted = unit().session, who().id, request.args.get("of", "")
    if not wanted:
        return me, ""
    subject = read_id(wanted)
    person = session.get(Person, subject)
    if person is not None and person.merged_into == me:
        return subject, ""
    mandate = reading.acting_for(session, me, subject, real_now())
    if mandate is None or mandate.origin not in DERIVED:
        raise NotYours
    right = reading.one(session, mandate.id)
    seen_by(unit(), mandate, About(subject, Kind.PROFILE))
    return subject, str((right.of_ar if language() == "ar" else right.of_lat) or "") if right else ""


def _together(some: Iterable[Access]) -> Sequence[Look]:
    """The records of a day, those alike together, the newest first."""
    found: dict[tuple[object, ...], list[Access]] = {}
    for one in some:
        alike = (
            one.reader_id,
            one.role,
            one.office_id,
            one.reader,
            one.reference,
            one.kind,
            one.did,
            one.refused,
            one.basis,
        )
        found.setdefault(alike, []).append(one)
    return [Look(same[0], len(same), same[-1]) for same in found.values()]
