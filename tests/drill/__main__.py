"""Runs the drills and prints their table: ``python -m drill [--quick] [--seed N] [NAME …]``. Exit 1 on any finding."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from drill.lane import Row, drilled
from drill.report import heading, row

DRILLS = ("kills", "axe", "races", "crawl", "restarts", "cards", "backups", "disk", "forged", "ground", "outages")
ALONE = ("ground", "outages")
"""Those that compare times, which must have the machine for themselves. Of the others two run side by side, the longest
first."""

SIDE_BY_SIDE = 2
MOST_SHOWN = 20
BUDGET_MINUTES = {False: 50, True: 8}


def main() -> int:
    """All drills, or those that are named."""
    asked = _asked()
    began = time.monotonic()
    print(heading(), flush=True)
    results = [result for rows in _drilled(asked) for result, _ in rows]
    found = [f"{result.what}: {finding}" for result in results for finding in result.findings]
    skipped = [result for result in results if result.skipped]
    minutes = (time.monotonic() - began) / 60
    for finding in found:
        print(f"\nfound: {finding}")
    said = f"{len(results)} rows, {len(found)} findings, {len(skipped)} not run, seed {asked.seed}"
    print(f"\n{said}, {minutes:.1f} minutes of {BUDGET_MINUTES[asked.quick]} at most")
    return 1 if found or (skipped and os.environ.get("CI", "").lower() == "true") else 0


def _drilled(asked: argparse.Namespace) -> Iterator[list[Row]]:
    """The rows of each drill, printed when it has ended."""
    names = asked.names or DRILLS
    with ProcessPoolExecutor(SIDE_BY_SIDE, get_context("spawn"), max_tasks_per_child=1) as pool:
        for together in ([name for name in names if name not in ALONE], *([name] for name in names if name in ALONE)):
            for done in as_completed([pool.submit(drilled, name, asked.quick, asked.seed) for name in together]):
                _say(done.result())
                yield done.result()


def _say(rows: list[Row]) -> None:
    for result, seconds in rows:
        print(row(result, seconds), flush=True)
        for finding in result.findings[:MOST_SHOWN]:
            print(f"    {finding}", flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drill")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DRILLS))
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK") == "1")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "2026")))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
