"""A check says which documents cannot prove themselves any more, because of how the portal was started."""

from __future__ import annotations

import base64
from typing import Any, cast

import pytest
from checked import PROOF_KEYS, House, a_house, grown_old

from journeys.catalogue.definitions import Catalogue
from portal import proof_keys as keyset
from portal.db import Database

OTHER = base64.b64encode(b"o" * 32).decode()


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    house = a_house(database, morocco)
    house.a_document(b"first")
    house.a_document(b"second")
    return house


def has_proof_keys(house: House, keys: str) -> None:
    """The portal was started with other keys that prove documents."""
    cast(Any, house.work.adapters).proof_keys = keyset.parse(keys)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (f"new:secret:{OTHER}", "key 'test' signed its proof: put its public half back into PORTAL_PROOF_KEYS"),
        (f"test:secret:{OTHER}", "its proof does not count: the signature does not hold"),
    ],
    ids=["dropped", "taken for another"],
)
def test_documents_whose_proof_key_was_dropped_are_said_by_a_full_check(house: House, keys: str, words: str) -> None:
    assert house.check() == []
    has_proof_keys(house, keys)
    said = house.check(full=True)
    assert len(said) == 2
    assert all(line.startswith("proofs of documents hold: document ") and line.endswith(words) for line in said)
    grown_old(house)
    assert house.check() == []


def test_a_document_of_a_revoked_proof_key_is_no_damage(house: House) -> None:
    seed = base64.b64encode(PROOF_KEYS.secret.private_bytes_raw()).decode()
    has_proof_keys(house, f"new:secret:{OTHER},test:secret:{seed}:2026-11-01")
    assert house.check(full=True) == []
