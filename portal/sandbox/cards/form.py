"""Nested form fields as Stripe's API takes them: ``line_items[0][price_data][currency]=mad``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from portal.sandbox.cards.errors import NotAccepted

FIELD = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def parse(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Dictionaries and lists from bracketed names. Raises NotAccepted for a name that is not well formed."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        _plant(tree, _steps(name), value)
    return {name: _lists(branch) for name, branch in tree.items()}


def bracketed(path: Iterable[object]) -> str:
    """A path written the way it was sent: ``a[0][b]``."""
    first, *rest = path
    return str(first) + "".join(f"[{step}]" for step in rest)


def _steps(name: str) -> list[str]:
    match = FIELD.fullmatch(name)
    if match is None:
        raise NotAccepted(f"Invalid parameter name: {name}", param=name)
    return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


def _plant(tree: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise NotAccepted("Invalid object: a value and its parts were both sent", param=bracketed(steps))
    last = steps[-1] or str(len(tree))
    if last in tree:
        raise NotAccepted("The same parameter was sent twice", param=bracketed(steps))
    tree[last] = value


def _lists(branch: Any) -> Any:
    """Dictionaries whose names are all numbers are lists."""
    if not isinstance(branch, dict):
        return branch
    grown = {name: _lists(value) for name, value in branch.items()}
    if all(name.isdecimal() for name in grown):
        return [grown[name] for name in sorted(grown, key=int)]
    return grown
