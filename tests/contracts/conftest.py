"""A sandbox for the adapters under contract, and a server that answers wrongly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twins.odd import Odd, odd_server
from twins.outside import sandbox_settings

from portal.sandbox.serve import Running, running


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A sandbox that is up, on free ports."""
    with running(sandbox_settings(tmp_path_factory.mktemp("outside"))) as sandbox:
        yield sandbox


@pytest.fixture
def odd() -> Iterator[Odd]:
    """A server that answers in the way a test wants."""
    with odd_server() as found:
        yield found
