"""A name in Tifinagh: whoever declares a birth may write it, the registrar decides on it, and the extract shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lockers import content, issued
from requests_made import PARENTS, RECORD
from scenes import entered, scene
from world import World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

TIFINAGH, KINGDOM = re.compile("[\u2d30-\u2d7f]"), "ⵜⴰⴳⵍⴷⵉⵜ ⵏ ⵍⵎⵖⵔⵉⴱ"
DECLARED = {
    "declarant": "mother",
    "late": "no",
    "parents": "married",
    "first_child": "no",
    "place": "hospital",
    "birth_date": "01/10/2026",
    "birth_province": "04.421",
    "birth_place": "c-04421-02",
    "fullname_ar": "يطو الإدريسي",
    "fullname_lat": "Itto El Idrissi",
    "fullname_tfng": "ⵉⵟⵟⵓ",
    "sex": "F",
    "father_name_ar": "عبد الرحيم الإدريسي",
    "father_cin": "AB123456",
    "mother_name_ar": "سلمى الإدريسي",
    "mother_cin": "AE214587",
}


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
@pytest.mark.parametrize("corrected", [None, "ⵉⵟⵟⵓ ⵍⵉⴷⵔⵉⵙⵉ", ""], ids=["as declared", "corrected", "left out"])
def test_the_extract_of_a_declared_birth_shows_the_name_in_tifinagh_that_the_registrar_entered(
    town: World, tmp_path: Path, corrected: str | None
) -> None:
    salma, officer = entered(town, "salma"), entered(town, "agent-rabat")
    made = scene(town, "salma", "birth-declaration", until="filed", **DECLARED)
    officer.get(f"/fr/desk/requests/{made.reference}")
    officer.submit("/take")
    assert 'name="fullname_tfng"' in officer.page.text
    assert DECLARED["fullname_tfng"] in officer.page.text.partition('name="fullname_tfng"')[2][:200]
    entries = RECORD | PARENTS | {key: DECLARED[key] for key in ("fullname_ar", "fullname_lat", "fullname_tfng")}
    if corrected is not None:
        entries["fullname_tfng"] = corrected
    assert officer.submit("/grant", entries).status == 200
    (tmp_path / "extract.pdf").write_bytes(content(salma, issued(town, made, "birth_extract").id))
    command = ["pdftotext", "-raw", str(tmp_path / "extract.pdf"), "-"]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.decode().splitlines()
    name = entries["fullname_tfng"]
    assert [line for line in lines if TIFINAGH.search(line) and line != KINGDOM] == ([name, name] if name else [])
    assert ("Nom en caractères tifinaghes" in lines) is bool(name)
    assert "Mentions marginales" not in lines, "nothing said that there are none"
