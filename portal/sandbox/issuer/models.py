"""The one client (the portal), a sign-in, and the two things handed out for it: a code and an access token."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oidc.core import AuthorizationCodeMixin

from portal.sandbox.issuer.levels import METHODS
from portal.sandbox.settings import SandboxSettings

CODE_SECONDS = 60
TOKEN_SECONDS = 600
SCOPES = ("openid", "profile", "email", "phone")


class PortalClient(ClientMixin):  # type: ignore[misc]
    """The portal as a confidential client: ``client_secret_basic``, the code flow, addresses known beforehand."""

    def __init__(self, settings: SandboxSettings, client_id: str, secret: str) -> None:
        self._settings, self._secret = settings, secret
        self.client_id = client_id
        self.client_metadata = {"post_logout_redirect_uris": list(settings.logout_uris)}

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the address must be in every request, so that nothing is guessed (RFC 9700, 2.1)."""

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(wanted for wanted in (scope or "").split() if wanted in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self._settings.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret.encode(), self._secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session of somebody who signed in: at which issuer (``realm``), the session's id, who (``sub``), how surely
    (``acr``) and when (``auth_time``, seconds since 1970)."""

    realm: str
    sid: str
    sub: str
    acr: str
    auth_time: int

    @property
    def amr(self) -> list[str]:
        """The authentication methods that stand for the level."""
        return METHODS[self.acr]

    def kept(self) -> dict[str, Any]:
        """The form in which the store keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code: for one sign-in, one client, one address, one proof key."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    sign_in: SignIn
    expires_at: int
    claims: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Code:
        """A code as the store kept it."""
        return cls(**{**kept, "sign_in": SignIn(**kept["sign_in"])})

    def kept(self) -> dict[str, Any]:
        """The form in which the store keeps it."""
        return asdict(self)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.sign_in.auth_time

    def get_acr(self) -> str:
        return self.sign_in.acr

    def get_amr(self) -> list[str]:
        return self.sign_in.amr


class AccessToken(TokenMixin):  # type: ignore[misc]
    """An access token; a revoked one is no longer in the store."""

    def __init__(self, kept: dict[str, Any], now: int) -> None:
        self.sign_in = SignIn(**kept["sign_in"])
        self._scope: str = kept["scope"]
        self._over: bool = kept["expires_at"] <= now

    def get_scope(self) -> str:
        return self._scope

    def is_expired(self) -> bool:
        return self._over

    def is_revoked(self) -> bool:
        return False
