"""Carries signed messages to the portal from a thread of its own, again and again until they are taken.

Messages lie in the store until they are delivered, refused for good or given up, so that a restart loses none. A
message is signed anew each time it is sent, as the receiver checks its age.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import httpx
import stripe

from portal.sandbox.store import Store

Seal = Callable[[str, str], dict[str, str]]
"""Makes the headers that sign a message, of its id and its body."""

Pack = Callable[[str, str], tuple[str, dict[str, str]]]
"""Makes body and headers of what is sent, of a message's id and its content (JSON)."""

log = logging.getLogger(__name__)


def stripe_seal(secret: str) -> Seal:
    """Signs as Stripe does: ``t.payload`` under HMAC-SHA256, in the ``Stripe-Signature`` header."""

    def seal(_: str, body: str) -> dict[str, str]:
        return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret)}

    return seal


def standard_seal(secret: str) -> Seal:
    """Signs by the Standard Webhooks specification 1.0.0: ``id.timestamp.body`` under the secret behind ``whsec_``."""
    key = base64.b64decode(secret.removeprefix("whsec_"))

    def seal(message: str, body: str) -> dict[str, str]:
        moment = str(int(time.time()))
        digest = hmac.new(key, f"{message}.{moment}.{body}".encode(), hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        return {"webhook-id": message, "webhook-timestamp": moment, "webhook-signature": signature}

    return seal


@dataclass(frozen=True, slots=True)
class Way:
    """How messages of one kind are sent; a stubborn one asks again even whoever refused it (4xx)."""

    pack: Pack
    stubborn: bool = True


def sealed(seal: Seal) -> Way:
    """Messages that are sent as they are, under a signature in the headers."""
    return Way(lambda message, body: (body, seal(message, body) | {"Content-Type": "application/json"}))


class Courier:
    """Delivers what is posted, in order, retrying after each of ``pauses`` (seconds) until the answer is 2xx."""

    def __init__(self, store: Store, ways: Mapping[str, Way], pauses: Sequence[float]) -> None:
        self._store, self._ways, self._pauses = store, ways, pauses
        self._bell, self._closing = Event(), Event()
        self._client = httpx.Client(timeout=5, trust_env=False)
        self._thread = Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begins with what was left undelivered the last time."""
        self._thread.start()

    def close(self) -> None:
        """Stops after the message in hand; the rest waits in the store."""
        self._closing.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._client.close()

    def wake(self) -> None:
        """Looks for messages now."""
        self._bell.set()

    def post(self, url: str, content: Mapping[str, Any], way: str, message: str = "") -> None:
        """Takes a message for ``url``; it leaves at the next ``wake``, which callers ring after their answer."""
        message = message or f"msg_{secrets.token_hex(12)}"
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        entry = {"message": message, "url": url, "body": body, "seal": way, "tries": 0, "due": 0.0}
        self._store.put("post", secrets.token_hex(8), entry)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._bell.clear()
            pause = self._round()
            self._bell.wait(pause)

    def _round(self) -> float | None:
        """Sends what is due; answers the seconds until the next is, None when nothing waits."""
        for key, entry in self._store.oldest("post"):
            if entry["due"] <= time.time() and not self._closing.is_set():
                self._settle(key, entry, self._send(entry))
        waiting = [entry["due"] for _, entry in self._store.oldest("post")]
        return max(0.0, min(waiting) - time.time()) if waiting else None

    def _send(self, entry: Mapping[str, Any]) -> bool:
        """Whether this message is done with: taken, or refused by somebody who need not be asked again."""
        way = self._ways[entry["seal"]]
        body, headers = way.pack(entry["message"], entry["body"])
        try:
            answer = self._client.post(entry["url"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.info("message %s was not delivered: %s", entry["message"], type(error).__name__)
            return False
        if answer.is_client_error and not way.stubborn:
            log.info("message %s was refused: %s", entry["message"], answer.status_code)
            return True
        return answer.is_success

    def _settle(self, key: str, entry: dict[str, Any], done: bool) -> None:
        if done or entry["tries"] >= len(self._pauses):
            self._store.pop("post", key)
            if not done:
                log.warning("message %s was given up", entry["message"])
            return
        entry["due"] = time.time() + self._pauses[entry["tries"]]
        entry["tries"] += 1
        self._store.put("post", key, entry)
