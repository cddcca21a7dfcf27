"""Every record comes into one batch, whenever it is committed and however many workers there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from looked import SALMA, SOON, Looked, a_late_record, about
from tasks_made import together

from portal.audit import chain as chaining
from portal.audit import seals, tasks
from portal.audit.events import Chained
from portal.audit.records import leaf_of, record_of
from portal.audit.tasks import CHAIN_EVERY, chain_access
from portal.unit import Unit, real_now


def places(seen: Looked) -> list[tuple[int | None, int | None]]:
    """Where each record stands, oldest first."""
    return [(one.batch, one.position) for one in seen.records()]


def test_nothing_new_is_no_batch(seen: Looked) -> None:
    assert seen.chain() is None
    seen.batch(2)
    assert seen.chain() is None
    assert len(seen.batches()) == 1


def test_records_are_chained_in_the_order_of_their_ids(seen: Looked) -> None:
    made = seen.times(3)
    assert seen.chain() == Chained(1, 3)
    assert [one.id for one in seen.records()] == made
    assert places(seen) == [(1, 0), (1, 1), (1, 2)]


def test_a_batch_says_what_it_holds_and_what_came_before(seen: Looked) -> None:
    made = [*seen.batch(2), *seen.batch(3)]
    first, second = seen.batches()
    assert (first.number, first.count, first.previous) == (1, 2, seals.NONE_BEFORE)
    assert (second.number, second.count, second.previous) == (2, 3, first.head)
    assert (second.first_id, second.last_id) == (made[2], made[4])
    assert second.head == seals.Head.of(second).digest.hex()
    assert second.key_id == "one"
    assert seals.is_signed(seals.public_key(seen.keys), second.signature, bytes.fromhex(second.head))


def test_what_is_younger_than_a_few_seconds_waits(seen: Looked) -> None:
    seen.times(1)
    assert seen.chain(timedelta()) is None
    assert seen.chain() == Chained(1, 1)


def test_a_record_that_is_committed_late_comes_into_a_later_batch(seen: Looked) -> None:
    late = a_late_record(real_now() - timedelta(hours=3))
    seen.batch(2)
    seen.work.transact(lambda unit: unit.session.add(late))
    assert seen.chain() == Chained(2, 1)
    assert [one.batch for one in seen.records()] == [2, 1, 1]


def test_a_long_queue_is_taken_in_pieces_without_a_pause(seen: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (chaining, tasks):
        monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr(chaining, "SETTLED", -SOON)
    seen.times(5)
    due = [chain_access(seen.work, {}) for _ in range(4)]
    assert places(seen) == [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]
    waits = [one - real_now() > CHAIN_EVERY / 2 for one in due if one]
    assert waits == [False, False, True, True]


def test_workers_at_the_same_time_chain_each_record_once(seen: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaining, "MOST", 7)
    monkeypatch.setattr(chaining, "SETTLED", -SOON)
    made = seen.times(30)
    assert not together(lambda: chain_access(seen.work, {}))
    assert not together(lambda: chain_access(seen.work, {}))
    found = seen.records()
    assert [one.id for one in found] == made
    batches = seen.batches()
    assert [one.number for one in batches] == list(range(1, len(batches) + 1))
    assert sum(one.count for one in batches) == 30
    assert len(set(places(seen))) == 30
    assert all(one.batch for one in found)


def test_the_digests_of_a_batch_are_those_of_its_records(seen: Looked) -> None:
    seen.batch(5)
    [batch] = seen.batches()
    with seen.reading() as session:
        session.add(batch)
        assert batch.leaves == b"".join(leaf_of(record_of(one)) for one in seen.records())


def test_a_batch_made_after_a_rotation_is_signed_by_the_same_key(seen: Looked) -> None:
    seen.batch(1)
    seen.rotated().batch(1)
    public = seals.public_key(seen.keys)
    assert all(seals.is_signed(public, one.signature, bytes.fromhex(one.head)) for one in seen.batches())


def test_a_transaction_that_fails_while_it_chains_leaves_everything_waiting(seen: Looked) -> None:
    seen.times(2)

    def fails(unit: Unit) -> None:
        chaining.chain(unit.session, real_now() + SOON, unit.actor, seen.keys)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        seen.work.transact(fails)
    assert seen.batches() == []
    assert places(seen) == [(None, None)] * 2
    assert seen.chain() == Chained(1, 2)


def test_what_a_record_says_is_kept_to_the_letter(seen: Looked) -> None:
    seen.note(about(SALMA, service="service «ط» é"))
    seen.chain()
    [batch] = seen.batches()
    with seen.reading() as session:
        session.add(batch)
        assert batch.leaves == leaf_of(record_of(seen.records()[0]))
