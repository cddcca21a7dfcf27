"""Runs the drills and prints their table: ``python -m drill [--quick] [--seed N] [NAME …]``. Exit 1 on any finding."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path

from drill.report import How, Result, heading, row

DRILLS = ("kills", "cards", "forged", "races", "outages", "ground", "disk", "restarts", "backups", "crawl")
MOST_SHOWN = 20
BUDGET_MINUTES = {False: 50, True: 8}


def main() -> int:
    """All drills, or those that are named."""
    asked = _asked()
    began = time.monotonic()
    print(heading(), flush=True)
    results: list[Result] = []
    for name in asked.names or DRILLS:
        with tempfile.TemporaryDirectory(prefix=f"drill-{name}-") as folder:
            Path(folder).chmod(0o755)
            results += _run(name, How(asked.quick, asked.seed, Path(folder)))
    found = [f"{result.what}: {finding}" for result in results for finding in result.findings]
    skipped = [result for result in results if result.skipped]
    minutes = (time.monotonic() - began) / 60
    said = f"{len(results)} rows, {len(found)} findings, {len(skipped)} not run, seed {asked.seed}"
    print(f"\n{said}, {minutes:.1f} minutes of {BUDGET_MINUTES[asked.quick]} at most")
    return 1 if found or (skipped and os.environ.get("CI", "").lower() == "true") else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drill")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DRILLS))
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK") == "1")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "2026")))
    return parser.parse_args()


def _run(name: str, how: How) -> list[Result]:
    results, began = [], time.monotonic()
    for result in importlib.import_module(f"drill.{name}").run(how):
        print(row(result, time.monotonic() - began), flush=True)
        for finding in result.findings[:MOST_SHOWN]:
            print(f"    {finding}", flush=True)
        results.append(result)
        began = time.monotonic()
    return results


if __name__ == "__main__":
    sys.exit(main())
