"""Issuers for tests: one that vouches in memory, one that never answers, and one that lies over OpenID Connect."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from portal.identity.errors import NotAllowed, NotEnough, NotReachable, WrongAnswer
from portal.identity.ports import Claims, Farewell, Leave
from portal.sandbox.serve import Quiet, serving
from portal.who import LEVELS

SALMA = {"sub": "ma-salma", "name": "Salma El Idrissi", "name_ar": "سلمى الإدريسي", "cin": "AE214587"}
Answer = dict[str, str]


class Working:
    """Vouches for Salma in memory; the test plays her with ``answer``."""

    name = "working"

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, str]] = {}

    def leave(self, back_url: str, language: str, acr: str | None) -> Leave:
        state, nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        memory = {"state": state, "nonce": nonce, "verifier": nonce, "acr": acr or LEVELS[0]}
        return Leave(f"https://id.example/?{urlencode({'state': state, 'nonce': nonce})}", memory)

    def come_back(self, back_url: str, query: Mapping[str, str], memory: Mapping[str, str]) -> Claims:
        if query.get("state") != memory["state"] or query.get("iss", self.name) != self.name:
            raise WrongAnswer("state or issuer")
        if "error" in query:
            raise NotAllowed(query["error"])
        nonce, acr = self.codes.pop(query.get("code", ""), ("", ""))
        if nonce != memory["nonce"]:
            raise WrongAnswer("code")
        if LEVELS.index(acr) < LEVELS.index(memory["acr"]):
            raise NotEnough(acr)
        names = SALMA["name_ar"], SALMA["name"]
        return Claims(self.name, SALMA["sub"], *names, "ar", acr, datetime.now(UTC), "a token", {"cin": SALMA["cin"]})

    def goodbye(self, id_token: str, after_url: str) -> str | None:
        return f"https://id.example/bye?{urlencode({'post_logout_redirect_uri': after_url})}"

    def read_farewell(self, token: str) -> Farewell:
        raise WrongAnswer("it tells nobody")

    def check(self) -> str:
        return "working: in memory"

    def answer(self, leave: Leave, *, decision: str, reached: str) -> Answer:
        """What comes back with her browser: a code, or that she said no."""
        answer = {"state": leave.memory["state"], "iss": self.name}
        if decision != "share":
            return answer | {"error": "access_denied"}
        code = secrets.token_urlsafe(16)
        self.codes[code] = leave.memory["nonce"], reached
        return answer | {"code": code}


class Failing:
    """Never answers."""

    name = "failing"

    def leave(self, back_url: str, language: str, acr: str | None) -> Leave:
        raise NotReachable("failing")

    def come_back(self, back_url: str, query: Mapping[str, str], memory: Mapping[str, str]) -> Claims:
        raise NotReachable("failing")

    def goodbye(self, id_token: str, after_url: str) -> str | None:
        return None

    def read_farewell(self, token: str) -> Farewell:
        raise NotReachable("failing")

    def check(self) -> str:
        raise NotReachable("failing")


@dataclass
class Lies:
    """What a lying issuer says otherwise than an honest one. It signs with ``key``, or by HS256 under ``secret``."""

    discovery: dict[str, Any] = field(default_factory=dict)
    keys: Any = None
    token: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    forgotten: tuple[str, ...] = ()
    header: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | None = None
    secret: bytes = b""
    userinfo: dict[str, Any] = field(default_factory=dict)


class Liar:
    """An OpenID Connect issuer that answers every code, honestly but for its ``lies``."""

    def __init__(self, client: str) -> None:
        self.client, self.url, self.nonce = client, "", ""
        self.lies = Lies()
        self.key = _fresh_key()
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        rooms = {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks.json": self._keys,
            "/token": self._token,
            "/userinfo": lambda: SALMA | self.lies.userinfo,
        }
        said = rooms[request.path]()
        return Response(json.dumps(said), mimetype="application/json")(environ, start_response)

    def rotate(self) -> None:
        """Signs with a new key from now on."""
        self.key = _fresh_key()

    def _discovery(self) -> dict[str, Any]:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in places.items()}
        return found | {"issuer": self.url, "jwks_uri": f"{self.url}/jwks.json"} | self.lies.discovery

    def _keys(self) -> Any:
        return self.lies.keys if self.lies.keys is not None else KeySet([self.key]).as_dict(private=False)

    def _token(self) -> dict[str, Any]:
        return {"access_token": "a", "token_type": "Bearer", "id_token": self._id_token()} | self.lies.token

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client, "sub": SALMA["sub"], "iat": now, "exp": now + 60}
        claims |= {"nonce": self.nonce, "acr": "high", "auth_time": now} | self.lies.claims
        claims = {name: value for name, value in claims.items() if name not in self.lies.forgotten}
        header = {"alg": "RS256", "kid": self.key.kid} | self.lies.header
        if header["alg"] == "RS256":
            return jwt.encode(header, claims, self.lies.key or self.key)
        signed = f"{_part(header)}.{_part(claims)}"
        return f"{signed}.{_base64(hmac.digest(self.lies.secret, signed.encode(), sha256)) if self.lies.secret else ''}"


def another_key() -> RSAKey:
    """A key the issuer never published."""
    return _fresh_key()


@contextmanager
def lying(client: str) -> Iterator[Liar]:
    """A lying issuer on a free port."""
    liar = Liar(client)
    server = make_server("127.0.0.1", 0, liar, threaded=True, request_handler=Quiet)
    liar.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield liar


def _part(said: Mapping[str, Any]) -> str:
    return _base64(json.dumps(said).encode())


def _base64(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def _fresh_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
