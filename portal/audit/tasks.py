"""Make access records unchangeable, every minute."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.audit.chain import MOST, chain, is_anything_waiting
from portal.unit import Work, real_now

log = logging.getLogger(__name__)

CHAIN_EVERY = timedelta(minutes=1)


def chain_access(work: Work, _payload: Mapping[str, Any]) -> datetime | None:
    """Makes one batch of what waits, if anything does; comes back at once when there may be more."""
    made = None
    if work.transact(lambda unit: is_anything_waiting(unit.session, real_now()), reading=True):
        made = work.transact(lambda unit: unit.in_real_time().do(chain, work.adapters.keyring))
    if made is not None:  # a log that is kept elsewhere tells of a batch that was taken out and made anew
        log.info("access records chained", extra={"batch": made.number, "head": made.head})
    return real_now() if made is not None and made.count == MOST else real_now() + CHAIN_EVERY
