"""The phone app of those who work in administrations: shows one-time codes (RFC 6238: SHA-1, 6 digits, 30 seconds)."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.world import world

area = Blueprint("authenticator", __name__)

KIND = "authenticator"
STEP_SECONDS = 30
DIGITS = 6
USUAL = {"algorithm": "SHA1", "digits": str(DIGITS), "period": str(STEP_SECONDS)}
LEAST_BYTES = 10
LONGEST_LABEL = 80


class BadSecret(Exception):
    """What was pasted is no secret this app can use; the message is the key of the text that says why."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared secret in base32, and the label that it is shown under."""

    label: str
    base32: str

    def code(self, moment: int) -> str:
        """The code of this moment, in seconds since 1970 (RFC 4226, 5.3, with the time step as counter)."""
        counter = (moment // STEP_SECONDS).to_bytes(8, "big")
        digest = hmac.digest(_bytes(self.base32), counter, "sha1")
        start = digest[-1] & 0xF
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return str(number % 10**DIGITS).zfill(DIGITS)


def read(pasted: str, label: str) -> Secret:
    """A secret as it was pasted: an ``otpauth://totp/…`` address, or base32 alone. Raises BadSecret."""
    text = pasted.strip()
    if text.lower().startswith("otpauth:"):
        return _of_address(text, label.strip())
    return _checked(text, label.strip())


def _of_address(text: str, label: str) -> Secret:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BadSecret("authenticator_bad_address") from error
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.netloc.lower() != "totp" or "secret" not in said:
        raise BadSecret("authenticator_bad_address")
    if any(said.get(name, usual).upper() != usual for name, usual in USUAL.items()):
        raise BadSecret("authenticator_bad_kind")
    return _checked(said["secret"], label or unquote(parts.path.strip("/")))


def _checked(base32: str, label: str) -> Secret:
    tidy = base32.replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        enough = len(_bytes(tidy)) >= LEAST_BYTES
    except ValueError as error:
        raise BadSecret("authenticator_bad_secret") from error
    if not enough:
        raise BadSecret("authenticator_bad_secret")
    if not label:
        raise BadSecret("authenticator_no_label")
    return Secret(label[:LONGEST_LABEL], tidy)


def _bytes(base32: str) -> bytes:
    return base64.b32decode(base32 + "=" * (-len(base32) % 8))


@area.get("/authenticator", strict_slashes=False)
def index() -> ResponseReturnValue:
    """The codes of now, how long they last, and a form for another secret."""
    return _page()


@area.get("/authenticator.json")
def listing() -> ResponseReturnValue:
    """The codes of now: label, code, and how many seconds it lasts."""
    return jsonify(_codes())


@area.post("/authenticator/secrets")
def add() -> ResponseReturnValue:
    """Adds a secret (``secret``, ``label``); one under the same label takes the place of the former."""
    try:
        found = read(request.form.get("secret", ""), request.form.get("label", ""))
    except BadSecret as error:
        return _page(str(error), status=400)
    world().store.put(KIND, found.label, found.base32)
    return redirect(url_for("authenticator.index"), 303)


@area.post("/authenticator/forget")
def forget() -> ResponseReturnValue:
    """Forgets the secret under this ``label``."""
    world().store.pop(KIND, request.form.get("label", ""))
    return redirect(url_for("authenticator.index"), 303)


def _codes() -> list[dict[str, Any]]:
    moment = world().stamp
    left = STEP_SECONDS - moment % STEP_SECONDS
    known = (Secret(label, base32) for label, base32 in world().store.oldest(KIND))
    return [{"label": one.label, "code": one.code(moment), "seconds": left} for one in known]


def _page(wrong: str = "", status: int = 200) -> ResponseReturnValue:
    return page("authenticator.html", status=status, codes=_codes(), wrong=wrong, typed=request.form)
