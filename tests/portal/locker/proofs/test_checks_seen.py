"""Whoever checks a document is seen by its holder; and a document that cannot prove itself by the operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from receipts_issued import CHANGED, OTHER, TRUE, UNKNOWN, Issued, records
from requests_made import BIRTH
from scenes import person_of, scene
from sqlalchemy import func, select
from world import World

from portal import limits
from portal import proof_keys as keyset
from portal.app import create_app
from portal.audit.models import Access
from portal.limits import Rule
from portal.locker.actions import context
from portal.locker.models import Document
from portal.locker.proofs import codes, proof
from portal.unit import Unit, real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def test_its_holder_sees_that_it_was_checked_and_not_by_whom(issued: Issued) -> None:
    before = len(records(issued.town, person_of(issued.town, "salma")))
    issued.checked(issued.proof.code)
    entries = records(issued.town, person_of(issued.town, "salma"))[before:]
    assert [(one.role, one.basis, one.kind, one.reader_id) for one in entries] == [
        ("checker", "shown", "document", None)
    ]
    assert "a vérifié" in issued.salma.get("/fr/account/access").words


def _other_facts(issued: Issued) -> str:
    token = bytearray(issued.token)
    token[-70] ^= 1
    return f"{issued.text.partition('#')[0]}#{proof.written(bytes(token))}"


def _other_signature(issued: Issued, keys: str) -> str:
    return f"{issued.text.partition('#')[0]}#{proof.written(issued.proof.signed(keyset.parse(keys)))}"


CHANGES: dict[str, Callable[[Issued], str]] = {
    "facts that were changed": _other_facts,
    "facts that were cut": lambda issued: issued.text[:-40],
    "no facts": lambda issued: f"{issued.text.partition('#')[0]}#",
    "another address": lambda issued: issued.text.replace(issued.proof.code, codes.code_of(b"o" * 32), 1),
    "another's signature": lambda issued: _other_signature(issued, f"demo:secret:{OTHER}"),
    "a signature of nobody": lambda issued: _other_signature(issued, f"nobody:secret:{OTHER}"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_its_holder_sees_that_its_number_stood_on_what_was_changed(issued: Issued, name: str) -> None:
    before = len(records(issued.town, person_of(issued.town, "salma")))
    said = issued.checked(CHANGES[name](issued))
    assert (UNKNOWN if name == "a signature of nobody" else CHANGED) in said
    assert str(issued.proof.facts["reference"]) not in said
    [entry] = records(issued.town, person_of(issued.town, "salma"))[before:]
    document = UUID(issued.document.split("/")[3])
    assert (entry.role, entry.basis, entry.document_id) == ("checker", "shown", document)


def test_its_holder_sees_that_a_file_was_changed(issued: Issued) -> None:
    before = len(records(issued.town, person_of(issued.town, "salma")))
    said = issued.checked_file(issued.pdf + b"\n")
    assert CHANGED in said
    assert str(issued.proof.facts["reference"]) not in said
    assert len(records(issued.town, person_of(issued.town, "salma"))) == before + 1


def test_the_holders_of_both_see_that_two_documents_were_made_one(issued: Issued, town: World) -> None:
    other = scene(town, "omar", BIRTH, until="filed")
    town.worker_runs()
    salma, omar = person_of(town, "salma"), person_of(town, "omar")
    before = len(records(town, salma)), len(records(town, omar))
    wanted = select(Document).where(Document.reference == other.reference, Document.kind == "filing_receipt")

    def code(unit: Unit) -> str:
        row = unit.session.scalars(wanted).one()
        return codes.code_of(unit.adapters.keyring.unwrap(row.data_key, context(row.id)))

    assert CHANGED in issued.checked(issued.text.replace(issued.proof.code, town.work.transact(code, reading=True), 1))
    assert (len(records(town, salma)), len(records(town, omar))) == (before[0] + 1, before[1] + 1)


def test_whoever_sends_a_changed_proof_again_and_again_is_stopped(
    issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RULES", (Rule("checks", limits.CHECKS, limits.address, "3 per hour"),))
    town, salma = issued.town, person_of(issued.town, "salma")
    app = create_app(replace(town.settings, limits=True, proxies=1), town.work)
    with httpx.Client(transport=httpx.WSGITransport(app), base_url=town.url) as stranger:
        token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/fr/verify").text)
        assert token
        sent = {"csrf_token": token[1], "code": _other_facts(issued)}
        before = len(records(town, salma))
        assert [stranger.post("/fr/verify", data=sent).status_code for _ in range(5)] == [200] * 3 + [429] * 2
    assert len(records(town, salma)) == before + 3


def test_checks_hide_nobody_who_looked(issued: Issued) -> None:
    document = issued.document.removesuffix("/file")
    note = Access(
        at=real_now(),
        subject_id=person_of(issued.town, "salma"),
        role="recipient",
        basis="shared",
        kind="document",
        did="read",
        document_id=UUID(document.split("/")[3]),
    )
    issued.town.work.transact(lambda unit: unit.session.add(note))
    assert "a été vérifié" not in issued.salma.get(document).words
    for _ in range(21):
        issued.town.browser().get(f"/fr/verify/{issued.proof.code}")
    page = issued.salma.get(document)
    assert "Une personne avec qui vous l’avez partagé" in page.words
    assert "Il a été vérifié 21 fois." in page.words
    assert page.words.count("Quelqu’un a vérifié ce document") == 5
    whole = records(issued.town, person_of(issued.town, "salma"))
    assert [one.role for one in whole if str(one.document_id) in document].count("checker") == 21


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_page_that_nobody_sees_yet_tells_nothing_and_notes_nothing(issued: Issued, headers: dict[str, str]) -> None:
    before, stranger = len(records(issued.town, person_of(issued.town, "salma"))), issued.town.browser().client
    url = f"/fr/verify/{issued.proof.code}"
    ahead = stranger.get(url, headers=headers)
    assert (ahead.status_code, TRUE in ahead.text) == (503, False)
    assert stranger.head(url).status_code == 200
    assert stranger.head(f"/fr/verify/{codes.code_of(b'o' * 32)}").status_code == 404
    assert len(records(issued.town, person_of(issued.town, "salma"))) == before
    assert TRUE in stranger.get(url).text
    assert len(records(issued.town, person_of(issued.town, "salma"))) == before + 1


def test_what_names_no_document_leaves_no_record(issued: Issued) -> None:
    before = issued.town.work.transact(lambda unit: unit.session.scalar(select(func.count(Access.id))), reading=True)
    nobody = codes.code_of(b"o" * 32)
    forged = replace(issued.proof, code=nobody).signed(keyset.parse(f"demo:secret:{OTHER}"))
    for text in ("#", f"x/V/{nobody}#", f"x/V/{nobody}#{proof.written(forged)}", f"#{issued.text[-60:]}"):
        assert TRUE not in issued.checked(text)
    after = issued.town.work.transact(lambda unit: unit.session.scalar(select(func.count(Access.id))), reading=True)
    assert after == before


def test_who_checks_their_own_document_leaves_no_record(issued: Issued) -> None:
    before = len(records(issued.town, person_of(issued.town, "salma")))
    assert TRUE in issued.salma.get(f"/fr/verify/{issued.proof.code}").words
    assert len(records(issued.town, person_of(issued.town, "salma"))) == before


@pytest.mark.parametrize(
    ("keys", "why"),
    [(f"new:secret:{OTHER}", "key 'demo'"), (f"demo:secret:{OTHER}", "the signature does not hold")],
    ids=["dropped", "taken for another"],
)
def test_a_number_whose_proof_key_was_dropped_is_told_and_logged_for_the_operator(
    issued: Issued, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, keys: str, why: str
) -> None:
    adapters = replace(issued.town.work.adapters, proof_keys=keyset.parse(keys))
    monkeypatch.setattr(issued.town.work, "adapters", adapters)
    assert UNKNOWN in issued.checked(issued.proof.code)
    [said] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert why in said.getMessage()
    assert issued.proof.code not in said.getMessage()
