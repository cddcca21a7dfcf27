"""How sure the identity provider is of a person: three levels, named as in eIDAS (EU regulation 910/2014, art. 8)."""

from __future__ import annotations

LEVELS = ("low", "substantial", "high")
USUAL = "substantial"
METHODS = {"low": ["pwd"], "substantial": ["pwd", "otp"], "high": ["pin", "hwk"]}
"""Authentication methods (``amr``, RFC 8176) that stand for each level."""


def reached(wish: str, most: str) -> str:
    """The level of a sign-in: the first of the wished ones (``acr_values``, in order of preference) the person can
    reach, else their highest. Without a wish it is ``substantial``, or less where the person has less."""
    wishes = [level for level in wish.split() if level in LEVELS] or [USUAL]
    return next((level for level in wishes if at_least(most, level)), most)


def falls_short(wish: str, level: str) -> bool:
    """Whether a level is none of those wished for."""
    wishes = [wanted for wanted in wish.split() if wanted in LEVELS]
    return bool(wishes) and level not in wishes


def at_least(level: str, wanted: str) -> bool:
    """Whether ``level`` is as sure as ``wanted``."""
    return LEVELS.index(level) >= LEVELS.index(wanted)
