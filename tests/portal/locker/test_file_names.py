"""What a file is called that is taken away: as its owner calls it, for others by its type; safe wherever it lies."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from html import unescape
from urllib.parse import unquote

import pytest
from files_brought import a_pdf
from hypothesis import given
from hypothesis import strategies as st
from lockers import added, newest
from scenes import entered
from shares_made import link_on, opened, shared
from world import Browser, World

from portal.i18n import casablanca_day
from portal.locker.file_names import apart, disposition, in_file_names
from portal.locker.keeping import DRAWN_OVER

PLAIN = re.compile(r"(?:inline|attachment); filename=\"([ -!#-\[\]-~]+)\"; filename\*=UTF-8''([A-Za-z0-9%._~-]+)")
FORBIDDEN = set('<>:"/\\|?*%')


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def named(header: str) -> tuple[str, str]:
    """The plain name and the name of a file that a header says."""
    found = PLAIN.fullmatch(header)
    assert found, header
    return found[1], unquote(found[2])


def download(browser: Browser, url: str) -> tuple[str, str]:
    """What a file is called when it is taken away."""
    return named(browser.client.get(url).headers["Content-Disposition"])


@given(st.text(max_size=200))
def test_whatever_somebody_calls_it_is_a_name_that_can_be_saved_and_sent(typed: str) -> None:
    shown = in_file_names(typed)
    assert not FORBIDDEN & set(shown)
    assert not [one for one in shown if unicodedata.category(one) in DRAWN_OVER]
    assert len(shown.encode()) <= 150
    assert shown == shown.strip(" .")
    named(disposition("attachment", "lease-2026-11-27.pdf", f"{shown} 2026-11-27.pdf"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Bail n° 12 (août)", "Bail n° 12 (août)"),
        ("../../etc/passwd", "etc passwd"),
        ("con.pdf", "con pdf"),
        ("\u202efdp.exe", "fdp exe"),
        ("عقد\u2067 الكراء", "عقد الكراء"),
        ('a"; filename="b', "a ; filename= b"),
        ("???", ""),
    ],
)
def test_a_name_of_a_file_leads_nowhere_and_hides_nothing(typed: str, shown: str) -> None:
    assert in_file_names(typed) == shown


def test_a_long_name_is_cut_between_letters() -> None:
    assert in_file_names("ع" * 80) == "ع" * 75
    assert in_file_names("📄" * 80) == "📄" * 37


def test_names_that_a_file_system_takes_for_the_same_are_told_apart() -> None:
    taken: set[str] = set()
    assert [apart(name, taken) for name in ("Bail.pdf", "bail.pdf", "BAIL.PDF", "bail.jpg", "bail (2).pdf")] == [
        "Bail.pdf",
        "bail (2).pdf",
        "BAIL (3).PDF",
        "bail.jpg",
        "bail (2) (2).pdf",
    ]


def test_its_owner_gets_the_name_they_gave_and_else_that_of_its_type(town: World, salma: Browser) -> None:
    added(salma, label="كراء: دار/الرباط", kind="lease")
    document = newest(town).id
    day = f"{casablanca_day(newest(town).made_at)}"
    plain, name = download(salma, f"/ar/locker/{document}/file")
    assert (plain, name) == (f"lease-{day}.pdf", f"كراء دار الرباط {day}.pdf")
    salma.get(f"/fr/locker/{document}")
    salma.submit(f"/locker/{document}", {"kind": "lease", "label": "", "issued_on": "05/10/2026"})
    assert download(salma, f"/ar/locker/{document}/file")[1] == "عقد كراء 2026-10-05.pdf"
    assert download(salma, f"/fr/locker/{document}/file") == ("lease-2026-10-05.pdf", "Contrat de bail 2026-10-05.pdf")


def test_whoever_it_is_shared_with_gets_the_name_of_its_type(town: World, salma: Browser) -> None:
    added(salma, label="Pour le divorce")
    answer = opened(town.browser(), link_on(shared(town, salma))).response
    assert answer.content.startswith(b"%PDF")
    assert "divorce" not in str(answer.headers)
    assert named(answer.headers["Content-Disposition"])[1].startswith("Contrat de bail ")


def test_all_that_is_taken_away_has_its_names_and_says_what_is_an_older_version(town: World, salma: Browser) -> None:
    for pages, label in ((5, "Carte / recto"), (6, "carte \\ RECTO"), (7, "")):
        added(salma, {"x.pdf": a_pdf(pages)}, label=label, kind="cnie", issued_on="01/10/2026")
    older = newest(town).id
    added(salma, {"x.pdf": a_pdf(8)}, label="", kind="cnie", replaces=str(older), issued_on="01/11/2026")
    with zipfile.ZipFile(io.BytesIO(salma.client.get("/fr/locker/everything.zip").content)) as archive:
        names, index = archive.namelist(), archive.read("index.html").decode()
    assert {"Carte recto 2026-10-01 (2).pdf", "carte RECTO 2026-10-01.pdf"} < set(names)
    assert len({name.casefold() for name in names}) == len(names)
    linked = [unquote(unescape(one)) for one in re.findall(r'href="([^"]+)"', index)]
    assert sorted(linked) == sorted(set(names) - {"index.html"})
    rows = {month: row for row in index.split("<tr ") for month in ("10", "11") if f"(CNIE) 2026-{month}-01.pdf" in row}
    assert "Version plus ancienne" in rows["10"]
    assert "Version plus ancienne" not in rows["11"]
