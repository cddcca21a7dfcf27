"""At what is aimed: fail points, of which those are one that are the same moment of the same work."""

from __future__ import annotations

import re

Points = tuple[str, ...]
"""Names of one moment: where any of them is passed, it has come."""

OF_TRUST = re.compile(r"task\.issue_\w+ ((?:seals|stamps|revocation)\..+)")


def alike(seen: list[str]) -> list[Points]:
    """The points, each by itself; but every document asks the trust services in the same way, and only the first after
    a start asks for all that is known for a time then: each of these questions is one point, whichever asks it."""
    found: dict[str, list[str]] = {}
    for point in seen:
        question = OF_TRUST.fullmatch(point)
        found.setdefault(question[1] if question else point, []).append(point)
    return [tuple(points) for points in found.values()]
