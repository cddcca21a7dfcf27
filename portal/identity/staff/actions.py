"""Who works where and as what; the second proof: a code generator's codes, each of which serves once (RFC 6238)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from journeys.cases import letters
from payments.actor import Actor
from payments.columns import new_id
from portal.identity.actions import digest_of, working
from portal.identity.errors import WrongCode
from portal.identity.mandates.events import Moved
from portal.identity.mandates.visiting import end_visits
from portal.identity.models import Account, Person, SignIn
from portal.identity.people import by_account
from portal.identity.staff.models import Agent, Enrolment, Factor
from portal.keys import Keyring
from portal.outbox import later

ENROL_WITHIN = timedelta(days=7)
AROUND = 1
"""Time steps before and after now whose codes count: clocks differ (RFC 6238, 5.2)."""
MOST_TRIES = 5
WORD_BYTES = 10
PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=4)
TOTP, PASSKEY = "totp", "passkey"


class Role(StrEnum):
    """What somebody may do at an office: decide; also see to it that others do; edit the catalogue; money; operate;
    look at everything and change nothing; help citizens at a counter."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    CATALOGUE_EDITOR = "catalogue_editor"
    FINANCE = "finance"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    CLERK = "clerk"


def add_agent(
    session: Session,
    moment: datetime,
    _actor: Actor,
    issuer: str,
    sub: str,
    office: UUID,
    role: Role,
    keyring: Keyring,
    mail: str = "",
) -> str | None:
    """Lets somebody work at an office; returns the word with which they set up their second proof, None when they have
    one already, or a word that still serves. The word is sent to ``mail`` where that is given. ``moment`` is real
    time."""
    query = select(Agent).where(Agent.issuer == issuer, Agent.sub == sub, Agent.office_id == office, Agent.role == role)
    agent = session.scalar(query.with_for_update())
    if agent is None:
        agent = Agent(issuer=issuer, sub=sub, office_id=office, role=role)
        session.add(agent)
    agent.added_at, agent.ended_at = moment, None
    session.flush()
    return _word(session, moment, issuer, sub, keyring, mail)


def _word(session: Session, moment: datetime, issuer: str, sub: str, keyring: Keyring, mail: str) -> str | None:
    person = by_account(session, issuer, sub)
    if person is not None and proven(session, person):
        return None
    waiting = select(Enrolment.id).where(
        Enrolment.issuer == issuer, Enrolment.sub == sub, Enrolment.used_at.is_(None), Enrolment.until > moment
    )
    if session.scalar(waiting.limit(1)) is not None:
        return None
    return new_word(session, moment, issuer, sub, keyring, mail)


def new_word(session: Session, moment: datetime, issuer: str, sub: str, keyring: Keyring, mail: str = "") -> str:
    """A word with which somebody sets up their second proof, sent to ``mail`` where that is given; earlier ones serve
    no more."""
    _forget_words(session, issuer, sub)
    word, row_id = secrets.token_hex(WORD_BYTES), new_id()
    wrapped, sealed = keyring.enclose(json.dumps({"word": word, "mail": mail}).encode(), _context(row_id))
    row = Enrolment(id=row_id, issuer=issuer, sub=sub, digest=digest_of(word), data_key=wrapped, sealed=sealed)
    row.until = moment + ENROL_WITHIN
    session.add(row)
    session.flush()
    if mail:
        later(session, "send_word", str(row_id), {"enrolment": str(row_id)})
    return word


def _forget_words(session: Session, issuer: str, sub: str) -> None:
    mine = Enrolment.issuer == issuer, Enrolment.sub == sub, Enrolment.used_at.is_(None)
    session.execute(delete(Enrolment).where(*mine))


def told_with(session: Session, enrolment: UUID, keyring: Keyring) -> dict[str, str] | None:
    """The word of an enrolment and where it is sent (``word``, ``mail``): for its letter. None when another word took
    its place, or the role has ended."""
    row = session.get(Enrolment, enrolment)
    if row is None:
        return None
    told: dict[str, str] = json.loads(keyring.disclose(row.data_key, row.sealed, _context(row.id)))
    return told


def end_agent(session: Session, moment: datetime, actor: Actor, agent: Agent) -> list[Moved]:
    """Somebody works there no more: their open sessions at that office know it at once, and visits at their counter
    end. Who works nowhere any more has no second proof either: whoever adds them again gives them a new word, also when
    a telephone was lost."""
    agent.ended_at = moment
    session.execute(update(SignIn).where(SignIn.agent_id == agent.id).values(agent_id=None, proved_at=None))
    person = by_account(session, agent.issuer, agent.sub)
    ended = end_visits(session, moment, actor, person) if person is not None and agent.role == Role.CLERK else []
    session.flush()
    if session.scalar(working(agent.issuer, agent.sub).limit(1)) is None:
        _forget_words(session, agent.issuer, agent.sub)
        session.execute(update(SignIn).where(SignIn.person_id == person).values(proved_at=None))
        session.execute(delete(Factor).where(Factor.person_id == person))
    return ended


def load_agents(
    session: Session, moment: datetime, actor: Actor, agents: Iterable[Mapping[str, Any]], keyring: Keyring
) -> None:
    """Adds officers: ``issuer``, ``sub``, ``office`` (an id of journeys), ``role``, and ``mail`` for their word."""
    for entry in agents:
        role, mail = Role(entry.get("role", Role.AGENT)), entry.get("mail", "")
        add_agent(session, moment, actor, entry["issuer"], entry["sub"], entry["office"], role, keyring, mail)


def all_agents(session: Session) -> list[Agent]:
    """Who works where now, by issuer and name there."""
    query = select(Agent).where(Agent.ended_at.is_(None)).order_by(Agent.issuer, Agent.sub, Agent.id)
    return list(session.scalars(query))


def places(session: Session, person: UUID, issuer: str) -> list[Agent]:
    """The roles that a person has at offices now."""
    sub = session.scalar(select(Account.sub).where(Account.person_id == person, Account.issuer == issuer))
    return list(session.scalars(working(issuer, sub))) if sub else []


def work_at(session: Session, _moment: datetime, _actor: Actor, sign_in: UUID, agent: UUID) -> None:
    """This browser works at that office, in that role, from now on."""
    session.get_one(SignIn, sign_in).agent_id = agent
    session.flush()


def proven(session: Session, person: UUID) -> list[Factor]:
    """The second proofs that a person has set up."""
    query = select(Factor).where(Factor.person_id == person, Factor.proved_at.is_not(None))
    return list(session.scalars(query.order_by(Factor.id)))


def begin_generator(session: Session, moment: datetime, _actor: Actor, person: UUID, keyring: Keyring) -> str:
    """A fresh secret (base32) of a code generator that is being set up. Those shown before serve no more: whoever saw
    one without the word has nothing."""
    session.get_one(Person, person, with_for_update=True)
    begun = Factor.person_id == person, Factor.kind == TOTP, Factor.proved_at.is_(None)
    session.execute(delete(Factor).where(*begun))
    factor = made_of(moment, person, TOTP, keyring, pyotp.random_base32().encode())
    session.add(factor)
    session.flush()
    return secret_of(factor, keyring)


def begun_generator(session: Session, person: UUID, keyring: Keyring) -> str | None:
    """The secret of the code generator that is being set up; None when none is."""
    begun = select(Factor).where(Factor.person_id == person, Factor.kind == TOTP, Factor.proved_at.is_(None))
    factor = session.scalar(begun)
    return secret_of(factor, keyring) if factor else None


def finish_generator(
    session: Session, moment: datetime, _actor: Actor, person: UUID, issuer: str, word: str, code: str, keyring: Keyring
) -> None:
    """The generator counts: its code was right, and so was the word that came with the role. Raises WrongCode."""
    begun = select(Factor).where(Factor.person_id == person, Factor.kind == TOTP, Factor.proved_at.is_(None))
    factor = session.scalar(begun.with_for_update())
    if factor is None or not _right(factor, moment, code, keyring):
        raise WrongCode
    check_word(session, moment, person, issuer, word).used_at = moment
    factor.proved_at = moment
    session.flush()


def check_word(session: Session, moment: datetime, person: UUID, issuer: str, word: str) -> Enrolment:
    """The enrolment of a word that serves, and serves this person. Raises WrongCode."""
    sub = session.scalar(select(Account.sub).where(Account.person_id == person, Account.issuer == issuer))
    query = select(Enrolment).where(Enrolment.digest == digest_of(word.strip().lower()))
    row = session.scalar(query.with_for_update())
    if row is None or row.used_at is not None or moment > row.until or (row.issuer, row.sub) != (issuer, sub):
        raise WrongCode
    return row


def prove(session: Session, moment: datetime, _actor: Actor, person: UUID, code: str, keyring: Keyring) -> bool:
    """Whether a code of one of the person's generators is right and was not used before. Wrong ones are counted, so the
    transaction must be kept; after each five, nothing counts for a while."""
    query = select(Factor).where(Factor.person_id == person, Factor.kind == TOTP, Factor.proved_at.is_not(None))
    factors = session.scalars(query.with_for_update()).all()
    return any(_right(factor, moment, code, keyring) for factor in factors)


def proved(session: Session, moment: datetime, _actor: Actor, sign_in: UUID) -> None:
    """This browser's second proof was given."""
    session.get_one(SignIn, sign_in).proved_at = moment
    session.flush()


def secret_of(factor: Factor, keyring: Keyring) -> str:
    """A generator's secret, in base32."""
    return key_of(factor, keyring).decode()


def key_of(factor: Factor, keyring: Keyring) -> bytes:
    """A generator's secret, or a passkey's public key."""
    return keyring.disclose(factor.data_key, factor.sealed, _context(factor.id))


def uri_of(secret: str, name: str) -> str:
    """What a code generator reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Shubbak")


def _right(factor: Factor, moment: datetime, typed: str, keyring: Keyring) -> bool:
    if factor.tried_at is not None and factor.tried_at + _pause(factor.tries) > moment:
        return False
    generator, code = pyotp.TOTP(secret_of(factor, keyring)), letters.compact(letters.one_line(typed))
    now = generator.timecode(moment)
    for step in range(now - AROUND, now + AROUND + 1):
        if step > factor.step and secrets.compare_digest(generator.generate_otp(step).encode(), code.encode()):
            factor.step, factor.tries = step, 0
            return True
    factor.tries, factor.tried_at = factor.tries + 1, moment
    return False


def _pause(tries: int) -> timedelta:
    """How long nothing counts: after each five wrong codes in a row twice as long as the time before."""
    rounds, more = divmod(tries, MOST_TRIES)
    return timedelta() if more or not rounds else min(PAUSE * 2 ** (rounds - 1), LONGEST_PAUSE)


def made_of(moment: datetime, person: UUID, kind: str, keyring: Keyring, plain: bytes) -> Factor:
    """A second proof that is not kept yet: ``plain`` is its secret, or a passkey's public key."""
    factor_id = new_id()
    wrapped, sealed = keyring.enclose(plain, _context(factor_id))
    factor = Factor(id=factor_id, person_id=person, kind=kind, name="", data_key=wrapped, step=0, tries=0)
    factor.sealed, factor.added_at = sealed, moment
    return factor


def _context(factor: UUID) -> str:
    return f"factor:{factor}"
