"""One drill in a process of its own."""

from __future__ import annotations

import importlib
import tempfile
import time
import traceback
from pathlib import Path

from drill.report import How, Result

Row = tuple[Result, float]


def drilled(name: str, quick: bool, seed: int) -> list[Row]:
    """The rows of the drill of this name and the seconds each took. One that breaks off says so in a row."""
    rows: list[Row] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"drill-{name}-") as folder:
        Path(folder).chmod(0o755)
        try:
            for result in importlib.import_module(f"drill.{name}").run(How(quick, seed, Path(folder))):
                rows.append((result, time.monotonic() - began))
                began = time.monotonic()
        except Exception as problem:
            traceback.print_exc()
            broken = Result(name, broken=[f"the drill broke off: {type(problem).__name__}: {str(problem)[:200]}"])
            rows.append((broken, time.monotonic() - began))
    return rows
