"""Note that somebody looks at somebody else's data.

An area that shows or changes somebody's data says so in the same transaction, with the moment of real time::

    officer = Reader(Role.AGENT, Basis.COMPETENT_OFFICE, office.administration, office.id)
    about = About(case.subject_id, Kind.REQUEST, case.id, case.reference, case.service)
    unit().in_real_time().do(note, officer, about)

An attempt that is refused is noted after the rollback, in a transaction of its own::

    keep_if_refused(lambda unit: unit.in_real_time().do(note, replace(officer, basis=Basis.NONE), about, refused=True))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.audit.models import Access, Basis, Did, Kind, Role

BODIES = frozenset((Role.CONNECTOR, Role.REGISTER))
"""Who looks without being a person, whoever pressed the button that made them."""

NOTED = "portal.audit.noted"


@dataclass(frozen=True, slots=True)
class Reader:
    """As what and by which right somebody looks. ``body`` is the administration, connector or register by its id, a
    company by its name; ``office`` the office or the place of assistance."""

    role: Role
    basis: Basis
    body: str = ""
    office: UUID | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Whose data, of what kind, for which request and which document where there is one."""

    subject: UUID
    kind: Kind
    case: UUID | None = None
    reference: str | None = None
    service: str | None = None
    document: UUID | None = None


def note(
    session: Session,
    moment: datetime,
    actor: Actor,
    reader: Reader,
    about: About,
    did: Did = Did.READ,
    *,
    refused: bool = False,
) -> None:
    """Writes that the actor, with the actor's mandate, looks as ``reader`` at ``about``. ``moment`` is real time.

    Nothing is written of one's own data, and the same twice in one transaction is one record.
    """
    person = None if reader.role in BODIES else actor.actor
    same = person, reader.body, about.subject, about.case, about.document, about.kind, did, refused
    if person == about.subject or not _first(session, same):
        return
    session.add(
        Access(
            at=moment,
            subject_id=about.subject,
            reader_id=person,
            role=reader.role,
            office_id=reader.office,
            reader=reader.body,
            case_id=about.case,
            reference=about.reference,
            service=about.service,
            document_id=about.document,
            mandate_id=actor.mandate,
            basis=reader.basis,
            kind=about.kind,
            did=did,
            refused=refused,
        )
    )


def _first(session: Session, same: tuple[object, ...]) -> bool:
    """Whether this is new in the transaction at hand: what an undone savepoint has noted is not known outside."""
    transaction = session.get_nested_transaction() or session.get_transaction() or session.begin()
    noted = session.info.setdefault(NOTED, WeakKeyDictionary()).setdefault(transaction, set())
    known = same in noted
    noted.add(same)
    return not known
