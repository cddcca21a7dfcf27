"""What another process of the same user gets to see of a process, where neither has any rights beyond its user's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WITHOUT_RIGHTS = """
import ctypes, os, sys
if not os.geteuid():  # not even root's: SECBIT_NOROOT, then no capability at all
    library = ctypes.CDLL(None)
    assert library.prctl(28, 1, 0, 0, 0) == 0
    assert library.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()) == 0
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
READ = "import sys; print(open(f'/proc/{sys.argv[1]}/{sys.argv[2]}', 'rb').read())"


def without_rights(*arguments: str) -> list[str]:
    """The command for a Python of these arguments without rights."""
    return [sys.executable, "-c", WITHOUT_RIGHTS, *arguments]


def seen_by_others(pid: int, what: str = "environ") -> str | None:
    """What stands in this file of a process in /proc; None where it is kept from others."""
    command = without_rights("-c", READ, str(pid), what)
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        assert "PermissionError" in found.stderr, found.stderr
        return None
    return found.stdout


def said_of(pid: int, what: str, file: str = "status") -> str:
    """What the kernel says of a process to everybody."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(line for line in lines if line.startswith(what)).removeprefix(what).strip(": \t")
