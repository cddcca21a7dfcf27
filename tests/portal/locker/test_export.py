"""Who takes all of their locker away takes nothing that they had taken out of it."""

from __future__ import annotations

import io
import zipfile

import pytest
from files_brought import a_pdf
from lockers import added, content, issued, newest
from scenes import entered, scene
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def taken_away(browser: Browser) -> tuple[str, list[bytes]]:
    """The index of all that somebody takes away, and the files."""
    answer = browser.client.get("/fr/locker/everything.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files.pop("index.html").decode(), list(files.values())


def test_nothing_that_was_taken_out_is_taken_away(town: World) -> None:
    salma = entered(town, "salma")
    made = scene(town, until="filed")
    receipt, lease = issued(town, made), a_pdf(pages=7)
    added(salma, {"bail.pdf": lease}, label="Le bail de la rue Allal")
    document, pdf = newest(town), content(salma, receipt.id)
    index, files = taken_away(salma)
    assert lease in files
    assert pdf in files
    assert "Le bail de la rue Allal" in index
    number = len(files)
    for one in (receipt, document):
        salma.get(f"/fr/locker/{one.id}")
        salma.submit("/remove")
    index, files = taken_away(salma)
    assert len(files) == number - 2
    assert lease not in files
    assert pdf not in files
    assert "Le bail de la rue Allal" not in index
