"""Anybody checks a document; and what it takes to check one without us: the keys, and the lists of what was revoked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from portal.audit.actions import Reader, note
from portal.audit.models import Basis, Role
from portal.i18n import gettext, path_of
from portal.locker.apart import Carried, is_picture, proof_apart
from portal.locker.models import Document
from portal.locker.proofs import statuses
from portal.locker.proofs.checking import Checked, Checker, Verdict, digest_of, number_in
from portal.locker.proofs.codes import is_whole
from portal.locker.proofs.making import LISTS
from portal.locker.proofs.naming import named_by_service
from portal.locker.proofs.proof import LONGEST
from portal.locker.proofs.words import facts
from portal.locker.taken import BadFile
from portal.locker.theirs import about
from portal.unit import Unit, real_now
from portal.web import adapters, steps, unit, work, writes

bp = Blueprint("proofs", __name__)
plain = Blueprint("proof_files", __name__)

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
LONGEST_TEXT = LONGEST * 2
FRESH_SECONDS = 300
KEPT_LISTS = "portal.status_lists"
AHEAD, PURPOSES = "prefetch", ("Sec-Purpose", "Purpose", "X-Moz")


@bp.get("/verify")
def ask(lang: str) -> ResponseReturnValue:
    """Where a number is typed, a QR code's text pasted, or a file chosen."""
    return _page(None, "")


@bp.post("/verify")
@writes
def by_text(lang: str) -> ResponseReturnValue:
    """The verdict on what was typed."""
    typed = request.form.get("code", "")[:LONGEST_TEXT]
    if problem := _no_number(typed):
        return _page(None, typed[:60], {"code": problem})
    return _told(unit(), _checker(unit()).by_text(typed), typed[:60] if "#" not in typed else "")


def _no_number(typed: str) -> str:
    """Why what was typed cannot be the number of any document; empty when it may be one, or is more than a number."""
    code, with_proof = number_in(typed)
    if with_proof:
        return ""
    if not code:
        return gettext("Type the number of the document.")
    return "" if is_whole(code) else gettext("The number has 15 letters and digits: some are missing, or too many.")


@bp.get("/verify/<code>")
@writes
def by_code(lang: str, code: str) -> ResponseReturnValue:
    """The verdict on the document of a number. A browser that fetches it before anybody asked to see it is told to come
    when somebody does: each look leaves a record, and no record is of none."""
    if any(AHEAD in request.headers.get(name, "") for name in PURPOSES):
        abort(503)
    return _told(unit(), _checker(unit()).by_code(code), code[:60])


@bp.post("/verify-file")
@steps
def by_file(lang: str) -> ResponseReturnValue:
    """The verdict on a file, or on the code that a picture of a document shows. Neither is kept."""
    sent = request.files.get("file")
    if not sent or not sent.filename:
        return _page(None, "", {"file": gettext("No file is chosen yet. Please choose one.")})
    file = sent.stream
    try:
        carried = proof_apart(file)
    except BadFile:
        carried = Carried()
    if carried == Carried() and is_picture(file):
        return _page(None, "", {"file": _no_code()})
    digest = digest_of(file)

    def check(found: Unit) -> ResponseReturnValue:
        checker = _checker(found)
        checked = checker.by_text(carried.said) if carried.said else checker.by_file(carried.token, digest)
        return _told(found, checked, "")

    return work().transact(check)


def _no_code() -> str:
    return gettext(
        "No code can be read in this picture. Take it nearer and in good light, or type the number on the document."
    )


def _checker(found: Unit) -> Checker:
    return Checker(found.session, adapters().keyring, adapters().proof_keys, real_now())


def _told(found: Unit, checked: Checked, typed: str) -> ResponseReturnValue:
    """The page of a verdict. The holder of a document that was named sees that it was checked, also when its code stood
    on something else and the page shows nothing of it. Who asks for its head alone (HEAD) checks nothing."""
    for document in checked.named if request.method != "HEAD" else ():
        found.in_real_time().do(note, Reader(Role.CHECKER, Basis.SHOWN), about(document))
    named = cache(lambda: named_by_service(found, checked.document))
    return _page(checked, typed, facts=partial(facts, named=named))


def _page(
    checked: Checked | None, typed: str, wrong: Mapping[str, str] | None = None, **told: object
) -> ResponseReturnValue:
    home = urlsplit(adapters().settings.public_url).netloc
    page = render_template("locker/verify.html", checked=checked, typed=typed, wrong=wrong or {}, home=home, **told)
    if wrong:
        return page, 422
    return page, 404 if checked and checked.verdict == Verdict.UNKNOWN and request.method != "POST" else 200


@plain.get("/V/<code>")
def short(code: str) -> ResponseReturnValue:
    """Where the QR code of a document leads."""
    return redirect(path_of("proofs.by_code", code=code), 303)


@plain.get("/.well-known/jwks.json")
def keys() -> ResponseReturnValue:
    """The keys that prove documents (RFC 7517)."""
    return _public(adapters().proof_keys.published())


@plain.get(f"/{LISTS}/<month>")
def status_list(month: str) -> ResponseReturnValue:
    """Which documents of a month were revoked, signed."""
    if not MONTH.fullmatch(month) or month > statuses.month_of(real_now() + timedelta(days=1)):
        abort(404)
    revoked = Document.proof_list == month, Document.revoked_at.is_not(None)
    many = unit().session.scalar(select(func.count()).select_from(Document).where(*revoked)) or 0
    url = f"{adapters().settings.public_url}/{LISTS}/{month}"
    made = datetime.fromtimestamp(real_now().timestamp() // FRESH_SECONDS * FRESH_SECONDS, UTC)

    def make() -> bytes:
        places = unit().session.scalars(select(Document.proof_place).where(*revoked))
        return statuses.listed(url, [place for place in places if place is not None], made, adapters().proof_keys)

    lists: statuses.Lists = current_app.extensions.setdefault(KEPT_LISTS, statuses.Lists())
    return _public(Response(lists.of(url, made, many, make), mimetype=statuses.TYPE))


def _public(said: object) -> Response:
    """Anybody may read this, from any page, and keep it for some minutes."""
    answer = make_response(said)
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
