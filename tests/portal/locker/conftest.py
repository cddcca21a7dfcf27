"""The fonts of the documents, a way to print an example, and a register of documents of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from documents_held import FakeHolder, all_let_go
from files_brought import a_pdf
from world import World

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


@pytest.fixture
def nothing_fetched(town: World) -> Iterator[None]:
    """Nothing that a test fetches lies in a locker afterwards."""
    yield
    all_let_go(town)


@pytest.fixture
def holder(town: World, monkeypatch: pytest.MonkeyPatch) -> FakeHolder:
    """A register of documents of the test's own, in place of the sandbox's."""
    fake = FakeHolder({"one": a_pdf(1), "two": a_pdf(2), "three": a_pdf(3)})
    monkeypatch.setattr(town.work, "adapters", replace(town.work.adapters, holder=fake))
    return fake
