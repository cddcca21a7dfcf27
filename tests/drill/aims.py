"""At what is aimed: fail points, of which those are one that are the same moment of the same work."""

from __future__ import annotations

import re

from drill.report import How

Points = tuple[str, ...]
"""Names of one moment: where any of them is passed, it has come."""

OF_TRUST = re.compile(r"task\.issue_\w+ ((?:seals|stamps|revocation)\..+)")
OF_DATABASE = re.compile(r" (?:commit|claim|finish|keep_up)\.")
OF_WORKER = ("process ", "task.", "worker ")


def aimed_at(seen: list[str], how: How, kind: str) -> list[Points]:
    """The moments at which the processes on this kind of database are killed: those at which it is written to or read
    from, and by chance half of all others: a call to the world does not know what kind of database we have."""
    return [points for moment, points in alike(seen).items() if OF_DATABASE.search(moment) or how.kind(moment) == kind]


def alike(seen: list[str]) -> dict[str, Points]:
    """The moments by what happens then, each of one point; but every document asks the trust services in the same way,
    and only the first after a start asks for all that is known for a time then: each of these questions is one moment,
    whichever asks it."""
    found: dict[str, list[str]] = {}
    for point in seen:
        question = OF_TRUST.fullmatch(point)
        found.setdefault(question[1] if question else point, []).append(point)
    return {moment: tuple(points) for moment, points in found.items()}


def passes(points: Points) -> str:
    """The name of the process that comes to this moment."""
    return "worker" if points[0].startswith(OF_WORKER) else "web"
