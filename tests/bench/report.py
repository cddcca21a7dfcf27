"""The table of a bench: what each row costs, its ratio to the yardsticks, the target and whether it is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench import large, papers, rows, weight
from bench.measure import Figures

MOST_PUBLIC, MOST_SIGNED_IN, MOST_QUERIES = 2.0, 3.0, 4
MOST_SUBMISSION, MOST_COMMITS = 35.0, 4
MOST_SLOWER = 1.2
"""How much more forty or a thousand mandates may cost than one (acting) or a page full (the list to choose from)."""
NUMBERS = {
    "submission by 8 clients, p95, ms": 250.0,
    "PSS of a worker of one, MB": 120.0,
    "PSS of a worker of two, MB": 120.0,
    "cold start, s": 2.5,
    **large.TARGETS,
    **weight.TARGETS,
    **papers.TARGETS,
}
Counts = Mapping[str, tuple[int, int]]
HEADINGS = ("", "app", "database", "CPU-ms", "÷ line", "÷ SELECT", "÷ 6 KB", "÷ 4 rows", "queries", "commits", "target")
WIDTHS = (44, 8, 8, 8, 7, 8, 7, 8, 7, 7, 0)


@dataclass(frozen=True, slots=True)
class Target:
    """One target of one row."""

    row: str
    what: str
    found: float
    most: float

    @property
    def met(self) -> bool:
        """Whether it is."""
        return self.found <= self.most

    def __str__(self) -> str:
        return f"{self.what} ≤ {self.most:g}: {'met' if self.met else f'MISSED ({self.found:.3g})'}"


def targets(found: Figures, counts: Counts) -> Iterator[Target]:
    """Every target, row by row."""
    page = found.spent[rows.PAGE].total
    for names, most in ((rows.PUBLIC, MOST_PUBLIC), (rows.SIGNED_IN, MOST_SIGNED_IN)):
        for name in names:
            yield Target(name, "÷ 6 KB", found.spent[name].total / page, most)
    for names, least in ((rows.ACTING, 1), (rows.SWITCHER, 20)):
        for many in (40, 1000):
            yield Target(
                names[many], f"÷ {least}", found.spent[names[many]].total / found.spent[names[least]].total, MOST_SLOWER
            )
    yield Target(rows.LOOKED_AT, "commits", counts[rows.LOOKED_AT][1], 1)
    for name in rows.SIGNED_IN:
        yield Target(name, "queries", counts[name][0], MOST_QUERIES)
    yield Target(rows.SUBMISSION, "CPU-ms", found.spent[rows.SUBMISSION].total, MOST_SUBMISSION)
    yield Target(rows.SUBMISSION, "commits", counts[rows.SUBMISSION][1], MOST_COMMITS)
    for name, most in NUMBERS.items():
        if name in found.numbers:
            yield Target(name, "", found.numbers[name], most)


def table(found: Figures, counts: Counts) -> str:
    """All of it as text."""
    judged: dict[str, list[str]] = {}
    for target in targets(found, counts):
        judged.setdefault(target.row, []).append(str(target).strip())
    lines = [f"\n{found.database}", _line(HEADINGS)]
    lines += [_row(found, name, counts, "; ".join(judged.get(name, ()))) for name in found.spent]
    lines += [
        _line((name, "", "", _number(value), *[""] * 6, *judged.get(name, ()))) for name, value in found.numbers.items()
    ]
    return "\n".join([*lines, *found.notes])


def _row(found: Figures, name: str, counts: Counts, judged: str) -> str:
    spent = found.spent[name]
    measured = [found.spent[one].total for one in rows.YARDSTICKS]
    ratios = [f"{spent.total / one:.2f}" for one in measured]
    queries, commits = counts.get(name, ("", ""))
    cells = (_number(spent.application), _number(spent.database), _number(spent.total))
    return _line((name, *cells, *ratios, queries, commits, judged))


def _number(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _line(cells: tuple[object, ...]) -> str:
    first, *rest = (str(cell) for cell in cells)
    numbers = [cell.rjust(width) for cell, width in zip(rest[:-1], WIDTHS[1:], strict=False)]
    return "  ".join([first.ljust(WIDTHS[0]), *numbers, rest[-1]]).rstrip()


def as_data(found: Figures, counts: Counts) -> dict[str, Any]:
    """The same for a file."""
    return {
        "database": found.database,
        "milliseconds": {
            name: {
                "application": spent.application,
                "database": spent.database,
                "rounds": [one.total for one in found.all_rounds[name]],
            }
            for name, spent in found.spent.items()
        },
        "numbers": found.numbers,
        "queries and commits": {name: list(found) for name, found in counts.items()},
        "targets": [
            {"row": one.row, "what": one.what, "found": one.found, "most": one.most, "met": one.met}
            for one in targets(found, counts)
        ],
        "notes": found.notes,
    }
