"""What may go wrong with a debt or an attempt."""


class WrongMove(Exception):
    """The table of states does not allow this verb in this state."""

    def __init__(self, state: str | None, verb: str) -> None:
        super().__init__(f"{verb} is not possible when {state or 'nothing is there'}")
        self.state = state
        self.verb = verb


class NotKnown(LookupError):
    """There is no debt or attempt with this id."""


class BadLines(ValueError):
    """The lines of a debt are missing, of the wrong shape, or without an amount."""
