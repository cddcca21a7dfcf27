"""A sandbox that runs on free ports of this machine, and a receiver where the portal would be."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import stripe
from joserfc.jwk import RSAKey
from werkzeug.datastructures import Headers
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.serve import Quiet, Running, running, serving
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store

CONNECTOR_SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes !!!").decode()


@dataclass
class MovableClock:
    """Real time, moved forward at will."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **how_long: float) -> None:
        self.ahead += timedelta(**how_long)


@dataclass
class Post:
    """One message that reached the receiver."""

    path: str
    headers: Headers
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))


@dataclass
class Receiver:
    """Stands where the portal's hooks would be; ``answers`` are the next statuses, 204 once they are used up."""

    url: str = ""
    posts: Queue[Post] = field(default_factory=Queue)
    answers: deque[int] = field(default_factory=deque)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        self.posts.put(Post(request.path, Headers(request.headers), request.get_data()))
        return Response(status=self.answers.popleft() if self.answers else 204)(environ, start_response)

    def next(self) -> Post:
        """The next message, waiting for it; fails when none comes."""
        return self.posts.get(timeout=10)


@pytest.fixture
def clock() -> MovableClock:
    """The time of the sandbox under test."""
    return MovableClock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of messages at a free port."""
    found = Receiver()
    server = make_server("127.0.0.1", 0, found, request_handler=Quiet)
    found.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield found


@pytest.fixture(scope="session")
def issuer_keys() -> dict[str, Any]:
    """The issuers' signing keys made once, as making one is slow."""
    made = (RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True) for _ in REALMS)
    return {realm.key: key.as_dict(private=True) for realm, key in zip(REALMS.values(), made, strict=True)}


@pytest.fixture
def settings(tmp_path: Path, receiver: Receiver, issuer_keys: dict[str, Any]) -> SandboxSettings:
    """Settings on free ports, with the receiver as portal."""
    store = Store(tmp_path)
    for name, key in issuer_keys.items():
        store.put("key", name, key)
    store.close()
    return SandboxSettings(
        client_id="portal",
        client_secret="a client secret",
        staff_client_id="desk",
        staff_client_secret="another client secret",
        stripe_secret_key="sk_test_sandbox",
        stripe_webhook_secret="whsec_cards",
        connector_token="a connector token",
        connector_webhook_secret=CONNECTOR_SECRET,
        register_token="a register token",
        sms_token="an SMS token",
        port=0,
        smtp_port=0,
        data=tmp_path,
        portal_url=receiver.url,
        retry_seconds=(0.01, 0.01, 0.01),
    )


@pytest.fixture
def start(settings: SandboxSettings, clock: MovableClock) -> Callable[[], AbstractContextManager[Running]]:
    """Starts a sandbox on the same folder each time."""
    return contextmanager(lambda: _started(settings, clock))


def _started(settings: SandboxSettings, clock: MovableClock) -> Iterator[Running]:
    with running(settings, clock) as found:
        yield found


@pytest.fixture
def sandbox(start: Callable[[], AbstractContextManager[Running]]) -> Iterator[Running]:
    """A sandbox that is up."""
    with start() as found:
        yield found


@pytest.fixture
def new_browser(sandbox: Running) -> Iterator[Callable[[], httpx.Client]]:
    """Makes browsers: cookies of their own, no redirects followed by themselves."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            httpx.Client(base_url=sandbox.settings.url, trust_env=False, headers={"Accept": "text/html"})
        )


@pytest.fixture
def browser(new_browser: Callable[[], httpx.Client]) -> httpx.Client:
    """Somebody's browser."""
    return new_browser()


@pytest.fixture
def pull(sandbox: Running) -> Callable[..., httpx.Response]:
    """Pulls a lever of the sandbox."""

    def lever(path: str, **said: Any) -> httpx.Response:
        return httpx.post(f"{sandbox.settings.url}/control/{path}", json=said, trust_env=False)

    return lever


@pytest.fixture
def speak() -> Callable[..., stripe.StripeClient]:
    """Makes a client of Stripe's own library for a sandbox."""

    def client(sandbox: Running, key: str = "sk_test_sandbox") -> stripe.StripeClient:
        base = sandbox.settings.url + "/stripe"
        addresses: Any = dict.fromkeys(("api", "files", "connect", "meter_events"), base)
        return stripe.StripeClient(key, base_addresses=addresses)

    return client


@pytest.fixture
def cards(sandbox: Running, speak: Callable[..., stripe.StripeClient]) -> stripe.StripeClient:
    """Stripe's own library, speaking to the sandbox."""
    return speak(sandbox)
