"""The import contracts hold, and each catches a violation planted in a copy of the house."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "journeys", "payments")

PLANTED = [
    ("journeys/cases/fees.py", "import payments.debts.models", "journeys and payments"),
    ("payments/debts/actions.py", "import journeys.cases.models", "payments know nobody"),
    ("journeys/cases/clock.py", "import flask", "only the portal knows the web"),
    ("journeys/catalogue/shelf.py", "import journeys.cases.states", "in journeys"),
    ("payments/ledger/actions.py", "import payments.debts.models", "in payments"),
    ("portal/identity/actions.py", "import portal.apply.forms", "in the portal"),
    ("portal/pay/tasks.py", "import portal.desk.decisions", "in the portal"),
    ("portal/wiring.py", "import payments.providers.stripe", "adapters are imported by nobody"),
    ("portal/pay/tasks.py", "import stripe", "stripe is imported by its adapter"),
    ("portal/tasks.py", "import portal.sandbox.people", "the sandbox is imported by nobody"),
    ("portal/sandbox/people.py", "import portal.web", "the sandbox knows nothing of the house"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--config", "setup.cfg", "--no-cache"]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("definitions", "__pycache__"))
    shutil.copy(ROOT / "setup.cfg", folder)
    return folder


def test_the_contracts_hold(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED, ids=[f"{file}: {line}" for file, line, _ in PLANTED])
def test_a_planted_violation_is_caught(house: Path, file: str, line: str, contract: str) -> None:
    path = house / file
    before = path.read_text("utf-8")
    path.write_text(f"{before}\n{line}\n", "utf-8")
    try:
        result = lint(house)
    finally:
        path.write_text(before, "utf-8")
    assert result.returncode != 0
    broken = [said for said in result.stdout.splitlines() if "BROKEN" in said]
    assert any(contract in said for said in broken) or contract in result.stdout.split("Broken contracts")[1]


def test_what_reads_and_typesets_files_is_loaded_where_it_is_needed() -> None:
    heavy = {"pikepdf", "PIL", "pypdfium2", "typst", "zxingcpp"}
    said = f"import sys, portal.app, portal.tasks; print({heavy} & {{*sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout == "set()\n"
