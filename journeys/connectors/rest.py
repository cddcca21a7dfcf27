"""An administration that speaks JSON over HTTP: files are put, then the case is posted once per key, and asked about
afterwards."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from journeys.exchange.http import TIMEOUT, Talk
from journeys.exchange.ports import Answer, BadNews, Dossier, NotReachable, Reply

MOST_NEWS_BYTES = 64_000
TOLERANCE = timedelta(minutes=5)
Reference = Annotated[str, Field(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*\w[^\x00-\x1f\x7f]*$")]
"""A letter or digit somewhere, so that it is never a step of a path; nothing a database or a header cannot hold."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    status: Literal["granted", "refused", "later"]
    reference: Reference
    reason: dict[str, str] = {}
    facts: dict[str, Any] = {}
    ask_again_in: int = Field(default=3600, ge=1, le=7 * 86400)


class _Decided(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    reference: Reference


class Rest:
    """The connector. Settings: ``url``, ``token`` (bearer), ``webhook_secret`` (``whsec_`` + base64)."""

    def __init__(
        self,
        name: str,
        url: str,
        token: str,
        webhook_secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.name = name
        self._talk = Talk(url, token, timeout)
        self._secret = base64.b64decode(webhook_secret.removeprefix("whsec_"))
        self._now = now

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings["name"], settings["url"], settings["token"], settings["webhook_secret"])

    def submit(self, dossier: Dossier) -> Reply:
        for one in dossier.attachments:
            named = {"Content-Type": one.media, "X-Content-SHA256": one.sha256}
            self._talk.put(f"/attachments/{quote(one.id, safe='')}", one.content, named)
        files = [{key: getattr(one, key) for key in ("id", "kind", "media", "sha256")} for one in dossier.attachments]
        body = asdict(replace(dossier, attachments=())) | {"filed_at": dossier.filed_at.isoformat()}
        body["attachments"] = files
        return self._read(self._talk.post("/cases", body, {"Idempotency-Key": dossier.key}))

    def ask(self, theirs: str) -> Reply:
        return self._read(self._talk.get(f"/cases/{quote(theirs, safe='')}"))

    def read_news(self, headers: Mapping[str, str], body: bytes) -> str:
        """Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, at most five minutes old."""
        if len(body) > MOST_NEWS_BYTES:
            raise BadNews("too long")
        lower = {key.lower(): value for key, value in headers.items()}
        sent, stamp, signatures = (lower.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
        if not (sent and stamp.isascii() and stamp.isdecimal() and len(stamp) < 12 and signatures):
            raise BadNews("not signed")
        if abs(self._now() - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
            raise BadNews("too old or from the future")
        signed = hmac.new(self._secret, f"{sent}.{stamp}.".encode() + body, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(signed).decode()}"
        if not any(hmac.compare_digest(wanted.encode(), given.encode()) for given in signatures.split()):
            raise BadNews("wrong signature")
        try:
            return _Decided.model_validate_json(body).reference
        except ValidationError as error:
            raise BadNews("not understood") from error

    def check(self) -> str:
        self._talk.get("/health")
        return f"{self.name}: answers"

    def _read(self, said: Any) -> Reply:
        try:
            read = _Said.model_validate(said)
        except ValidationError as error:
            raise NotReachable("answer not understood") from error
        if read.status == "refused" and not any(text.strip() for text in read.reason.values()):
            raise NotReachable("refused without a reason")
        again = self._now() + timedelta(seconds=read.ask_again_in) if read.status == "later" else None
        return Reply(Answer(read.status), read.reference, read.reason, read.facts, again)
