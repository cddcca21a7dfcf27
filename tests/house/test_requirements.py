"""What the house imports is what it says it needs: a fresh clone gets all of it, in the versions it was tried with."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "journeys", "payments", "migrations")
NAME = re.compile(r"[A-Za-z0-9._-]+")
TYPES_ONLY = {"_typeshed"}
NEWEST = {"tzdata"}
"""Never held back: clocks follow what states decide."""


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


def needed() -> set[str]:
    """What ``setup.cfg`` names."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    return {plain(NAME.match(line)[0]) for line in config["options"]["install_requires"].split("\n") if line}


def with_what_they_need(names: set[str]) -> set[str]:
    """These and all that is installed because of them; what another system would need is not here."""
    here = {plain(one.name): one.requires or () for one in distributions()}
    found: set[str] = set()
    while names:
        found |= names
        lines = (line for name in names for line in here[name] if "extra ==" not in line)
        names = ({plain(NAME.match(line)[0]) for line in lines} & here.keys()) - found
    return found


def imported() -> Iterator[str]:
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_everything_that_is_imported_is_installed_with_the_portal() -> None:
    outside = set(imported()) - sys.stdlib_module_names - TYPES_ONLY - set(PACKAGES)
    brought = {module: {plain(name) for name in names} for module, names in packages_distributions().items()}
    installed = with_what_they_need(needed())
    assert {module for module in outside if installed.isdisjoint(brought.get(module, ()))} == set()


def test_everything_that_is_needed_has_a_version_it_was_tried_with() -> None:
    tried = {plain(NAME.match(line)[0]) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line}
    assert needed() - tried == NEWEST
