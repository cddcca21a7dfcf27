"""A receipt that is checked."""

from __future__ import annotations

import pytest
from receipts_issued import Issued, a_receipt
from world import World


@pytest.fixture
def issued(town: World) -> Issued:
    """Salma's newest receipt of filing."""
    return a_receipt(town)
