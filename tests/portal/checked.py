"""Builders: a house of rows, stored bytes and taken money that agree, for tests that damage one of them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from histories import FILED, KEYRING, a_case
from sqlalchemy import Executable, update
from sqlalchemy.orm import Session
from twins.provider import Working
from twins.store import MemoryStore

from journeys.cases.models import Case
from journeys.cases.states import Verb
from journeys.catalogue.definitions import Catalogue
from payments.actor import Actor
from payments.columns import first_id
from payments.debts.actions import cancel_debt, raise_debt
from payments.money import Money
from payments.settlement import actions
from portal import proof_keys as keyset
from portal.checks import run_checks
from portal.db import Database
from portal.locker.actions import KEPT, context, proof_context
from portal.locker.models import Document
from portal.locker.proofs.codes import code_of
from portal.locker.proofs.proof import Proof
from portal.marks import CheckMark
from portal.reactions import react
from portal.tasks import ensure_recurring
from portal.unit import Work, real_now

SALMA = Actor.person(UUID("01920000-0000-7000-8000-000000000001"))
PRICE = 2000
LINE: Any = {"id": "fee", "names": {"fr": "Frais"}, "minor": PRICE, "beneficiary": "commune", "tariff": "sourced"}
PROOF_KEYS = keyset.parse(f"test:secret:{base64.b64encode(b'p' * 32).decode()}")
NOBODY_WAITS = timedelta()


@dataclass
class House:
    """Work over a database, a keyring, a store and a card processor of the test's own."""

    work: Work
    store: MemoryStore
    provider: Working
    lines: list[str] = field(default_factory=list)

    def check(self, *, full: bool = False, patience: timedelta = NOBODY_WAITS) -> list[str]:
        """The problems that a check says."""
        self.lines = []
        count = run_checks(self.work, full=full, say=self.lines.append, patience=patience)
        failed = [line.removeprefix("FAIL ") for line in self.lines if line.startswith("FAIL")]
        assert count == len(failed) or "more" in "".join(failed)
        return failed

    def change(self, *statements: Executable) -> None:
        """Somebody damages the rows behind our back."""
        self.work.transact(lambda unit: [unit.session.execute(each) for each in statements])

    def a_paid_request(self) -> tuple[UUID, UUID]:
        """Case and attempt of a request that was filed once its fee was paid."""
        case_id, attempt = self.work.transact(self._asked)
        self.provider.pay(f"co_{attempt.hex}")
        self.hears(attempt)
        return case_id, attempt

    def hears(self, attempt: UUID) -> None:
        """What the card processor says of an attempt is recorded."""
        status = self.provider.ask(f"co_{attempt.hex}")
        self.work.transact(lambda unit: actions.record(unit.session, real_now(), Actor.system(), attempt, status))

    def an_open_attempt(self) -> UUID:
        """The attempt of a request whose payer is still busy."""
        return self.work.transact(lambda unit: self._asked(unit, Verb.OPEN, Verb.SUBMIT))[1]

    def a_request_taken_back(self) -> UUID:
        """The case of a request that was withdrawn before it was paid."""

        def body(unit: Any) -> UUID:
            case_id = a_case(unit.session, Verb.OPEN, Verb.SUBMIT, Verb.WITHDRAW)
            cancel_debt(unit.session, real_now(), SALMA, owed(unit.session, case_id))
            return case_id

        return self.work.transact(body)

    def a_document(self, content: bytes = b"a document") -> UUID:
        """The id of a document that was made and kept."""
        return self.work.transact(lambda unit: self._document(unit.session, content))

    def _asked(self, unit: Any, *life: Verb) -> tuple[UUID, UUID]:
        session: Session = unit.session
        case_id = a_case(session, *(life or FILED))
        prepared = actions.prepare(session, real_now(), SALMA, [owed(session, case_id)], "working", "fr")
        checkout = self.provider.open(an_order_of(prepared.attempt))
        actions.opened(session, real_now(), SALMA, prepared.attempt, checkout)
        return case_id, prepared.attempt

    def _document(self, session: Session, content: bytes) -> UUID:
        document = Document(
            owner_id=SALMA.subject, case_id=first_id(real_now()), reference="AAAAA-BBBBB", service="birth-extract",
            kind=hashlib.sha256(content).hexdigest()[:20], names={}, issuer={}, data_key="", state=KEPT,
            made_at=real_now(), kept_at=real_now(), size=len(content), digest=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        session.add(document)
        session.flush()
        plain, document.data_key = KEYRING.new_data_key(context(document.id))
        document.object_key = f"documents/{document.id}"
        self.store.put(document.object_key, content, plain)
        token = Proof("x", code_of(plain), document.kind, document.made_at, {}, "x", 0).signed(PROOF_KEYS)
        document.proof = KEYRING.seal(plain, token, proof_context(document.id))
        return document.id


def owed(session: Session, case_id: UUID) -> UUID:
    """A debt of the price of one extract for a case."""
    about = session.get_one(Case, case_id).reference
    return raise_debt(
        session, real_now(), SALMA, owed_for=case_id, about=about, currency="MAD", lines=[LINE]
    ).debt  # fmt: skip


def an_order_of(attempt: UUID) -> Any:
    """What the card processor is asked to take for an attempt."""
    line = SimpleNamespace(amount=Money(PRICE))
    return SimpleNamespace(attempt=attempt, lines=(line,))


def a_house(database: Database, catalogue: Catalogue) -> House:
    """A house whose sweeps are queued."""
    store, provider = MemoryStore(), Working()
    settings = SimpleNamespace(environment="test", limits=False)
    adapters = SimpleNamespace(
        settings=settings, keyring=KEYRING, store=store, provider=provider, issuers={}, connectors={}, registers={},
        families=None, companies=None, holder=None, messenger=None, scanner=None,
        proof_keys=PROOF_KEYS,
        trust=SimpleNamespace(seals=SimpleNamespace(check=str), stamps=SimpleNamespace(check=str)),
        mailer=SimpleNamespace(check=lambda: "mail is sent"), shelf=SimpleNamespace(at=lambda _number: catalogue),
    )  # fmt: skip
    work = Work(database, cast(Any, adapters), react)
    work.transact(lambda unit: ensure_recurring(unit.session))
    return House(work, store, provider)


def grown_old(house: House) -> None:
    """All marks lie ahead: whatever is there now was looked at long ago."""
    house.change(update(CheckMark).values(reached=first_id(datetime.now(UTC) + timedelta(days=1))))
