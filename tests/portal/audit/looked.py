"""Builders: records of who looked at whose data, and the batches they are chained in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from histories import KEYRING
from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor, Channel
from payments.columns import first_id, new_id
from portal.audit.actions import About, Reader, note
from portal.audit.chain import chain
from portal.audit.events import Chained
from portal.audit.models import Access, AccessBatch, Basis, Did, Kind, Role
from portal.audit.proofs import export
from portal.db import Database
from portal.keys import Keyring
from portal.unit import Work, real_now

SALMA = UUID("01920000-0000-7000-8000-000000000001")
YOUSSEF = UUID("01920000-0000-7000-8000-000000000002")
HAJAR = Actor(UUID("01920000-0000-7000-8000-000000000003"), None, Channel.DESK)
OFFICE = UUID("01920000-0000-7000-8000-000000000004")
RABAT = Reader(Role.AGENT, Basis.COMPETENT_OFFICE, "commune", OFFICE)
SOON = timedelta(minutes=1)


def a_case() -> UUID:
    """The id of a request: reading two of them is two records."""
    return new_id()


def about(subject: UUID = SALMA, kind: Kind = Kind.REQUEST, **more: Any) -> About:
    """What was looked at, each time of another request."""
    return About(subject, kind, **{"case": a_case(), "reference": "AAAAA-BBBBB", "service": "birth-extract"} | more)


@dataclass
class Looked:
    """Records over a database, chained with a keyring."""

    work: Work
    keys: Keyring = KEYRING

    def note(
        self,
        *subjects: About,
        actor: Actor = HAJAR,
        reader: Reader = RABAT,
        did: Did = Did.READ,
        refused: bool = False,
    ) -> list[UUID]:
        """The ids of the records of one transaction."""

        def body(unit: Any) -> list[UUID]:
            before = set(unit.session.scalars(select(Access.id)))
            for one in subjects:
                unit.in_real_time().do(note, reader, one, did, refused=refused)
            unit.session.flush()
            return sorted(set(unit.session.scalars(select(Access.id))) - before)

        return self.work.transact(body, actor=actor)

    def times(self, count: int, subject: UUID = SALMA) -> list[UUID]:
        """So many records about one person, each of another request."""
        return self.note(*(about(subject) for _ in range(count)))

    def chain(self, later: timedelta = SOON) -> Chained | None:
        """The batch of what waits, as a worker makes it when some time is over."""
        return self.work.transact(lambda unit: chain(unit.session, real_now() + later, unit.actor, self.keys))

    def batch(self, count: int, subject: UUID = SALMA) -> list[UUID]:
        """So many records about one person, chained in one batch."""
        made = self.times(count, subject)
        self.chain()
        return made

    def file(self, subject: UUID = SALMA, before: UUID | None = None) -> dict[str, Any]:
        """What this person downloads."""
        return self.work.transact(
            lambda unit: export(unit.session, real_now(), self.keys, subject, before), reading=True
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at the rows."""
        with self.work.database.session(reading=True) as session:
            yield session

    def records(self) -> list[Access]:
        """All records, oldest first."""
        with self.reading() as session:
            return list(session.scalars(select(Access).order_by(Access.id)))

    def batches(self) -> list[AccessBatch]:
        """All batches, oldest first."""
        with self.reading() as session:
            return list(session.scalars(select(AccessBatch).order_by(AccessBatch.number)))

    def rotated(self) -> Looked:
        """The same after a new key was put before the others."""
        return replace(self, keys=Keyring({"two": b"2" * 32, **self.keys.keys}, "two"))


def looked(database: Database) -> Looked:
    """Nobody has looked yet."""
    adapters = SimpleNamespace(keyring=KEYRING)
    return Looked(Work(database, cast(Any, adapters), lambda _unit, _event: None))


def a_late_record(at: datetime) -> Access:
    """A record whose id was made before others, and that is committed after them."""
    return Access(
        id=first_id(at), at=at, subject_id=SALMA, reader_id=HAJAR.actor, role=Role.AGENT, reader="commune",
        basis=Basis.COMPETENT_OFFICE, kind=Kind.LIST, did=Did.READ,
    )  # fmt: skip
