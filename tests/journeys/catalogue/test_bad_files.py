"""Whatever is wrong with a file is said with its name, its line and what was expected; nothing breaks or slips in."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_folder import askable, folder, life_event, step

from journeys.catalogue.checking import check, checked
from journeys.catalogue.errors import BadCatalogue
from journeys.catalogue.findings import Finding

SERVICES, CALENDAR, COMMUNES = "services/permits.yaml", "reference/calendar.yaml", "reference/communes.csv"
LISTS = {
    SERVICES: "services",
    "life-events/citizen.yaml": "life_events",
    "administrations.yaml": "administrations",
    "documents.yaml": "documents",
    "fields.yaml": "fields",
    "sources.yaml": "sources",
    "situations.yaml": "situations",
    "phrases.yaml": "phrases",
    "reference/provinces.yaml": "provinces",
}
NO_YAML = {
    "not closed": (b"list: [\n", 2, "did not find expected node content"),
    "tabs": (b"list:\n\t- id: x\n", 2, "found character that cannot start any token"),
    "not UTF-8": (b"list:\n- id: \xe9t\xe9\n", 2, "this is not UTF-8"),
    "binary": (b"\x7fELF\x02\x01\x00\x00", 1, "control characters are not allowed"),
    "a key that stands twice": (b"list:\n- id: a\n  id: b\n", 3, "the key 'id' stands twice"),
    "two documents": (b"list: []\n---\nlist: []\n", 2, "found another document"),
    "a name nobody gave": (b"list:\n- *nobody\n", 2, "found undefined alias"),
    "code": (b"list:\n- !!python/object/apply:os.abort []\n", 2, "could not determine a constructor"),
    "bytes": (b"list:\n- !!binary aGVsbG8=\n", 2, "could not determine a constructor"),
    "a list as a key": (b"list:\n- {[a]: b}\n", 2, "found unhashable key"),
    "an endless number": (b"list:\n- id: " + b"9" * 5000, 2, "a number is too long"),
    "itself": (b"list: &it\n- *it\n", 1, "this holds itself"),
    "too deep": (b"list: " + b"[" * 5000 + b"]" * 5000, 1, "too deep"),
    "nothing": (b"", 1, "the file is no mapping"),
    "words": (b"just words", 1, "the file is no mapping"),
    "another list": (b"- a\n", 1, "the file is no mapping"),
    "another shape": (b"list: 3\n", 1, "there is no list"),
    "empty entries": (b"list:\n-\n", 2, "Input should be an object"),
}


def first_error(at: Path, file: str) -> Finding:
    """The first error about this file."""
    return next(finding for finding in check(at) if finding.file == file and finding.about is None)


@pytest.mark.parametrize("file", LISTS)
@pytest.mark.parametrize("kind", NO_YAML)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path: Path, file: str, kind: str) -> None:
    content, line, what = NO_YAML[kind]
    at = folder(tmp_path, askable(), life_events=[life_event(step())])
    (at / file).write_bytes(content.replace(b"list:", f"{LISTS[file]}:".encode(), 1))
    found = first_error(at, file)
    assert (found.line, what in found.what) == (line, True), str(found)
    with pytest.raises(BadCatalogue):
        checked(at)


# what is wrong: (what stood there, what stands there, what is said of it, what stands on the line that is named)
WRONG_INSIDE = {
    "a key nobody knows": ("audience:", "audiences: []\n  audience:", "audiences: Extra inputs", "audiences: []"),
    "a missing key": ("  administration: commune\n", "", "administration: Field required", "- id: permit"),
    "words for a number": ("max: 60", "max: sixty", "delay.max: Input should be a valid integer", "max: sixty"),
    "a number for words": ("en: permit in English", "en: 7", "names.en: Input should be a valid string", "en: 7"),
    "a word for a list": (
        "requires: []",
        "requires: none",
        "requires: Input should be a valid array",
        "requires: none",
    ),
    "an unknown value": ("assurance: low", "assurance: some", "'low', 'substantial' or 'high'", "assurance: some"),
    "yes for true": ("payment_required: false", "payment_required: yes", "should be a valid boolean", "required: yes"),
    "a way out": ("id: permit\n", "id: ../permit\n", "id: String should match pattern", "id: ../permit"),
    "an unknown language": ("fr: permit en français", "de: Erlaubnis", "ar, fr, en, zgh, and no other", "names:"),
    "an empty text": ("fr: permit en français", "fr: ' '", "names.fr: String should have at least 1", "fr: ' '"),
}


@pytest.mark.parametrize("kind", WRONG_INSIDE)
def test_what_is_wrong_inside_a_definition_is_said_with_its_line(tmp_path: Path, kind: str) -> None:
    good, bad, what, stands = WRONG_INSIDE[kind]
    at = folder(tmp_path, askable())
    text = (at / SERVICES).read_text("utf-8")
    assert good in text
    (at / SERVICES).write_text(text.replace(good, bad, 1), "utf-8")
    found = next(one for one in check(at) if one.file == SERVICES and what in one.what)
    assert found.todo
    assert stands in (at / SERVICES).read_text("utf-8").splitlines()[found.line - 1]


@pytest.mark.parametrize("years", ["years: 3", "years: [2026]", "years: {2026: 1}", "years: {2026: {a: b}}"])
def test_a_calendar_of_another_shape_is_said(tmp_path: Path, years: str) -> None:
    at = folder(tmp_path, askable())
    (at / CALENDAR).write_text(years, "utf-8")
    assert "no mapping from years to lists of days" in first_error(at, CALENDAR).what


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"", 1, "there is no column local_id"),
        (b"local_id,name_ar\nc-1,x\n", 1, "there is no column province_code, name_fr"),
        (b"local_id,name_ar\nc-1,\xff\n", 2, "this is not UTF-8"),
    ],
)
def test_communes_of_another_shape_are_said(tmp_path: Path, content: bytes, line: int, what: str) -> None:
    at = folder(tmp_path, askable())
    (at / COMMUNES).write_bytes(content)
    found = first_error(at, COMMUNES)
    assert (found.line, what in found.what) == (line, True), str(found)


def test_a_mark_in_front_of_a_file_is_no_error(tmp_path: Path) -> None:
    at = folder(tmp_path, askable())
    for file in (SERVICES, COMMUNES):
        (at / file).write_bytes(b"\xef\xbb\xbf" + (at / file).read_bytes())
    assert checked(at).service("permit").askable
