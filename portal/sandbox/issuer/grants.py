"""The authorization code flow on Authlib: codes used once, a proof key always, a nonce never twice."""

from __future__ import annotations

import hashlib
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode

from portal.sandbox.issuer import claims, sessions
from portal.sandbox.issuer.keys import ALGORITHM, signing_key
from portal.sandbox.issuer.models import CODE_SECONDS, TOKEN_SECONDS, Code, SignIn
from portal.sandbox.issuer.realms import realm
from portal.sandbox.world import world


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """RFC 6749, 4.1. Who uses a code twice loses the token it gave (4.1.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = request.payload.data
        fresh = Code(
            code=_digest(code),
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            nonce=asked.get("nonce"),
            code_challenge=asked["code_challenge"],
            code_challenge_method=asked["code_challenge_method"],
            sign_in=request.user,
            expires_at=world().stamp + CODE_SECONDS,
            claims=claims.asked_in_token(asked.get("claims")),
        )
        world().store.put("code", fresh.code, fresh.kept())
        if fresh.nonce:
            world().store.put("nonce", fresh.nonce, fresh.expires_at)

    def query_authorization_code(self, code: str, client: Any) -> Code | None:
        store, key = world().store, _digest(code)
        with store.held():
            kept = store.pop("code", key)
            if kept is None and (spent := store.pop("spent", key)):
                store.pop("token", spent)
        if kept is None or kept["client_id"] != client.client_id or kept["expires_at"] <= world().stamp:
            return None
        found = Code.of(kept)
        return found if sessions.find(store, realm(), found.sign_in.sid) else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """The code is gone since it was shown; what stays is which token it gave."""
        world().store.put("spent", authorization_code.code, self._token)

    def authenticate_user(self, authorization_code: Code) -> SignIn:
        return authorization_code.sign_in

    def save_token(self, token: dict[str, Any]) -> None:
        self._token = _digest(token["access_token"])
        super().save_token(token)


class ProofKey(CodeChallenge):  # type: ignore[misc]
    """RFC 7636 with S256 only, asked of confidential clients too (RFC 9700, 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or not data.get("code_challenge_method"):
            raise InvalidRequestError("A 'code_challenge' with method S256 is required")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDCode):  # type: ignore[misc]
    """The identity token: who, for whom, when and how surely, in which session, and what was asked for by name."""

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return world().store.get("nonce", nonce) is not None

    def resolve_client_private_key(self, client: Any) -> Any:
        return signing_key(world().store, realm().key)

    def get_encode_header(self, client: Any) -> dict[str, str]:
        return {"alg": ALGORITHM, "kid": str(signing_key(world().store, realm().key).kid), "typ": "JWT"}

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        return {"iss": realm().issuer(world().settings), "aud": client.client_id}

    def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
        found: dict[str, Any] = super().get_authorization_code_claims(authorization_code)
        person = realm().find(world().people, authorization_code.sign_in.sub)
        known = claims.of_person(person, realm(), authorization_code.scope) if person else {}
        found["sid"] = authorization_code.sign_in.sid
        return found | {name: known[name] for name in authorization_code.claims if name in known}

    def generate_user_info(self, user: SignIn, scope: str) -> dict[str, str]:
        return {"sub": user.sub}


def keep_token(token: dict[str, Any], request: Any) -> None:
    """Remembers an access token, by its digest, for the sign-in it belongs to."""
    code: Code = request.authorization_code
    kept = {"sign_in": code.kept()["sign_in"], "scope": code.scope, "expires_at": world().stamp + TOKEN_SECONDS}
    world().store.put("token", _digest(token["access_token"]), kept)


def find_token(token: str) -> dict[str, Any] | None:
    """What is remembered of an access token."""
    found: dict[str, Any] | None = world().store.get("token", _digest(token))
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
