"""What may go wrong with who someone is, and for whom they act."""


class IdentityError(Exception):
    """A problem of identity."""


class WrongAnswer(IdentityError):
    """The issuer's answer does not fit what we asked: state, nonce, signature, issuer or level."""


class NotReachable(IdentityError):
    """The issuer did not answer, or answered nonsense."""


class NotEnough(IdentityError):
    """The issuer vouches for the person at a lower level than was asked."""


class NotAllowed(IdentityError):
    """The person, or the issuer, said no."""


class NotKnown(IdentityError):
    """There is no issuer, no address of this person, no register of this name here."""


class ChangedPerson(IdentityError):
    """The issuer now vouches for somebody else under the same account: nobody's data is opened."""


class NotAlive(IdentityError):
    """Whoever this digital ID belonged to has died."""


class WrongCode(IdentityError):
    """A code that is not right, was used, is too old, or was tried too often."""


class WrongMandate(IdentityError):
    """This cannot be done to this mandate: it moved on, or its ground does not allow it."""


class TooManyAsked(IdentityError):
    """Somebody asks for more codes, or gives or asks for more mandates, than one person usually needs."""


class LastOne(IdentityError):
    """Nobody could act for the company any more."""


class WrongNumber(IdentityError):
    """What was typed is no number of this kind."""


class NotTheSame(IdentityError):
    """Two accounts that are surely two people's, or somebody's at work, cannot be joined."""
