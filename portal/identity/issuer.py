"""An issuer that speaks OpenID Connect Core 1.0: code, PKCE (RFC 7636), state, nonce, issuer check (RFC 9207)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.identity.errors import NotAllowed, NotEnough, NotReachable, WrongAnswer
from portal.identity.ports import Claims, Farewell, Leave
from portal.identity.wire import Timeout, bounded, fetch
from portal.settings import Issuer as IssuerSettings
from portal.who import LEVELS

SCOPE = "openid profile email phone"
ALGORITHMS = ("RS256", "ES256", "PS256")
TIMEOUT: Timeout = (3.0, 8.0)
METADATA_SECONDS = 600
LEEWAY_SECONDS = 60
FROM_MEMORY = ("leave", "goodbye")
LONGEST_SUB = 255
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
IDENTIFYING = (
    *("cin", "residence_title", "passport", "idcs", "nationality"),
    *("given_name", "family_name", "given_name_ar", "family_name_ar"),
    *("birthdate", "gender", "email", "phone_number"),
)
PROVED = {"email": "email_verified", "phone_number": "phone_number_verified"}
"""Addresses that count only when the issuer says that it proved them (OpenID Connect Core 1.0, 5.1)."""
FAREWELL = "http://schemas.openid.net/event/backchannel-logout"
FAREWELL_SECONDS = 600
KEYS_SECONDS = 30
"""Anybody may send a farewell: strange ones do not make us ask the issuer for its keys each time."""


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Mapping[str, Any]
    keys: KeySet
    until: float


class OpenIDConnect:
    """One issuer. Metadata and keys are discovered, kept ten minutes, and fetched again for an unknown key."""

    def __init__(self, settings: IssuerSettings, timeout: Timeout = TIMEOUT) -> None:
        self.name = settings.name
        self._settings = settings
        self._timeout = timeout
        self._known: _Known | None = None

    def leave(self, back_url: str, language: str, acr: str | None) -> Leave:
        metadata = self._discovered().metadata
        verifier, nonce = generate_token(64), generate_token(32)
        with self._session(back_url) as session:
            url, state = session.create_authorization_url(
                metadata["authorization_endpoint"],
                code_verifier=verifier,
                nonce=nonce,
                ui_locales=language,
                **({"acr_values": self._wishes(acr)} if acr else {}),
                claims=json.dumps({"id_token": {"acr": None, "amr": None, "auth_time": {"essential": True}}}),
            )
        return Leave(url, {"state": state, "nonce": nonce, "verifier": verifier, "acr": acr or LEVELS[0]})

    def come_back(self, back_url: str, query: Mapping[str, str], memory: Mapping[str, str]) -> Claims:
        known = self._discovered()
        self._check_answer(query, memory, known.metadata)
        token = self._exchange(back_url, query["code"], memory["verifier"], known.metadata)
        claims = self._verified(token["id_token"], memory["nonce"])
        person = self._userinfo(token["access_token"], known.metadata)
        if person.get("sub") != claims["sub"]:
            raise WrongAnswer("sub of userinfo differs")
        return self._claims(claims, person, token["id_token"], memory["acr"])

    def goodbye(self, id_token: str, after_url: str) -> str | None:
        try:
            endpoint = self._discovered().metadata.get("end_session_endpoint")
        except NotReachable:
            return None
        query = {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": after_url,
            "client_id": self._settings.client_id,
        }
        return f"{endpoint}?{urlencode(query)}" if endpoint else None

    def read_farewell(self, token: str) -> Farewell:
        if _issuer_of(token) != self._settings.url.rstrip("/"):
            raise WrongAnswer("another issuer's")  # before anybody is asked for keys
        claims = self._decoded(token, KEYS_SECONDS)
        self._validated(claims, iss=self._settings.url.rstrip("/"), aud=self._settings.client_id)
        events, sid, sub = claims.get("events"), claims.get("sid"), claims.get("sub")
        if not isinstance(events, dict) or FAREWELL not in events or "nonce" in claims or not claims.get("jti"):
            raise WrongAnswer("no logout token")
        if not any(isinstance(one, str) and one for one in (sid, sub)) or _moment(claims["iat"]) < _oldest():
            raise WrongAnswer("logout token: for nobody, or too old")
        digest = hashlib.sha256(f"{self.name} {claims['jti']}".encode()).hexdigest()
        return Farewell(sub, sid, digest, _moment(claims["exp"]))

    def remembers(self, method: str) -> bool:
        """Whether this method asks nobody now: what was discovered is still fresh."""
        known = self._known
        return method in FROM_MEMORY and known is not None and known.until >= time.monotonic()

    def check(self) -> str:
        self._discovered()
        return f"{self.name}: answers"

    def _wishes(self, level: str) -> str:
        """The issuer's own names of a level and of those above it, the least first."""
        named = {ours: theirs for theirs, ours in self._settings.levels.items()}
        return " ".join(named.get(one, one) for one in LEVELS[LEVELS.index(level) :])

    def _session(self, back_url: str) -> OAuth2Session:
        session = OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - the method's name
            scope=SCOPE,
            redirect_uri=back_url,
            code_challenge_method="S256",
        )
        session.register_compliance_hook("access_token_response", partial(bounded, seconds=self._timeout[1]))
        return session

    def _discovered(self) -> _Known:
        known = self._known
        if known is None or known.until < time.monotonic():  # two at once both ask: nobody waits for another's answer
            known = self._known = self._discover()
        return known

    def _discover(self) -> _Known:
        base = self._settings.url.rstrip("/")
        metadata = fetch(f"{base}/.well-known/openid-configuration", self._timeout)
        if metadata.get("issuer") != base or not all(isinstance(metadata.get(name), str) for name in NEEDED):
            raise NotReachable("discovery does not fit the issuer")
        try:
            keys = KeySet.import_key_set(fetch(metadata["jwks_uri"], self._timeout))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotReachable("keys not understood") from error
        return _Known(metadata, keys, time.monotonic() + METADATA_SECONDS)

    @staticmethod
    def _check_answer(query: Mapping[str, str], memory: Mapping[str, str], metadata: Mapping[str, Any]) -> None:
        if not hmac.compare_digest(query.get("state", "").encode(), memory["state"].encode()):
            raise WrongAnswer("state")
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if query.get("iss", "" if promised else metadata["issuer"]) != metadata["issuer"]:
            raise WrongAnswer("issuer")
        if "error" in query:
            raise NotAllowed(query["error"][:80])
        if not query.get("code"):
            raise WrongAnswer("no code")

    def _exchange(self, back_url: str, code: str, verifier: str, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            with self._session(back_url) as session:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                )
        except AuthlibBaseError as error:
            raise WrongAnswer(f"token: {error.error}") from error
        except (requests.RequestException, ValueError, TypeError, RecursionError) as error:
            raise NotReachable(type(error).__name__) from error
        if not isinstance(token.get("id_token"), str) or not isinstance(token.get("access_token"), str):
            raise WrongAnswer("token: no id_token")
        return dict(token)

    def _verified(self, id_token: str, nonce: str) -> dict[str, Any]:
        claims = self._decoded(id_token)
        self._validated(claims, iss=self._settings.url.rstrip("/"), aud=self._settings.client_id, nonce=nonce, sub=None)
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise WrongAnswer("azp")
        if not 0 < len(claims["sub"]) <= LONGEST_SUB:
            raise WrongAnswer("sub")
        return claims

    @staticmethod
    def _validated(claims: dict[str, Any], **values: str | None) -> None:
        """Each claim is there, with its value where one is given, and the token is of now. Raises WrongAnswer."""
        wanted: dict[str, Any] = {
            name: {"essential": True} | ({"value": value} if value is not None else {})
            for name, value in (values | {"exp": None, "iat": None}).items()
        }
        try:
            jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **wanted).validate(claims)
        except JoseError as error:
            raise WrongAnswer("token") from error

    def _decoded(self, token: str, seconds: float = 0) -> dict[str, Any]:
        """The claims of a signed token. When its signature is not known the keys are fetched once more, unless that was
        done within these seconds. Raises WrongAnswer."""
        known = self._discovered()
        try:
            return self._opened(token, known)
        except WrongAnswer:
            if time.monotonic() < known.until - METADATA_SECONDS + seconds:
                raise
        known = self._known = self._discover()  # what is known stays so while the issuer is away
        return self._opened(token, known)

    @staticmethod
    def _opened(token: str, known: _Known) -> dict[str, Any]:
        try:
            return dict(jwt.decode(token, known.keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError) as error:
            raise WrongAnswer("signature") from error

    def _userinfo(self, access_token: str, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        return fetch(metadata["userinfo_endpoint"], self._timeout, {"Authorization": f"Bearer {access_token}"})

    def _claims(self, claims: Mapping[str, Any], person: Mapping[str, Any], id_token: str, asked: str) -> Claims:
        acr = self._settings.levels.get(str(claims.get("acr", "")), str(claims.get("acr", "")))
        if acr not in LEVELS:
            raise WrongAnswer("acr")
        if LEVELS.index(acr) < LEVELS.index(asked):
            raise NotEnough(acr)
        return Claims(
            issuer=self.name,
            sub=claims["sub"],
            name_ar=_text(person, "name_ar") or _text(person, "name"),
            name_lat=_text(person, "name") or _text(person, "name_ar"),
            language=_text(person, "locale")[:2] if _text(person, "locale")[:2] in ("ar", "fr", "en") else "ar",
            acr=acr,
            auth_time=_moment(claims.get("auth_time", claims["iat"])),
            id_token=id_token,
            identifiers={key: _text(person, key) for key in IDENTIFYING if _counts(person, key)},
            sid=_text(claims, "sid") or None,
            zone=_text(person, "zoneinfo")[:40],
        )


def _moment(stamp: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(stamp), UTC)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise WrongAnswer("auth_time") from error


def _oldest() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=FAREWELL_SECONDS)


def _issuer_of(token: str) -> object:
    """Who says that they signed this token; nothing is checked yet."""
    try:
        return json.loads(urlsafe_b64decode(token.split(".")[1] + "==")).get("iss")
    except (IndexError, ValueError, AttributeError, RecursionError):
        return None


def _counts(claims: Mapping[str, Any], name: str) -> bool:
    return bool(_text(claims, name)) and (name not in PROVED or claims.get(PROVED[name]) is True)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value.strip()[:160] if isinstance(value, str) else ""
