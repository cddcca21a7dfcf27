"""What may go wrong with a backup."""

from __future__ import annotations


class NotDone(Exception):
    """The backup or the restore was not done; the message says why, and what to do."""
