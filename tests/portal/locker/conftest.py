"""The fonts of the documents, and a way to print an example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from portal.locker.examples import example
from portal.locker.rendering import render
from portal.settings import ROOT


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The folder of the built fonts."""
    folder = ROOT / "static" / "dist" / "fonts" / "ttf"
    if not any(folder.glob("*.ttf")):
        pytest.fail("the fonts are not built: run make assets")
    return folder


@pytest.fixture
def printed(fonts: Path, moment: datetime) -> Callable[..., bytes]:
    """Prints the example of a document, with some of its content changed."""

    def print_example(template: str, **changes: Any) -> bytes:
        paper = example(template, **changes)
        return render(paper.template, paper.data(), moment=moment, fonts=fonts)

    return print_example
