"""What may go wrong in a locker."""


class NotFound(Exception):
    """No such document, or not this person's: the two are not told apart."""
