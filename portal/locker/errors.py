"""What may go wrong in a locker."""


class NotFound(Exception):
    """No such document, or not this person's: the two are not told apart."""


class NoSuchLink(NotFound):
    """A link that never led to anything, or does not any more: the two are not told apart."""


class NoRoom(Exception):
    """The locker is full: something has to be taken out of it first."""


class NotToday(Exception):
    """So much was taken out of the locker today, and lies there for one more day, that nothing more comes in."""


class NotYet(Exception):
    """This document belongs to a request, and stays as long as that needs it."""
