"""A type of document names the service that renews it: one that exists, and that ends with such a document."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_folder import document, folder, service

from journeys.catalogue.checking import check
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.differences import differences
from journeys.catalogue.exporting import export
from journeys.catalogue.findings import Level
from journeys.catalogue.reading import read


def with_renewal(at: Path, **more: str) -> Path:
    """A folder whose one type of document says who renews it, or does not."""
    return folder(at, service("permit"), documents=[document() | more])


def test_a_renewal_by_a_service_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    (found,) = [one for one in check(with_renewal(tmp_path, renewed_by="gone")) if "gone" in one.what]
    assert (found.file, found.level) == ("documents.yaml", Level.ERROR)
    assert "there is no service 'gone'" in found.what


def test_a_renewal_is_written_out_read_again_and_told_as_a_change(tmp_path: Path) -> None:
    before, after = read(with_renewal(tmp_path / "a")), read(with_renewal(tmp_path / "b", renewed_by="permit"))
    (one,) = differences(before, after)
    assert [str(change) for change in one.changes] == ["renewed_by: nothing → permit"]
    export(after, tmp_path / "c")
    assert read(tmp_path / "c").documents["paper"].renewed_by == "permit"


@pytest.mark.parametrize(
    ("kind", "service"),
    [
        ("cnie", "cnie-renewal"),
        ("passport", "passport-renewal"),
        ("res_title", "residence-permit-renewal"),
        ("carte_grise", "registration-renewal"),
        ("licence", "licence-duplicate"),
        ("b3", "criminal-record"),
        ("marriage_act", None),
        ("cnss_card", None),
    ],
)
def test_in_morocco_whoever_has_one_is_not_led_to_the_first_time(
    morocco: Catalogue, kind: str, service: str | None
) -> None:
    assert morocco.documents[kind].renewed_by == service


def test_what_renews_a_document_ends_with_one(morocco: Catalogue) -> None:
    named = [(one.id, one.renewed_by, one.issued_by_services) for one in morocco.documents.values() if one.renewed_by]
    assert [(kind, service) for kind, service, ends in named if service not in ends] == []
