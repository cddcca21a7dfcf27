"""What an operator reads."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest

from portal import logs


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch, level: str) -> Iterator[StringIO]:
    """All that is logged from now on, as it is written in production."""
    said, root = StringIO(), logging.getLogger()
    before, usual = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", said)
    logs.init(level)
    monkeypatch.undo()
    for name in ("mail.log", "werkzeug"):  # of the sandbox, in the same process here
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)
    yield said
    root.handlers, root.level = before, usual
