"""Runs the whole suite: on SQLite, and on PostgreSQL where there is one. With CI=true a missing part is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import psycopg

CI = os.environ.get("CI", "").lower() == "true"
POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/shubbak_test")


def reachable(url: str) -> bool:
    """Whether a PostgreSQL server lets us in at this address."""
    server, _, _ = url.rpartition("/")
    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def run(title: str, *arguments: str, **settings: str) -> int:
    """One pytest run; returns its exit code."""
    began = time.monotonic()
    print(f"== {title}", flush=True)
    workers = ["-n", str(min(os.cpu_count() or 2, 4))]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *workers, *arguments, *sys.argv[1:]], env=os.environ | settings, check=False
    ).returncode
    print(f"== {title}: {time.monotonic() - began:.0f} s", flush=True)
    return code


def main() -> int:
    """All runs; 1 when one failed, or in CI when one could not be made."""
    missing = []
    browser = bool(shutil.which("chromium") and shutil.which("pdftoppm"))
    if not browser:
        missing.append("no browser (chromium, poppler-utils): tests in a real browser are skipped")
    postgres = reachable(POSTGRES)
    if not postgres:
        missing.append("no PostgreSQL (PORTAL_TEST_POSTGRES): the suite ran on SQLite only")
    codes = [run("SQLite", *([] if browser else ["-m", "not browser"]))]
    if postgres:
        codes.append(run("PostgreSQL", "-m", "not browser and not anywhere", PORTAL_TEST_DATABASE_URL=POSTGRES))
    for line in missing:
        print(line)
    return 1 if any(codes) or (CI and missing) else 0


if __name__ == "__main__":
    sys.exit(main())
