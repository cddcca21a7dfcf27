"""What may go wrong when someone signs in."""


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
    """No issuer of this name is set up."""
