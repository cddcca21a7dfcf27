"""The table of the drills tells the truth: what breaks off is a finding, and what was not run is where it must be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import drill.__main__ as drills
import pytest
from drill.lane import drilled
from drill.report import How, Result


def test_a_drill_that_breaks_off_is_a_finding_and_leaves_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def breaks_off(_how: How) -> Iterator[Result]:
        yield Result("the first row", 3)
        raise ValueError("no such thing")

    monkeypatch.setitem(sys.modules, "drill.weak", SimpleNamespace(run=breaks_off))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (first, _), (second, _) = drilled("weak", True, 1)
    assert [second.note] == [f"; see {folder}" for folder in tmp_path.iterdir()]
    assert (first.times, first.findings) == (3, [])
    assert second.findings == ["the drill broke off: ValueError: no such thing"]
    assert "ValueError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "ci", "code"),
    [
        (Result("well"), "true", 0),
        (Result("lost", lost=["a request"]), "", 1),
        (Result("stuck", stuck=["a task"]), "", 1),
        (Result("not run", skipped="no PostgreSQL"), "", 0),
        (Result("not run", skipped="no PostgreSQL"), "true", 1),
    ],
)
def test_the_exit_code_says_whether_anything_was_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, row: Result, ci: str, code: int
) -> None:
    monkeypatch.setattr("sys.argv", ["drill"])
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(drills, "_drilled", lambda _asked: iter([[(row, 1.0)]]))
    assert drills.main() == code
    assert "1 rows" in capsys.readouterr().out
