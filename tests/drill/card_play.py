"""One request with a fee, played: what happens at the card processor, which of its messages arrive, and what is found.

Every move is made with the real thing and with the model; messages are signed as the processor signs them, at the
moment they are sent, and go to the portal over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from drill.card_model import Model, Move, Rest
from drill.card_stage import FEE, Stage
from sqlalchemy import func, select, update

from journeys.cases import actions as cases
from journeys.cases import reading
from journeys.cases.models import Case
from payments.actor import Actor
from payments.debts.actions import lock_attempt
from payments.debts.models import Attempt, AttemptDebt, Debt
from payments.debts.states import AttemptState
from payments.ledger.models import Account, Entry, Transaction
from payments.ports import Checkout
from payments.settlement import actions as settlement
from payments.settlement.models import PaymentReceipt, Refund
from payments.settlement.outcomes import close
from payments.settlement.reading import order_of
from portal.pay.tasks import ask_provider, sweep_payments
from portal.sandbox.cards import actions
from portal.sandbox.cards.errors import NotAccepted
from portal.sandbox.cards.objects import new_event
from portal.unit import Unit, real_now

PAYS, DECLINED = "4242424242424242", "4000000000000002"
KINDS = {
    "processing": "payment_intent.processing",
    "succeeded": "checkout.session.completed",
    "failed": "checkout.session.async_payment_failed",
    "expired": "checkout.session.expired",
    "refunded": "charge.refunded",
}
QUIET = timedelta(minutes=5)
OVER = timedelta(minutes=50)


@dataclass
class Play:
    """One request, its checkouts (``sessions``) in order, and the ``messages`` about them that were written so far.

    ``unheard``: the processor opens the first checkout, and its answer is lost on the way."""

    stage: Stage
    model: Model = field(default_factory=lambda: Model(FEE))
    sessions: list[str] = field(default_factory=list)
    messages: list[tuple[int, list[dict[str, Any]]]] = field(default_factory=list)
    insisted: bool = False
    unheard: bool = False

    def __post_init__(self) -> None:
        self.town, self.processor = self.stage.town, self.stage.town.sandbox.world
        self.case, self.debt = self.stage.request()
        self.sessions.append(self.checkout())

    def checkout(self) -> str:
        """The person goes to the processor, as the portal's view does it: prepare, call, record."""
        adapters = self.town.work.adapters

        def prepare(unit: Unit) -> Any:
            prepared = unit.in_real_time().do(settlement.prepare, [self.debt], adapters.provider.name, "fr")
            back = f"{self.town.url}/fr/payments/{prepared.attempt}/back"
            return prepared.attempt, order_of(unit.session, prepared.attempt, back, f"{back}?cancelled=1")

        return self.town.work.three_steps(
            prepare,
            lambda prepared: adapters.provider.open(prepared[1]),
            self._hear,
            actor=Actor.person(self.stage.salma),
        )

    def _hear(self, unit: Unit, prepared: Any, opened: Checkout) -> str:
        if not self.unheard or self.sessions:
            unit.in_real_time().do(settlement.opened, prepared[0], opened)
        return opened.reference

    def run(self, moves: Iterable[Move]) -> None:
        """Makes the moves that can be made."""
        for move in moves:
            getattr(self, f"_{move.name}")(move)

    def _happens(self, move: Move) -> None:
        which = move.which % len(self.sessions)
        key = self.sessions[which]
        try:
            MOVES[move.event](self, key)
        except (actions.NotOpen, NotAccepted):
            self.messages.append((which, [self._lie(key, move.event)]))
            return
        self.model.happens(which, move.event)
        self.messages.append((which, self.stage.held()))

    def _insists(self, move: Move) -> None:
        which, key = move.which, self.sessions[move.which]
        self.insisted = True
        self.model.insists(which, move.event)
        self.stage.insist(key, move.event)
        self.messages.append((which, [self._lie(key, move.event)]))

    def _lie(self, key: str, event: str) -> dict[str, Any]:
        return new_event(KINDS[event], self.stage.store.get("session", key), self.processor.stamp)

    def _arrives(self, move: Move) -> None:
        if not self.messages:
            return
        place = move.which % len(self.messages)
        which, events = self.messages[place]
        for event in events:
            assert self.stage.hook.tell(event) == 204
        self.model.arrives(which, str(place))
        self._rest()

    def _asked(self, move: Move) -> None:
        """The processor is asked, and what follows from its answer is not done yet."""
        [(attempt,)] = self._read(select(Attempt.id).where(Attempt.provider_reference == self.sessions[move.which]))
        ask_provider(self.town.work, {"attempt": str(attempt)})
        self.model.asked(move.which)

    def _closes(self, _move: Move) -> None:
        """The portal closes an attempt that was never opened, as far as it knows."""
        [(attempt,)] = self._read(select(Attempt.id).where(Attempt.state == AttemptState.PREPARED))
        self.town.work.transact(
            lambda unit: close(unit.session, real_now(), unit.actor, lock_attempt(unit.session, attempt)[0])
        )
        self.model.closed()

    def _everything_arrives(self, _move: Move) -> None:
        for place in range(len(self.messages)):
            self._arrives(Move("arrives", place))

    def _rest(self) -> None:
        """The worker does what there is to do, and the processor tells of what it was asked to give back."""
        self.town.worker_runs()
        for event in self.stage.held():
            assert self.stage.hook.tell(event) == 204
        self.town.worker_runs()

    def _withdraw(self, _move: Move) -> None:
        if self.model.debt != "due":
            return
        self.model.withdrawn()
        actor = Actor.person(self.stage.salma)
        self.town.work.transact(
            lambda unit: unit.do(cases.withdraw, reading.case_by_id(unit.session, self.case, lock=True)), actor=actor
        )

    def _again(self, _move: Move) -> None:
        if self.model.debt != "due" or len(self.sessions) > 2:
            return
        self.passes(OVER)
        self.model.again()
        self.sessions.append(self.checkout())

    def _days(self, move: Move) -> None:
        self.passes(timedelta(days=1 + move.which))

    def _sweep(self, _move: Move) -> None:
        self.passes(QUIET)
        with self.town.app.app_context():
            sweep_payments(self.town.work, {})
        self.model.swept()
        self._rest()

    def passes(self, time: timedelta) -> None:
        """Time passes for this request's attempts: what was written of them lies that much further back.

        The end of an attempt stays where it is until it was opened, as the processor was told of it."""
        rows = self._read(select(Attempt))
        for (row,) in rows:
            moments = {"created_at": row.created_at - time, "heard_at": row.heard_at - time}
            if row.provider_reference:
                moments["expires_at"] = row.expires_at - time
            self._write(update(Attempt).where(Attempt.id == row.id).values(moments))

    def _write(self, change: Any) -> None:
        self.town.work.transact(lambda unit: unit.session.execute(change))

    def _read(self, query: Any) -> list[Any]:
        links = select(AttemptDebt.attempt_id).where(AttemptDebt.debt_id == self.debt)
        with self.town.work.database.session(reading=True) as session:
            return list(session.execute(query.where(Attempt.id.in_(links)).order_by(Attempt.id)).all())

    def found(self) -> Rest:
        """What is true now."""
        with self.town.work.database.session(reading=True) as session:
            links = select(AttemptDebt.attempt_id).where(AttemptDebt.debt_id == self.debt)
            refunds = select(Refund.id).where(Refund.attempt_id.in_(links))
            booked = select(func.coalesce(func.sum(Entry.minor), 0)).join(Transaction).join(Account)
            mine = Transaction.reference.in_(links) | Transaction.reference.in_(refunds)
            receipts = select(func.count()).where(PaymentReceipt.debt_id == self.debt)
            made = select(func.count()).where(Refund.attempt_id.in_(links), Refund.done_at.is_not(None))
            return Rest(
                debt=session.scalars(select(Debt.state).where(Debt.id == self.debt)).one(),
                case=session.scalars(select(Case.state).where(Case.id == self.case)).one(),
                attempts=tuple(state for (state,) in self._read(select(Attempt.state))),
                booked=session.scalars(booked.where(mine, Account.code.startswith("provider:"))).one(),
                charged=self.model.rest().booked if self.insisted else sum(map(self._kept, self.sessions)),
                receipts=session.scalars(receipts).one(),
                refunds=session.scalars(made).one(),
            )

    def _kept(self, key: str) -> int:
        charge = self.stage.charge(key)
        return charge["amount_captured"] - charge["amount_refunded"] if charge and charge["paid"] else 0

    def over(self) -> None:
        """The curtain: no sweep of another play asks about this one's attempts any more."""
        links = select(AttemptDebt.attempt_id).where(AttemptDebt.debt_id == self.debt)
        self._write(update(Attempt).where(Attempt.id.in_(links)).values(answered=True))


def _settle(play: Play, key: str, card: str) -> None:
    settled = actions.end_processing if actions.is_processing(play.processor, key) else actions.pay
    settled(play.processor, key, card)


def _refund(play: Play, key: str) -> None:
    """Somebody gives the money back in the processor's own pages."""
    charge = play.stage.charge(key)
    if charge is None:
        raise actions.NotOpen("nothing was paid")
    actions.refund(play.processor, {"charge": charge["id"]})


MOVES: dict[str, Callable[[Play, str], object]] = {
    "processing": lambda play, key: actions.process(play.processor, key),
    "succeeded": lambda play, key: _settle(play, key, PAYS),
    "failed": lambda play, key: _settle(play, key, DECLINED),
    "expired": lambda play, key: actions.expire_session(play.processor, key),
    "refunded": _refund,
}
"""How each thing is made to happen. Raises NotOpen or NotAccepted when it cannot any more."""
