"""What must be true of a fee at rest, told from what really happened at the card processor and when it was asked.

Written apart from ``payments``: it shares no code and no table with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations, product
from random import Random

EVENTS = ("processing", "succeeded", "failed", "expired", "refunded")

HAPPENS = {
    ("open", "processing"): "processing",
    ("open", "succeeded"): "paid",
    ("open", "expired"): "expired",
    ("processing", "succeeded"): "paid",
    ("processing", "failed"): "failed",
    ("paid", "refunded"): "refunded",
}
"""What can happen at the processor. A declined card leaves its page open; what is not here is a message that lies."""

INSISTED = {
    "processing": "processing",
    "succeeded": "paid",
    "failed": "failed",
    "expired": "expired",
    "refunded": "refunded",
}
"""What a processor is that says each of these without regard to what it said before."""

LAST_WORDS = ("paid", "failed", "expired", "refunded")


def sequences(longest: int) -> Iterator[tuple[str, ...]]:
    """Every sequence of one up to ``longest`` events."""
    for length in range(1, longest + 1):
        yield from product(EVENTS, repeat=length)


@dataclass(frozen=True, slots=True)
class Rest:
    """What is true when nothing moves. ``attempts`` are where each stands here, ``booked`` the provider's money in our
    ledger, ``charged`` what it really kept (centimes), ``receipts`` and ``refunds`` how many there are."""

    debt: str
    case: str
    attempts: tuple[str, ...]
    booked: int
    charged: int
    receipts: int
    refunds: int


@dataclass(slots=True)
class Try:
    """One checkout: what is ``true`` of it at the processor, where it stands ``here``."""

    true: str = "open"
    here: str = "open"
    took: bool = False
    answered: bool = False


@dataclass(slots=True)
class Model:
    """One request with a fee and its tries to pay it."""

    fee: int
    debt: str = "due"
    case: str = "submitted"
    tries: list[Try] = field(default_factory=lambda: [Try()])
    heard: set[str] = field(default_factory=set)
    refunds: int = 0

    def happens(self, which: int, event: str) -> None:
        """Something happens at the processor, if it can."""
        tried = self.tries[which]
        tried.true = HAPPENS.get((tried.true, event), tried.true)

    def insists(self, which: int, event: str) -> None:
        """The processor says this now, whatever it said before."""
        self.tries[which].true = INSISTED[event]

    def arrives(self, which: int, message: str) -> None:
        """A message is heard once; then the processor is asked."""
        if message not in self.heard:
            self.heard.add(message)
            self.asked(which)

    def swept(self) -> None:
        """Without a message everything is asked about that has not had its last word."""
        for which, tried in enumerate(self.tries):
            if not tried.answered:
                self.asked(which)

    def asked(self, which: int) -> None:
        """The first success pays what is due; any other money that came goes back; the rest changes no money."""
        tried = self.tries[which]
        tried.answered = tried.answered or tried.true in LAST_WORDS
        if tried.true == "paid" and not tried.took:
            self._money_came(tried)
        elif tried.true == "refunded" and tried.here == "paid":
            tried.here, self.debt = "refunded", "refunded"
            self.refunds += 1
        elif tried.true in ("failed", "refunded") and tried.here == "open":
            tried.here = "failed"
        elif tried.true == "expired" and tried.here == "open":
            tried.here = "expired"

    def _money_came(self, tried: Try) -> None:
        tried.took = True
        if self.debt != "due":
            tried.here = tried.true = "refunded"
            self.refunds += 1
            return
        self.closed()
        tried.here, self.debt, self.case = "paid", "paid", "filed"

    def withdrawn(self) -> None:
        """The person takes the request back before it is paid."""
        self.debt, self.case = "cancelled", "withdrawn"

    def again(self) -> None:
        """The person begins anew; what was open makes way, here."""
        self.closed()
        self.tries.append(Try())

    def closed(self) -> None:
        """What is open makes way, here."""
        for tried in self.tries:
            tried.here = "expired" if tried.here == "open" else tried.here

    def rest(self) -> Rest:
        """What must be found."""
        return Rest(
            debt=self.debt,
            case=self.case,
            attempts=tuple(tried.here for tried in self.tries),
            booked=self.fee if self.debt == "paid" else 0,
            charged=self.fee if self.debt == "paid" else 0,
            receipts=int(self.debt in ("paid", "refunded")),
            refunds=self.refunds,
        )


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a play: ``name`` is a method of the play, ``which`` the try or message, ``event`` what happens."""

    name: str
    which: int = 0
    event: str = ""

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.name, self.which or "", self.event) if part != "")


def at_once(events: tuple[str, ...]) -> list[Move]:
    """Each message comes as soon as it happened."""
    return [move for place, event in enumerate(events) for move in (Move("happens", 0, event), Move("arrives", place))]


def all_late(events: tuple[str, ...], days: int = 3) -> list[Move]:
    """All has happened days before the first message comes."""
    return [*_happen(events), Move("days", days), *(Move("arrives", place) for place in range(len(events)))]


def backwards_and_twice(events: tuple[str, ...]) -> list[Move]:
    """The last message comes first, and each comes twice."""
    places = [place for place in reversed(range(len(events))) for _ in range(2)]
    return [*_happen(events), *(Move("arrives", place) for place in places)]


def in_another_order(events: tuple[str, ...]) -> Iterator[list[Move]]:
    """Once all has happened, the messages come in every order but the first and its reverse."""
    places = range(len(events))
    for order in permutations(places):
        if order not in (tuple(places), tuple(reversed(places))):
            yield [*_happen(events), *(Move("arrives", place) for place in order)]


def never(events: tuple[str, ...]) -> list[Move]:
    """No message comes; time passes and the sweep comes by."""
    return [*_happen(events), Move("sweep")]


def contradicting(events: tuple[str, ...]) -> list[Move]:
    """The processor says each of these when it is asked, whatever it said before."""
    return [move for place, event in enumerate(events) for move in (Move("insists", 0, event), Move("arrives", place))]


WAYS = {"at once": at_once, "days late": all_late, "backwards and twice": backwards_and_twice, "never": never}


def with_withdrawal(events: tuple[str, ...]) -> Iterator[list[Move]]:
    """The request is taken back before each of the events, and the messages come after or before."""
    for place in range(len(events)):
        moves = at_once(events)
        yield [*moves[: 2 * place], Move("withdraw"), *moves[2 * place :]]


def with_a_second_try(events: tuple[str, ...]) -> Iterator[list[Move]]:
    """The first try is late: the person begins anew before it says anything; the second is paid, or is not."""
    late = [Move("arrives", 1 + place) for place in range(len(events))]
    firsts = [Move("happens", 0, event) for event in events]
    for second in ("succeeded", "expired"):
        yield [Move("again"), Move("happens", 1, second), Move("arrives", 0), *firsts, *late]
        yield [Move("again"), Move("happens", 1, second), *firsts, *late, Move("arrives", 0)]


def by_chance(chance: Random) -> list[Move]:
    """A long history of up to three tries, its messages lost, doubled, late and out of order."""
    names = ["happens"] * 5 + ["arrives"] * 5 + ["again", "withdraw", "days", "sweep"]
    moves = []
    for _ in range(chance.randint(6, 24)):
        name = chance.choice(names)
        moves.append(Move(name, chance.randrange(12), chance.choice(EVENTS) if name == "happens" else ""))
    return [*moves, Move("days", 2), Move("everything_arrives"), Move("sweep")]


def _happen(events: tuple[str, ...]) -> list[Move]:
    return [Move("happens", 0, event) for event in events]
