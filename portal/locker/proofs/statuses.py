"""Which documents were revoked: a Token Status List (IETF draft-ietf-oauth-status-list) for each month of issue.

Every document has a place in the list of its month, drawn at random so that it tells neither order nor number. One bit
each: 0 is valid, 1 is revoked. The list is published as a signed CBOR Web Token at ``/status/<month>``.
"""

from __future__ import annotations

import secrets
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from portal.locker.proofs import cose
from portal.proof_keys import ProofKeys

SUBJECT, EXPIRES, MADE, STATUS_LIST, TIME_TO_LIVE = 2, 4, 6, 65533, 65534
TYPE = "application/statuslist+cwt"
PLACES = 1 << 24
CASABLANCA = ZoneInfo("Africa/Casablanca")
LIVES_SECONDS = 12 * 3600
MOST_KEPT = 12
PACKED = 6
"""How hard a list is compressed: with a hundred thousand revoked, 9 takes thirteen times as long for a sixth less."""


@dataclass(slots=True)
class Lists:
    """The lists that this process made last: whoever asks for the same gets the same."""

    _made: OrderedDict[tuple[str, datetime, int], bytes] = field(default_factory=OrderedDict)
    _making: Lock = field(default_factory=Lock)

    def of(self, url: str, moment: datetime, revoked: int, make: Callable[[], bytes]) -> bytes:
        """The list at ``url`` as of ``moment`` in which so many are revoked: what was revoked stays so, and another
        process makes the same. Many who ask at once wait for one."""
        wanted = url, moment, revoked
        with self._making:
            if wanted not in self._made:
                self._made[wanted] = make()
            self._made.move_to_end(wanted)
            if len(self._made) > MOST_KEPT:
                self._made.popitem(last=False)
            return self._made[wanted]


def month_of(moment: datetime) -> str:
    """The list of a document made at this moment: ``2026-11``."""
    return f"{moment.astimezone(CASABLANCA):%Y-%m}"


def drawn() -> int:
    """A place in a list."""
    return secrets.randbelow(PLACES)


def listed(url: str, revoked: Iterable[int], moment: datetime, keys: ProofKeys) -> bytes:
    """The signed list at ``url`` in which these places are revoked, as of ``moment`` (real time)."""
    bits = bytearray(PLACES // 8)
    for place in revoked:
        bits[place // 8] |= 1 << place % 8
    now = int(moment.timestamp())
    claims: dict[Any, Any] = {
        SUBJECT: url,
        MADE: now,
        EXPIRES: now + 2 * LIVES_SECONDS,
        TIME_TO_LIVE: LIVES_SECONDS,
        STATUS_LIST: {"bits": 1, "lst": zlib.compress(bits, PACKED)},
    }
    return cose.sign(claims, keys.current, keys.secret, TYPE)


def is_of(claims: Mapping[Any, Any], url: str, now: float) -> bool:
    """Whether these are the claims of the list at ``url``, and not too old (``now`` in seconds since 1970)."""
    return claims.get(SUBJECT) == url and STATUS_LIST in claims and claims.get(EXPIRES, 0) > now


def is_revoked(claims: Mapping[Any, Any], place: int) -> bool:
    """Whether a list says that the document at this place was revoked."""
    bits = zlib.decompress(claims[STATUS_LIST]["lst"])
    return bool(bits[place // 8] >> place % 8 & 1)
