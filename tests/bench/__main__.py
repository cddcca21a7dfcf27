"""Measures and prints: ``python -m bench [--json FILE] [--rounds N] [--flows N] [--only sqlite|postgresql]``.

Nothing is asserted: exit 0 whatever was found. ``SCALE=full`` (or ``--scale full``) asks instead whether age costs
anything: it fills PostgreSQL with a million full requests and ten million rows of them, for which it needs room.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.age import LARGE, compared, refusal
from bench.measure import Figures, How, counts, figures
from bench.million import Size
from bench.report import as_data, table
from drill.cluster import NotInstalled, cluster
from run import POSTGRES, reachable

NAME = "shubbak_bench"
SERVER = POSTGRES.rpartition("/")[0]


def main() -> int:
    """The whole bench."""
    asked = _asked()
    if asked.scale == "full":
        return _full(asked.cases, asked.rows)
    how = How(asked.rounds, asked.flows)
    found: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        counted = counts(_made(folder, "counting"), how)
        if asked.only != "postgresql":
            found.append(_measured("SQLite", _made(folder, "sqlite"), "", how, counted))
        if asked.only != "sqlite":
            with _server(_made(folder, "cluster")) as server:
                if server:
                    url = f"{server}/{NAME}_{os.getpid()}"
                    found.append(_measured("PostgreSQL", _made(folder, "postgresql"), url, how, counted))
    said = {"machine": _machine(), "databases": [as_data(one, counted) for one in found]}
    if asked.json:
        asked.json.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flows", type=int, default=500)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--scale", choices=["", "full"], default=os.environ.get("SCALE", ""))
    parser.add_argument("--cases", type=int, default=LARGE.full, help="of the full scale")
    parser.add_argument("--rows", type=int, default=LARGE.rows, help="of the full scale")
    return parser.parse_args()


def _full(cases: int, rows: int) -> int:
    size = Size(cases, rows, LARGE.waiting)
    why = "no PostgreSQL (PORTAL_TEST_POSTGRES)" if not reachable(POSTGRES) else refusal(f"{SERVER}/postgres", size)
    if why:
        print(why)
        return 0
    print(f"about {size.bytes / 1e9:.0f} GB will be used and given back", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        print(compared(Path(folder), f"{SERVER}/{NAME}_{os.getpid()}", size, _say))
    return 0


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


def _measured(name: str, folder: Path, url: str, how: How, counted: dict[str, tuple[int, int]]) -> Figures:
    found = figures(name, folder, url, how, _say)
    print(table(found, counted), flush=True)
    return found


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is here, else one of the bench's own; nothing without either."""
    if reachable(POSTGRES):
        yield SERVER
        return
    try:
        with cluster(folder) as own:
            yield own.url().rpartition("/")[0]
    except NotInstalled as missing:
        print(f"{missing}: measured on SQLite only")
        yield ""


def _made(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    sys.exit(main())
