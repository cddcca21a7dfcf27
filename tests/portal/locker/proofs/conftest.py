"""A receipt that is checked, and somebody who checks without a connection."""

from __future__ import annotations

from pathlib import Path

import pytest
from receipts_issued import Issued, a_receipt
from unconnected import SEED, Desk
from world import World

from portal import proof_keys as keyset


@pytest.fixture
def issued(town: World) -> Issued:
    """Salma's newest receipt of filing."""
    return a_receipt(town)


@pytest.fixture
def desk(tmp_path: Path, fonts: Path) -> Desk:
    """Somebody without a connection, who has fetched keys and list."""
    found = Desk(tmp_path, fonts, keyset.parse(f"one:secret:{SEED}"))
    found.publish()
    return found
