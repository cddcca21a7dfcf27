"""The identity provider put together: OAuth 2.0 and OpenID Connect on Authlib's authorization server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.rpinitiated import EndSessionEndpoint
from flask import Flask, current_app

from portal.sandbox.issuer import logout, sessions
from portal.sandbox.issuer.grants import CodeGrant, IdToken, ProofKey, find_token, keep_token
from portal.sandbox.issuer.keys import ALGORITHM, public_keys
from portal.sandbox.issuer.levels import LEVELS
from portal.sandbox.issuer.models import SCOPES, TOKEN_SECONDS, AccessToken, PortalClient
from portal.sandbox.issuer.realms import REALMS, realm
from portal.sandbox.pages import LANGUAGES
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.world import world

CLAIMS = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "name_ar",
    "given_name_ar",
    "family_name_ar",
    "cin",
    "residence_title",
    "passport",
    "idcs",
    "birthdate",
    "gender",
    "locale",
    "zoneinfo",
    "nationality",
    "staff",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "iss",
    "aud",
    "exp",
    "iat",
    "nonce",
    "acr",
    "amr",
    "auth_time",
    "sid",
]


class Iss(IssuerParameter):  # type: ignore[misc]
    """``iss`` in every authorization response, errors included (RFC 9207)."""

    def get_issuer(self) -> str:
        return realm().issuer(world().settings)


class TokenCheck(BearerTokenValidator):  # type: ignore[misc]
    """Access tokens of this issuer (RFC 6750)."""

    def authenticate_token(self, token_string: str) -> AccessToken | None:
        kept = find_token(token_string)
        here = kept is not None and kept["sign_in"]["realm"] == realm().name
        return AccessToken(kept, world().stamp) if kept and here else None


class EndSession(EndSessionEndpoint):  # type: ignore[misc]
    """RP-initiated logout 1.0: back to a known address when the identity token proves who asks."""

    def get_server_jwks(self) -> Any:
        return public_keys(world().store, realm().key)

    def get_algorithms(self) -> list[str]:
        return [ALGORITHM]

    def end_session(self, end_session_request: Any) -> None:
        """Ends the session the portal speaks of, and the one of this browser."""
        named = (end_session_request.id_token_claims or {}).get("sid", "")
        for found in (sessions.find(world().store, realm(), named), sessions.here()):
            if found:
                logout.end(world(), found)
        sessions.forget()


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the views need: the server, the guard of userinfo, and the ``iss`` of error responses."""

    server: Any
    guard: Any
    iss: Iss


def plug(app: Flask, settings: SandboxSettings) -> None:
    """Builds the issuers of an application: one server, whose client, keys and people are those of the realm asked."""
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": TOKEN_SECONDS}
    clients = {name: PortalClient(settings, *at.client(settings)) for name, at in REALMS.items()}

    def client(name: str) -> PortalClient | None:
        found = clients[realm().name]
        return found if found.client_id == name else None

    server = AuthorizationServer(app, client, keep_token)
    server.register_grant(CodeGrant, [IdToken(require_nonce=True), ProofKey(required=True)])
    server.register_extension(iss := Iss())
    server.register_endpoint(EndSession)
    guard = ResourceProtector()
    guard.register_token_validator(TokenCheck())
    app.extensions["issuer"] = Issuer(server, guard, iss)


def issuer() -> Issuer:
    """The issuer of the current application."""
    found: Issuer = current_app.extensions["issuer"]
    return found


def discovery(base: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, section 3, for the issuer at ``base``."""
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "end_session_endpoint": f"{base}/end_session",
        "jwks_uri": f"{base}/jwks.json",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(LEVELS),
        "claims_supported": CLAIMS,
        "claims_parameter_supported": True,
        "ui_locales_supported": list(LANGUAGES),
        "prompt_values_supported": ["none", "login", "select_account"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }
