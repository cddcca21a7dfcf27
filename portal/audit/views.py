"""Who looked at my data, with a file of proofs; and, for everybody, the seals that prove it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.exchange.models import Office
from portal.audit import seals, words
from portal.audit.models import Access
from portal.audit.reading import batches_from, newest_batches
from portal.audit.verifying import ROOTS
from portal.templating import text
from portal.web import adapters, catalogue, unit

bp = Blueprint("audit", __name__)
plain = Blueprint("audit_roots", __name__)

MOST = 30
MOST_IN_A_FILE = 1000
LARGEST = 2**31 - 1


@bp.get("/access-roots")
def roots(lang: str) -> ResponseReturnValue:
    """What the seals are, the newest of them, and the key that signs them."""
    batches = newest_batches(unit().session, MOST, _number())
    return render_template(
        "audit/roots.html",
        batches=batches,
        more=batches[-1].number if len(batches) == MOST and batches[-1].number > 1 else None,
        key=seals.key_shown(adapters().keyring)["ed25519"],
        fingerprint=seals.fingerprint(seals.public_key(adapters().keyring)),
    )


@plain.get("/access-roots.json")
def roots_file() -> Response:
    """The heads of all batches, from the number ``from`` on; ``next`` is the number from which to ask for more."""
    batches = batches_from(unit().session, _number() or 1, MOST_IN_A_FILE)
    return as_file(
        {
            "format": ROOTS,
            "key": seals.key_shown(adapters().keyring),
            "batches": [seals.shown(batch) for batch in batches],
            "next": batches[-1].number + 1 if len(batches) == MOST_IN_A_FILE else None,
        }
    )


def _number() -> int | None:
    """The number in ``?from=``, None without one. Aborts with 404 on nonsense."""
    asked = request.args.get("from")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(LARGEST)) and int(asked) <= LARGEST):
        abort(404)
    return int(asked)


def names_of(session: Session, entries: Iterable[Access]) -> dict[UUID, Markup]:
    """By record, the name of the office that looked, else of its administration, else what it is called here."""
    some = list(entries)
    wanted = {one.office_id for one in some if one.office_id}
    query = select(Office.id, Office.names).where(Office.id.in_(wanted))
    offices = {row.id: row.names for row in session.execute(query)} if wanted else {}
    bodies = catalogue().administrations
    return {
        one.id: text(offices[one.office_id])
        if one.office_id in offices
        else text(bodies[one.reader].names)
        if one.reader in bodies
        else words.register(one.reader) or _isolated(one.reader)
        for one in some
    }


def _isolated(name: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(name) if name else Markup("")


def as_file(values: dict[str, Any]) -> Response:
    return Response(json.dumps(values, ensure_ascii=False, indent=1), mimetype="application/json")
