"""One drill in a process of its own."""

from __future__ import annotations

import importlib
import shutil
import tempfile
import time
import traceback
from pathlib import Path

from drill.report import How, Result

Row = tuple[Result, float]


def drilled(name: str, quick: bool, seed: int) -> list[Row]:
    """The rows of the drill of this name and the seconds each took. One that breaks off says so in a row.

    The folder with databases and logs stays when anything was found."""
    rows: list[Row] = []
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix=f"drill-{name}-"))
    folder.chmod(0o755)
    try:
        for result in importlib.import_module(f"drill.{name}").run(How(quick, seed, folder)):
            rows.append((result, time.monotonic() - began))
            began = time.monotonic()
    except Exception as problem:
        traceback.print_exc()
        broken = Result(name, broken=[f"the drill broke off: {type(problem).__name__}: {str(problem)[:200]}"])
        rows.append((broken, time.monotonic() - began))
    if any(result.findings for result, _ in rows):
        rows[-1][0].note += f"; see {folder}"
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return rows
