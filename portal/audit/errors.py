"""What may be wrong with a file of proofs."""

from __future__ import annotations


class BadProofs(Exception):
    """This is no file of proofs, or of published heads; the message says why."""
