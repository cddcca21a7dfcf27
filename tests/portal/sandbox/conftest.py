"""A sandbox that runs on free ports of this machine, and a receiver where the portal would be."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
import pytest
import stripe
from joserfc.jwk import RSAKey
from werkzeug.datastructures import Headers
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from portal.sandbox.serve import POLL_SECONDS, Quiet, Running, running
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
    thread = Thread(target=server.serve_forever, args=(POLL_SECONDS,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def issuer_key() -> Any:
    """A signing key made once, as making one is slow."""
    fresh = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
    return fresh.as_dict(private=True)


@pytest.fixture
def settings(tmp_path: Path, receiver: Receiver, issuer_key: Any) -> SandboxSettings:
    """Settings on free ports, with the receiver as portal."""
    store = Store(tmp_path)
    store.put("key", "issuer", issuer_key)
    store.close()
    return SandboxSettings(
        client_id="portal",
        client_secret="a client secret",
        stripe_secret_key="sk_test_sandbox",
        stripe_webhook_secret="whsec_cards",
        connector_token="a connector token",
        connector_webhook_secret=CONNECTOR_SECRET,
        register_token="a register token",
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
def browser(sandbox: Running) -> Iterator[httpx.Client]:
    """Somebody's browser: cookies, no redirects followed by itself."""
    with httpx.Client(base_url=sandbox.settings.url, trust_env=False, headers={"Accept": "text/html"}) as client:
        yield client


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
