"""What a drill is asked and what it answers: rows of a table, one per thing that was tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

KINDS = ("sqlite", "postgresql")
"""The kinds of database that are drilled."""


@dataclass(frozen=True, slots=True)
class How:
    """How a drill is run: ``quick`` takes a sample, ``seed`` makes chance repeatable, ``folder`` is the drill's own."""

    quick: bool
    seed: int
    folder: Path

    def chance(self, about: str) -> Random:
        """Chance of one drill's own, the same for the same seed."""
        return Random(f"{self.seed}:{about}")

    def kind(self, about: str) -> str:
        """The one kind of database that this is drilled on, by chance."""
        return self.chance(about).choice(KINDS)

    def many(self, full: int, quick: int) -> int:
        """How many times: all, or a sample."""
        return quick if self.quick else full


@dataclass(slots=True)
class Result:
    """One row. ``lost`` was acknowledged and is gone, ``doubled`` exists twice, ``stuck`` does not go on by itself,
    ``broken`` is all else that is wrong (an invariant, a wrong page). Each holds one line of words per finding."""

    what: str
    times: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    note: str = ""
    skipped: str = ""

    @property
    def findings(self) -> list[str]:
        """All that went wrong."""
        return [*self.lost, *self.doubled, *self.stuck, *self.broken]


HEADINGS = ("drill", "times", "lost", "doubled", "stuck", "broken", "seconds", "note")
WIDTHS = (58, 6, 5, 8, 6, 7, 8, 0)


def heading() -> str:
    """The table's first line."""
    return _line(HEADINGS)


def row(result: Result, seconds: float) -> str:
    """One line of the table."""
    counts = [len(found) for found in (result.lost, result.doubled, result.stuck, result.broken)]
    if result.skipped:
        return _line((result.what, "-", "-", "-", "-", "-", f"{seconds:.1f}", f"not run: {result.skipped}"))
    return _line((result.what, result.times, *counts, f"{seconds:.1f}", result.note))


def _line(cells: tuple[object, ...]) -> str:
    first, *rest = (str(cell) for cell in cells)
    numbers = [cell.rjust(width) for cell, width in zip(rest[:-1], WIDTHS[1:], strict=False)]
    return "  ".join([first.ljust(WIDTHS[0]), *numbers, rest[-1]]).rstrip()
