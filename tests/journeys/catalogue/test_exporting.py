"""A catalogue that was written into files is the same when it is read again, and what changed is said in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from small_folder import askable, document, folder, life_event, service, step

from journeys.catalogue.contents import contents
from journeys.catalogue.definitions import Catalogue, Text
from journeys.catalogue.differences import differences
from journeys.catalogue.exporting import export
from journeys.catalogue.reading import read


def test_morocco_written_out_and_read_again_is_the_same(morocco: Catalogue, tmp_path: Path) -> None:
    files = export(morocco, tmp_path / "new")
    assert len(files) > 30
    assert differences(morocco, read(tmp_path / "new")) == []
    assert contents(read(tmp_path / "new")) == contents(morocco)


def test_what_is_new_and_what_is_gone_is_named(tmp_path: Path) -> None:
    old = read(folder(tmp_path / "old", service("permit"), life_events=[life_event(step())]))
    new = read(folder(tmp_path / "new", service("badge")))
    assert [(one.kind, one.key, one.what) for one in differences(old, new)] == [
        ("life-event", "moving", "withdrawn"),
        ("service", "badge", "new"),
        ("service", "permit", "withdrawn"),
    ]


def test_a_change_says_where_what_was_and_what_would_be(tmp_path: Path) -> None:
    fee = {**service()["fee"], "kind": "fixed", "amount_mad": 30}
    old, new = (read(folder(tmp_path / name, askable(**more))) for name, more in (("old", {}), ("new", {"fee": fee})))
    (one,) = differences(old, new)
    assert (one.kind, one.key, one.what) == ("service", "permit", "changed")
    assert set(map(str, one.changes)) == {"fee.kind: unknown → fixed", "fee.amount_mad: nothing → 30"}


def test_parts_with_an_id_are_followed_wherever_they_stand(tmp_path: Path) -> None:
    papers = [document("paper"), document("other")]
    old, new = (read(folder(tmp_path / name, service(), documents=papers)) for name in ("old", "new"))
    assert differences(old, new) == []
    permit = old.service("permit").model_copy(update={"note": Text({"fr": "x" * 100})})
    changed = replace(old, services=MappingProxyType({"permit": permit}))
    assert [str(one) for one in differences(old, changed)[0].changes] == ["note: nothing → {'fr': '" + "x" * 51 + "…"]
