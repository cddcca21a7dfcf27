"""The shape of the house: file names, empty packages, nothing unfinished, no page without a guard."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from drill.__main__ import DRILLS

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    "portal", "journeys", "payments", "migrations", "static", "templates", "tests", "docs", "setup.cfg",
    "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile", "constraints.txt", "package.json", "package-lock.json",
    ".ci", ".gitignore", ".dockerignore", ".npmrc", "Dockerfile", "compose.yaml", "LICENSE",
}  # fmt: skip
BANNED = {"utils.py", "helpers.py", "common.py", "manager.py"}
LONGEST = 300


def tracked() -> list[Path]:
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in said.stdout.splitlines() if (ROOT / line).exists()]


def test_the_top_level_holds_the_house_and_nothing_else() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP


def test_every_package_file_is_empty() -> None:
    full = [path for path in tracked() if path.name == "__init__.py" and path.read_text("utf-8").strip()]
    assert full == []


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [path for path in tracked() if path.name in BANNED] == []


def test_no_module_is_longer_than_one_can_read() -> None:
    modules = [path for path in tracked() if path.suffix == ".py" and "versions" not in path.parts]
    long = {path.name: lines for path in modules if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST}
    assert long == {}


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    found = [
        path for path in tracked() if path.suffix in (".py", ".html", ".typ") and marks.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    modules = [path for path in tracked() if path.suffix == ".py" and path.stat().st_size and "tests" not in path.parts]
    silent = [path for path in modules if not path.read_text("utf-8").lstrip().startswith(('"""', 'r"""', "# "))]
    assert silent == []


def test_every_drill_is_run() -> None:
    modules = (ROOT / "tests" / "drill").glob("*.py")
    assert {path.stem for path in modules if "\ndef run(how: How)" in path.read_text("utf-8")} == set(DRILLS)
