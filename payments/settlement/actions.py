"""Taking money: prepare an attempt, open it, record what became of it, give money back.

The moments of this room are real time, never the movable legal time: providers judge them by their own clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from payments.debts.actions import (
    links_of,
    live_attempts,
    lock_attempt,
    lock_debts,
    move_attempt,
    ref_of,
    start_attempt,
)
from payments.debts.models import Attempt, AttemptDebt, Debt
from payments.debts.states import DEBT_LIFE, AttemptState, AttemptVerb, DebtState, DebtVerb, follow
from payments.money import total
from payments.once import insert_once
from payments.ports import Checkout, News, Status
from payments.settlement import refunds
from payments.settlement.errors import AlreadyPaid, NotPayable, Why
from payments.settlement.events import (
    AttemptExpired,
    NewsNoted,
    Opened,
    Outcome,
    Prepared,
    RefundDue,
    Refunded,
)
from payments.settlement.models import ProviderNews, Reason
from payments.settlement.outcomes import MEANINGS, close

FRESH = timedelta(minutes=10)
"""How long a prepared attempt may wait to be opened: card processors refuse a page that lives less than 30 minutes."""

LAST_MINUTE = timedelta(minutes=1)


def prepare(
    session: Session,
    moment: datetime,
    actor: Actor,
    debt_ids: Iterable[UUID],
    provider: str,
    language: str,
    minutes: int = 45,
) -> Prepared:
    """An attempt to pay exactly these debts: the one that is under way when it can still be used, else a new one.

    Other attempts on these debts are closed; should one of them be paid nevertheless, the money is used or given back.
    ``minutes`` (at least 40) is how long the provider's page stays open. Raises NotKnown, NotPayable or AlreadyPaid.
    """
    debts = lock_debts(session, debt_ids)
    _refuse_unpayable(debts)
    live = live_attempts(session, debts)
    for attempt in live:
        if attempt.provider == provider and _usable(attempt, moment) and _pays(session, attempt, debts):
            return _prepared(attempt, new=False)
    closed = tuple(close(session, moment, actor, attempt).attempt for attempt in live)
    attempt = _new_attempt(moment, debts, provider, language, timedelta(minutes=minutes))
    start_attempt(session, moment, actor, attempt, debts)
    return _prepared(attempt, new=True, closed=closed)


def opened(session: Session, moment: datetime, actor: Actor, attempt_id: UUID, checkout: Checkout) -> Opened:
    """The provider opened a checkout. The first one counts; again is no news. Raises NotKnown.

    When the attempt was closed in the meantime its checkout is kept all the same, so that it is asked about.
    """
    attempt, _ = lock_attempt(session, attempt_id)
    if attempt.provider_reference is None:
        attempt.provider_reference, attempt.url, attempt.heard_at = checkout.reference, checkout.url, moment
    if attempt.state == AttemptState.PREPARED:
        move_attempt(session, moment, actor, attempt, AttemptVerb.OPEN)
    session.flush()
    return Opened(attempt.id, attempt.url or checkout.url, attempt.state == AttemptState.OPEN)


def record(session: Session, moment: datetime, actor: Actor, attempt_id: UUID, status: Status) -> Outcome | None:
    """What the provider answered when asked about an attempt; None when that is no news.

    Settled when the money pays the debts, RefundDue when they are not due any more, Mismatched when it is another
    amount or currency than was owed. Repeated and contradictory answers change nothing. Raises NotKnown.
    """
    attempt, debts = lock_attempt(session, attempt_id)
    attempt.heard_at = moment
    outcome = MEANINGS[status.taken](session, moment, actor, attempt, debts, status)
    session.flush()
    return outcome


def give_back(session: Session, moment: datetime, actor: Actor, debt_id: UUID) -> RefundDue:
    """A paid debt is to be given back to the payer, once: again gives the same refund. Raises WrongMove, NotKnown."""
    attempt, debts = lock_attempt(session, _paid_by(session, debt_id))
    [debt] = [debt for debt in debts if debt.id == debt_id]
    refund = refunds.owe_back(session, moment, actor, attempt, debt, Reason.GIVEN_BACK)
    return refunds.due_event(attempt, refund, debts)


def refunded(
    session: Session,
    moment: datetime,
    actor: Actor,
    attempt_id: UUID,
    provider_reference: str,
    key: str | None = None,
) -> Refunded | None:
    """The provider gave money back: ``key`` says which refund (without it: all that are due of the attempt).

    None when that was known. Raises NotKnown.
    """
    attempt, debts = lock_attempt(session, attempt_id)
    which = refunds.by_key(refunds.refunds_of(session, attempt), key)
    return refunds.give_back(session, moment, actor, attempt, debts, which, provider_reference)


def expire_unopened(session: Session, moment: datetime, actor: Actor, limit: int = 100) -> list[AttemptExpired]:
    """Closes attempts that were prepared, never opened, and are past their time."""
    stale = (
        select(Attempt.id)
        .where(Attempt.state == AttemptState.PREPARED, Attempt.expires_at <= moment)
        .order_by(Attempt.expires_at)
        .limit(limit)
    )
    locked = [lock_attempt(session, attempt)[0] for attempt in session.scalars(stale).all()]
    return [close(session, moment, actor, attempt) for attempt in locked]


def note_news(session: Session, moment: datetime, provider: str, news: News, body: bytes) -> NewsNoted | None:
    """Keeps a message once; None when it was seen before.

    Call it in the transaction that records the provider's answer: noted alone, a crash would lose its meaning.
    """
    values = {
        "id": new_id(),
        "provider": provider,
        "event": news.event,
        "kind": news.kind,
        "reference": news.reference,
        "digest": sha256(body).hexdigest(),
        "received_at": moment,
    }
    new = insert_once(session, ProviderNews, ("provider", "event"), values)
    return NewsNoted(provider, news.event, news.kind, news.reference) if new else None


def _refuse_unpayable(debts: Sequence[Debt]) -> None:
    if not debts:
        raise NotPayable(Why.NOTHING)
    if len({debt.currency for debt in debts}) > 1:
        raise NotPayable(Why.CURRENCIES)
    for state, why in ((DebtState.CANCELLED, Why.CANCELLED), (DebtState.REFUNDED, Why.REFUNDED)):
        if gone := tuple(ref_of(debt) for debt in debts if debt.state == state):
            raise NotPayable(why, gone)
    if paid := tuple(ref_of(debt) for debt in debts if debt.state == DebtState.PAID):
        raise AlreadyPaid(paid)


def _usable(attempt: Attempt, moment: datetime) -> bool:
    if attempt.state == AttemptState.PREPARED:
        return moment < attempt.created_at + FRESH
    return moment < attempt.expires_at - LAST_MINUTE


def _pays(session: Session, attempt: Attempt, debts: Sequence[Debt]) -> bool:
    return {link.debt_id for link in links_of(session, attempt)} == {debt.id for debt in debts}


def _new_attempt(moment: datetime, debts: Sequence[Debt], provider: str, language: str, life: timedelta) -> Attempt:
    amount = total((debt.amount for debt in debts), debts[0].currency)
    return Attempt(
        id=new_id(),
        provider=provider,
        language=language,
        currency=amount.currency,
        minor=amount.minor,
        created_at=moment,
        expires_at=moment + life,
        heard_at=moment,
    )


def _prepared(attempt: Attempt, *, new: bool, closed: tuple[UUID, ...] = ()) -> Prepared:
    return Prepared(
        attempt=attempt.id,
        provider=attempt.provider,
        language=attempt.language,
        amount=attempt.amount,
        expires_at=attempt.expires_at,
        url=attempt.url,
        new=new,
        closed=closed,
    )


def _paid_by(session: Session, debt_id: UUID) -> UUID:
    [debt] = lock_debts(session, [debt_id])
    follow(DEBT_LIFE, debt.state, DebtVerb.REFUND)
    return session.scalars(select(AttemptDebt.attempt_id).where(AttemptDebt.debt_id == debt_id, AttemptDebt.live)).one()
