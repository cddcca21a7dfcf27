"""What may go wrong between us and an administration."""


class ExchangeError(Exception):
    """A problem of routing or exchange."""


class NotServed(ExchangeError):
    """No office is competent here: this administration in this territory is not served by the portal."""


class ServedTwice(ExchangeError):
    """Two offices of one place take the same service, or both whatever no other names."""
