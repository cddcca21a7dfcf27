"""What may go wrong between us and an administration."""


class ExchangeError(Exception):
    """A problem of routing or exchange."""


class NotServed(ExchangeError):
    """No office is competent here: this administration in this territory is not served by the portal."""
