"""What a register of held documents promises, on the sandbox's; and what is made of wrong answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from twins.odd import WAYS, Odd, closed_port
from twins.outside import TOKEN

from portal.locker.holding import RestHolder
from portal.locker.ports import Held, NotHeld, NotReachable
from portal.locker.taken import MOST_BYTES
from portal.sandbox.serve import Running

SALMA, NADIA, ZELLIGE = "AE214587", "EE731508", "003271846000095"
QUICK = httpx.Timeout(0.5)
STRANGE = ["", ".", "..", "../health", "A/B", "a?x=1", "a#b", "%2e%2e", "x" * 3000, "سلمى", "\x00", "a\r\nb"]
FILE = b"%PDF-1.7 a file"
PAPER = {
    "id": "a-1",
    "kind": "amo_card",
    "issuer": {"fr": "CNSS"},
    "issued_on": "2026-01-31",
    "valid_until": None,
    "sha256": hashlib.sha256(FILE).hexdigest(),
}
ONE = Held("a-1", "amo_card", {"fr": "CNSS"}, date(2026, 1, 31), None, PAPER["sha256"])  # type: ignore[arg-type]

ASKS: dict[str, Callable[[str, str], Any]] = {
    "list": lambda url, token: RestHolder(url, token, QUICK).held(SALMA, "why"),
    "content": lambda url, token: RestHolder(url, token, QUICK).content(SALMA, ONE, "why"),
    "check": lambda url, token: RestHolder(url, token, QUICK).check(),
}
ANSWERS = {"list": json.dumps({"documents": [PAPER]}).encode(), "content": FILE, "check": b"{}"}
BEARABLE = {("check", "another shape")}
"""A register that says anything in JSON when it is asked how it is, is."""


@pytest.fixture(scope="module")
def holder(outside: Running) -> RestHolder:
    """The register of documents of the sandbox."""
    return RestHolder(f"{outside.settings.url}/registers/papers", TOKEN)


def test_what_is_held_about_somebody_is_listed_with_who_issued_it_and_until_when(holder: RestHolder) -> None:
    card, _social, licence = holder.held(SALMA, "Mes documents")
    assert (card.kind, card.issuer["fr"]) == ("amo_card", "Caisse nationale de sécurité sociale")
    assert (licence.issued_on, licence.valid_until) == (date(2021, 3, 22), date(2031, 3, 21))


def test_each_file_is_the_one_that_was_announced(holder: RestHolder) -> None:
    for number in (SALMA, ZELLIGE):
        for one in holder.held(number, "Mes documents"):
            content = holder.content(number, one, "Mes documents")
            assert content.startswith(b"%PDF-")
            assert hashlib.sha256(content).hexdigest() == one.digest


def test_a_document_that_is_issued_anew_keeps_its_id_and_is_another_file(holder: RestHolder, outside: Running) -> None:
    lever = f"{outside.settings.url}/control/registers/papers/fiscal-41820733"
    before = holder.held(ZELLIGE, "why")[-1]
    httpx.post(lever, json={}).raise_for_status()
    after = holder.held(ZELLIGE, "why")[-1]
    assert (after.id, after.digest == before.digest) == (before.id, False)
    assert holder.content(ZELLIGE, after, "why")
    with pytest.raises(NotReachable):  # what was announced is not there any more
        holder.content(ZELLIGE, before, "why")
    httpx.post(lever, json={"reset": True}).raise_for_status()
    assert holder.held(ZELLIGE, "why")[-1] == before


def test_somebody_of_whom_nothing_is_held_is_told_apart_from_who_is_not_known(holder: RestHolder) -> None:
    assert holder.held(NADIA, "why") == []
    with pytest.raises(NotHeld):
        holder.held("ZZ999999", "why")


def test_another_persons_document_is_not_held_of_this_one(holder: RestHolder) -> None:
    theirs = holder.held(ZELLIGE, "why")[0]
    with pytest.raises(NotHeld):
        holder.content(SALMA, theirs, "why")


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_number_or_id_reaches_nothing_else(holder: RestHolder, strange: str) -> None:
    with pytest.raises((NotHeld, NotReachable)):
        holder.held(strange, "why")
    with pytest.raises((NotHeld, NotReachable)):
        holder.content(SALMA, replace(ONE, id=strange), "why")


@pytest.mark.parametrize("ask", ["list", "content"])
def test_without_the_token_nothing_is_told(outside: Running, ask: str) -> None:
    with pytest.raises(NotReachable):
        ASKS[ask](f"{outside.settings.url}/registers/papers", "guessed")


def test_nothing_is_told_without_a_purpose(holder: RestHolder) -> None:
    one = holder.held(SALMA, "why")[0]
    for asks in (lambda: holder.held(SALMA, ""), lambda: holder.content(SALMA, one, "")):
        with pytest.raises(NotReachable):
            asks()


def test_it_says_in_one_line_how_it_is(holder: RestHolder) -> None:
    assert holder.check() == "papers: answers"


def test_a_right_answer_is_understood(odd: Odd) -> None:
    for ask, answer in ANSWERS.items():
        odd.good = answer
        assert ASKS[ask](odd.url, TOKEN) in ([ONE], FILE, "papers: answers")


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("way", WAYS)
def test_a_register_that_answers_wrongly_is_not_reachable(odd: Odd, way: str, ask: str) -> None:
    odd.good, odd.way = ANSWERS[ask], way
    if (ask, way) in BEARABLE:
        assert ASKS[ask](odd.url, TOKEN) == "papers: answers"
        return
    with pytest.raises(NotReachable):
        ASKS[ask](odd.url, TOKEN)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ""},
        {"id": "x" * 101},
        {"kind": "../secret"},
        {"issuer": {}},
        {"issuer": {"fr": ""}},
        {"issuer": {"<b>": "CNSS"}},
        {"issuer": "CNSS"},
        {"issued_on": "yesterday"},
        {"issued_on": None},
        {"valid_until": "never"},
        {"sha256": "ABC"},
    ],
)
def test_a_list_that_says_less_than_it_must_is_nonsense(odd: Odd, changed: dict[str, Any]) -> None:
    odd.good = json.dumps({"documents": [PAPER, PAPER | changed]}).encode()
    with pytest.raises(NotReachable):
        ASKS["list"](odd.url, TOKEN)


@pytest.mark.parametrize("said", [b"{}", b"[]", b'{"documents": 3}', b'{"documents": [{}]}'])
def test_an_answer_without_a_list_is_nonsense(odd: Odd, said: bytes) -> None:
    odd.good = said
    with pytest.raises(NotReachable):
        ASKS["list"](odd.url, TOKEN)


def test_a_list_without_an_end_is_nonsense(odd: Odd) -> None:
    odd.good = json.dumps({"documents": [PAPER] * 501}).encode()
    with pytest.raises(NotReachable):
        ASKS["list"](odd.url, TOKEN)


def test_a_file_that_is_larger_than_any_may_be_is_not_read_to_its_end(odd: Odd) -> None:
    odd.good = bytes(MOST_BYTES + 1)
    announced = replace(ONE, digest=hashlib.sha256(odd.good).hexdigest())
    with pytest.raises(NotReachable, match="too long"):
        RestHolder(odd.url, TOKEN).content(SALMA, announced, "why")


@pytest.mark.parametrize("ask", ASKS)
def test_a_register_that_is_down_is_not_reachable(ask: str) -> None:
    with pytest.raises(NotReachable):
        ASKS[ask](f"http://127.0.0.1:{closed_port()}", TOKEN)
