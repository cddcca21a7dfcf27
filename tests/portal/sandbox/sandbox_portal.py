"""The relying party that the issuers are tried with: Authlib's client, and a browser that presses buttons."""

from __future__ import annotations

import html
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.serve import Running

VERIFIER = secrets.token_urlsafe(48)


class Portal:
    """The relying party: asks, is answered, fetches tokens."""

    def __init__(self, sandbox: Running, browser: httpx.Client, realm: str = "national") -> None:
        self.settings, self.browser = sandbox.settings, browser
        self.issuer = REALMS[realm].issuer(sandbox.settings)
        self.path = REALMS[realm].path
        self.client_id, self.secret = REALMS[realm].client(sandbox.settings)
        self.back = sandbox.settings.redirect_uris[0]
        self.client = self.client_with()

    def client_with(self, **changes: Any) -> Any:
        values = {"client_secret": self.secret, "redirect_uri": self.back} | changes
        session = OAuth2Session(
            self.client_id,
            scope="openid profile email phone",
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",
            **values,
        )
        session.trust_env = False
        return session

    def ask(self, **parameters: Any) -> httpx.Response:
        """Sends the browser to the issuer."""
        values = {"code_verifier": VERIFIER, "nonce": secrets.token_urlsafe(8), "state": "a state"} | parameters
        url, _ = self.client.create_authorization_url(f"{self.issuer}/authorize", **values)
        return self.browser.get(url)

    def choose(self, person: str, decision: str = "share", **parameters: Any) -> httpx.Response:
        """Asks, picks a person on the first page and decides on the second."""
        first = self.ask(**parameters)
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', first.text.split("<button")[0]))
        values = {name: html.unescape(value) for name, value in fields.items() if name not in ("viewport", "robots")}
        assert f'value="{person}"' in first.text
        second = self.browser.get(f"{self.issuer}/authorize", params=values | {"person": person})
        return self.press(second, decision, person)

    def press(self, confirm: httpx.Response, decision: str, person: str) -> httpx.Response:
        """Presses a button of the confirm page."""
        found = re.search(r'<form method="post" action="([^"]+)"', confirm.text)
        assert found
        return self.browser.post(html.unescape(found[1]), data={"person": person, "decision": decision})

    def token(self, answer: httpx.Response, client: Any = None, **parameters: Any) -> Any:
        """Fetches the tokens for an answer of the issuer."""
        values = {"authorization_response": answer.headers["location"], "state": "a state"}
        values |= {"code_verifier": VERIFIER} | parameters
        return (client or self.client).fetch_token(f"{self.issuer}/token", **values)

    def claims(self, token: Any, nonce: str | None = None) -> Any:
        """The checked claims of the identity token."""
        read = jwt.decode(token["id_token"], self.keys(), algorithms=["RS256"])
        options = {"iss": {"value": self.issuer}, "aud": {"value": self.client_id}}
        found = CodeIDToken(read.claims, read.header, options, {"nonce": nonce, "client_id": self.client_id})
        found.validate()
        return found

    def keys(self) -> KeySet:
        """The public keys of the issuer."""
        return KeySet.import_key_set(self.browser.get(f"{self.path}/jwks.json").json())

    def signed_in(self, person: str, **parameters: Any) -> Any:
        """The claims of the identity token of somebody who chose to sign in."""
        return self.claims(self.token(self.choose(person, **parameters)))

    def told(self) -> Any:
        """What userinfo says of whoever signed in last."""
        return self.client.get(f"{self.issuer}/userinfo").json()


def answered(response: httpx.Response) -> dict[str, str]:
    """The parameters of the answer on the way back to the portal."""
    assert response.status_code in (302, 303)
    return {name: value[0] for name, value in parse_qs(urlsplit(response.headers["location"]).query).items()}
