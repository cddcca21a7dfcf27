"""What has happened to access records."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chained:
    """Records were made part of the chain: the number of their batch, how many they are, and its head (hex)."""

    number: int
    count: int
    head: str = field(default="", compare=False)
