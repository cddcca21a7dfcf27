"""What may go wrong with a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class CaseError(Exception):
    """A problem with a case; the portal's table says which page shows it."""


class WrongMove(CaseError):
    """The table of states does not have this move: somebody was faster, or the page is old."""

    def __init__(self, state: Any, verb: Any) -> None:
        self.state, self.verb = state, verb
        super().__init__(f"{verb} from {state}")


class NotFound(CaseError):
    """No such case, or not this person's: the two are not told apart."""


class NotComplete(CaseError):
    """Answers are missing or wrong, or bar the person from asking; ``problems`` maps field ids to what is wrong."""

    def __init__(self, problems: Mapping[str, Any]) -> None:
        self.problems = dict(problems)
        super().__init__(", ".join(sorted(self.problems)))


class NotAskable(CaseError):
    """This service cannot be asked for here (yet)."""


class BadReference(CaseError):
    """Not a reference: wrong length, characters or check character."""


class NoReason(CaseError):
    """A refusal carries its reasons (law 55-19 art. 18)."""
