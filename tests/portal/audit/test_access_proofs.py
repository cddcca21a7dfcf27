"""A person's file proves each of their records to anybody, without us; whatever is changed in it is named."""

from __future__ import annotations

from typing import Any

import pytest
from files_changed import ALL, ONE, File, as_read, published
from looked import SALMA, Looked

from portal.audit import proofs, seals
from portal.audit.errors import BadProofs
from portal.audit.records import leaf_of
from portal.audit.verifying import verify
from portal.keys import Keyring


def test_all_records_of_a_person_and_of_nobody_else_are_proved(seen: Looked, file: File) -> None:
    assert [one["subject_id"] for one in file["records"]] == [str(SALMA)] * 4
    assert [one["number"] for one in file["batches"]] == [1, 2]
    verdict = verify(file)
    assert (verdict.records, verdict.batches, verdict.waiting, verdict.problems) == (4, 2, 0, ())
    assert verify(file, published=[published(seen)]).problems == ()
    assert verify(file, key=seals.written(seals.public_key(seen.keys))).problems == ()


def test_a_file_says_what_it_is_and_by_which_key(seen: Looked, file: File) -> None:
    assert (file["format"], file["subject"], file["older"]) == ("shubbak-access-1", str(SALMA), None)
    assert file["key"] == {"id": "one", "ed25519": seals.written(seals.public_key(seen.keys))}
    assert verify(file).fingerprint == seals.fingerprint(seals.public_key(seen.keys))


def test_the_newest_record_comes_first(file: File) -> None:
    ids = [one["id"] for one in file["records"]]
    assert ids == sorted(ids, reverse=True)


def test_what_is_not_chained_yet_is_said_to_wait(seen: Looked, file: File) -> None:
    made = seen.times(2)
    again = as_read(seen.file())
    assert sorted(one["id"] for one in again["waiting"]) == sorted(map(str, made))
    assert verify(again).waiting == 2
    assert verify(again).problems == ()


def test_somebody_at_whom_nobody_looked_has_an_empty_file(seen: Looked) -> None:
    verdict = verify(as_read(seen.file()))
    assert (verdict.records, verdict.batches, verdict.problems) == (0, 0, ())


def test_a_file_kept_from_before_still_holds_after_a_rotation_and_more_batches(seen: Looked, file: File) -> None:
    rotated = seen.rotated()
    rotated.batch(2)
    assert verify(file, published=[published(seen)]).problems == ()
    assert verify(as_read(rotated.file()), file["key"]["ed25519"]).problems == ()


def test_a_long_list_comes_in_several_files(seen: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "MOST", 2)
    made = [*seen.batch(2), *seen.batch(1)]
    first = seen.file()
    assert [one["id"] for one in first["records"]] == [str(made[2]), str(made[1])]
    assert first["older"] == str(made[1])
    second = seen.file(before=made[1])
    assert [one["id"] for one in second["records"]] == [str(made[0])]
    assert second["older"] is None
    assert verify(as_read(second)).problems == ()


@pytest.mark.parametrize("name", ONE)
def test_a_changed_record_is_named_and_the_others_still_hold(file: File, name: str) -> None:
    damage, words = ONE[name]
    damage(file)
    [problem] = verify(file).problems
    assert problem.startswith(f"record {file['records'][1]['id']} {words}")


@pytest.mark.parametrize("name", ALL)
def test_a_changed_batch_proves_none_of_its_records(file: File, name: str) -> None:
    inside = {str(one["id"]) for one in file["records"] if one["batch"] == 1}
    damage, words = ALL[name]
    damage(file)
    problems = verify(file).problems
    assert {one.split()[1] for one in problems} == inside
    assert all(words in one for one in problems), problems


def test_a_file_that_somebody_made_anew_is_given_away_by_the_key_and_by_the_published_heads(
    seen: Looked, file: File
) -> None:
    forger = Keyring({"one": b"x" * 32}, "one")
    head = file["batches"][0]
    changed = file["records"][-1] | {"reader": "nobody", "batch": 1, "position": 0, "path": []}
    forged = seals.Head(1, seals.NONE_BEFORE, leaf_of(changed).hex(), 1, changed["id"], changed["id"], head["made_at"])
    batch = {name: getattr(forged, name) for name in seals.Head.__slots__} | {
        "head": forged.digest.hex(), "signature": seals.sign(forger, forged.digest), "key": "one",
    }  # fmt: skip
    made = file | {"records": [changed], "batches": [batch], "key": seals.key_shown(forger)}
    assert verify(made).problems == ()
    assert verify(made).fingerprint != verify(file).fingerprint
    [by_key] = verify(made, key=file["key"]["ed25519"]).problems
    assert by_key.endswith("not signed by this key")
    [by_head] = verify(made, published=[published(seen)]).problems
    assert by_head.endswith("whose head is not among the published ones")


def test_a_batch_that_nobody_published_is_named(seen: Looked, file: File) -> None:
    heads = published(seen)
    heads["batches"].pop(0)
    assert len(verify(file, published=[heads]).problems) == 3


def test_published_heads_may_come_in_several_files(seen: Looked, file: File) -> None:
    first, second = (published(seen) for _ in range(2))
    first["batches"], second["batches"] = first["batches"][:1], second["batches"][1:]
    assert verify(file, published=[first, second]).problems == ()


@pytest.mark.parametrize(
    "nonsense",
    [
        None, [], 5, "x", {}, {"format": "shubbak-access-2"}, {"format": "shubbak-access-1"},
        {"format": "shubbak-access-1", "records": {}, "batches": [], "waiting": []},
        {"format": "shubbak-access-1", "records": [5], "batches": [], "waiting": []},
        {"format": "shubbak-access-1", "records": [], "batches": [], "waiting": []},
        {"format": "shubbak-access-1", "records": [], "batches": [], "waiting": [], "key": {"ed25519": 5}},
    ],
)  # fmt: skip
def test_what_is_no_file_of_proofs_is_said(nonsense: Any) -> None:
    with pytest.raises(BadProofs):
        verify(nonsense)


@pytest.mark.parametrize("batch", [{}, {"number": []}, {"number": None}, {"number": 1}, {"number": 10**400}])
def test_a_batch_of_nonsense_proves_nothing(file: File, batch: Any) -> None:
    file["batches"] = [batch]
    assert len(verify(file).problems) == 4


def test_words_that_a_terminal_would_obey_are_shown_as_they_are(file: File) -> None:
    file["records"][0]["id"] = "\x1b[2J"
    [problem] = verify(file).problems
    assert problem.startswith(r"record \u001b[2J ")


@pytest.mark.parametrize("place", [True, 1.0])
def test_a_place_is_a_whole_number(file: File, place: object) -> None:
    file["records"][1]["position"] = place
    assert any("is not whole" in one for one in verify(file).problems)


def test_a_record_that_is_listed_twice_is_not_proved_twice(file: File) -> None:
    file["records"].append(dict(file["records"][1]))
    assert [one.rpartition(" is ")[2] for one in verify(file).problems] == ["there twice", "there twice"]
