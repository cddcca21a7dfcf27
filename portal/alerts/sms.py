"""Short messages through a gateway that speaks JSON over HTTP: ``POST /messages`` with key, to and text."""

from __future__ import annotations

import httpx

from journeys.exchange import ports as exchange
from journeys.exchange.http import TIMEOUT, Talk
from portal.alerts.ports import NotAccepted, Note, NotReachable


class Gateway:
    """One gateway. ``url`` is PORTAL_SMS_URL, ``token`` PORTAL_SMS_TOKEN (bearer)."""

    def __init__(self, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._talk = Talk(url, token, timeout)

    def send(self, note: Note) -> None:
        try:
            self._talk.post("/messages", {"key": note.key, "to": note.to, "text": note.text}, {})
        except exchange.NotReachable as error:
            raise NotReachable(str(error)) from error
        except (exchange.NotAccepted, exchange.NotKnown) as error:
            raise NotAccepted(str(error)) from error

    def check(self) -> str:
        try:
            self._talk.get("/health")
        except (exchange.NotReachable, exchange.NotAccepted, exchange.NotKnown) as error:
            raise NotReachable(str(error)) from error
        return "sms: answers"
