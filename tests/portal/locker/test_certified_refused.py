"""What stands in the way of a certified copy: no visit, no paper, no seal."""

from __future__ import annotations

import re
from datetime import timedelta

import pikepdf
import pytest
from acting_made import changed
from certified_made import (
    WAY,
    Scanner,
    Trust,
    certified,
    clerk_of,
    complaints,
    end_visit,
    sent,
    states,
)
from files_brought import a_pdf
from lockers import newest
from outages import instead
from scenes import entered
from twins.trust import erring_service
from visits_made import visiting
from world import World

from portal.locker.ports import NotReachable, NotSealed
from portal.locker.throwing import NEVER_CAME

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def test_without_a_visit_nobody_certifies(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    before = states(town)
    clerk.get("/fr/desk/visits")
    clerk.submit("/for")
    assert clerk.get(WAY).url.endswith("/fr/desk/visits")
    assert sent(clerk).url.endswith("/fr/desk/visits")
    for other in (salma, entered(town, "agent-rabat")):
        assert other.get(WAY).status == 404
    assert states(town) == before


def test_a_visit_that_has_ended_by_itself_certifies_nothing(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    clerk.get(WAY)
    end_visit(town)
    assert sent(clerk).status == 403
    assert states(town) == before


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "Ce n’est pas un fichier PDF, JPEG, PNG ou WebP"),
        (a_pdf(pages=21), "20 pages"),
        (a_pdf(encryption=pikepdf.Encryption(owner="x", user="x")), "mot de passe"),
        (b"", "vide"),
    ],
    ids=["no paper", "too many pages", "locked", "empty"],
)
def test_a_scan_that_is_refused_says_why(town: World, scan: bytes, words: str) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    page = certified(clerk, scan)
    assert page.status == 422
    assert words in page.words
    assert states(town) == before


@pytest.mark.parametrize("missing", ["kind", "compared", "scan"])
def test_what_is_missing_is_said_beside_its_question(town: World, missing: str) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    page = certified(clerk, **{missing: ""})
    assert page.status == 422
    assert f'id="{missing}-error"' in page.text
    assert states(town) == before


def test_what_is_missing_is_listed_in_the_order_of_the_page(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    clerk.get(WAY)
    page = clerk.post(WAY)
    assert re.findall(r'<li><a href="#([a-z]+)"', page.text) == ["scan", "kind", "compared"]


def test_other_is_no_type_that_is_certified(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    assert certified(clerk, kind="other").status == 422
    assert certified(clerk, kind="<b>").status == 422


def test_a_scan_with_malicious_code_is_refused_and_a_silent_scanner_holds_nobody_up(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    with instead(town, scanner=Scanner()):
        assert "malveillant" in certified(clerk).words
    assert states(town) == before
    with instead(town, scanner=Scanner(silent=True)):
        certified(clerk)
    assert states(town)[0] == ("certified", "kept")


def test_nobody_certifies_for_themselves(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    before = states(town)
    changed(town, salma.get("/fr/mandates").link("/fr/mandates/0"), represented_id=clerk_of(town))
    assert certified(clerk).status == 404
    assert states(town) == before


def test_a_visit_that_ends_while_the_copy_is_made_leaves_nothing_behind(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    with instead(town, trust=Trust(lambda: end_visit(town), town.work.adapters.trust)):
        assert certified(clerk).status == 403
    assert states(town) == [("certified", "writing"), *before]
    left = newest(town, "salma").object_key
    assert left in set(town.work.adapters.store.keys("documents"))
    assert complaints(town) == []
    town.ahead = NEVER_CAME + timedelta(minutes=1)
    town.worker_runs()
    assert states(town) == before
    assert left not in set(town.work.adapters.store.keys("documents"))


@pytest.mark.parametrize("problem", [NotReachable("down"), NotSealed("no seal")])
def test_while_nothing_can_be_sealed_the_clerk_is_told_to_come_again(town: World, problem: Exception) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)

    def fail() -> None:
        raise problem

    with instead(town, trust=Trust(fail, None)):
        assert certified(clerk).status == 503
    assert complaints(town) == []
    town.ahead = NEVER_CAME + timedelta(minutes=1)
    town.worker_runs()
    assert states(town) == before


@pytest.mark.parametrize(
    ("way", "after"),
    [
        ("a refusal", 1),
        ("the last time-stamp again", 1),
        ("a signature of other bytes", 0),
        ("no word of what counts", 0),
    ],
)
def test_while_a_trust_service_errs_the_clerk_is_told_to_come_again(town: World, way: str, after: int) -> None:
    """What it answers is kept by nobody."""
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    with erring_service(town.sandbox) as erring, instead(town, trust=erring.trust()):
        erring.way, erring.after = way, after
        assert certified(clerk).status == 503
        assert newest(town, "salma").object_key not in set(town.work.adapters.store.keys("documents"))
        erring.way = ""
        assert certified(clerk).status == 200
    assert states(town)[:1] == [("certified", "kept")]
    town.ahead = NEVER_CAME + timedelta(minutes=1)
    town.worker_runs()
    assert states(town)[1:] == before
