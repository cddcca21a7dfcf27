"""What may go wrong in the ledger."""


class NotBalanced(ValueError):
    """Postings that do not sum to zero, are of several currencies, or move nothing."""
