"""People at work in tests: their second proof, without a telephone."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Any

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.identity.people import by_account
from portal.identity.staff.actions import TOTP, begin_generator, secret_of
from portal.identity.staff.models import Factor
from portal.keys import Keyring

ISSUER = "staff"
ONE_AT_A_TIME = Lock()
"""Two of a crowd may sign in as one officer at once, and would set up a generator each."""


def code_of(session: Session, keyring: Keyring, sub: str) -> str:
    """A code that counts now for somebody who has signed in at the staff issuer; what they used before counts again, so
    that a test need not wait for the next."""
    with ONE_AT_A_TIME:
        person = by_account(session, ISSUER, sub)
        assert person, f"{sub} has not signed in"
        now = datetime.now(UTC)
        known = session.scalar(select(Factor).where(Factor.person_id == person, Factor.kind == TOTP))
        secret = secret_of(known, keyring) if known else begin_generator(session, now, Actor.system(), person, keyring)
        factor = session.scalars(select(Factor).where(Factor.person_id == person, Factor.kind == TOTP)).one()
        factor.proved_at, factor.step, factor.tries = factor.proved_at or now, 0, 0
        session.commit()
        return pyotp.TOTP(secret).now()


def half_in(town: Any, person: str) -> Any:
    """Somebody at work before their second proof."""
    browser = town.browser()
    browser.get("/sign-in", params={"issuer": "staff", "next": "/fr/desk", "lang": "fr"})
    browser.sandbox_form({"person": f"staff-{person}"})
    browser.sandbox_form({"decision": "share"})
    return browser
