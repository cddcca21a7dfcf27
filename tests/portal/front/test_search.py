"""Somebody types what they need and is led there, with or without scripts; what they typed is kept nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from test_discover import text_of

from portal.discover import search


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each search found something, as the operator counts it."""
    searches: list[bool] = []
    monkeypatch.setattr(search.metrics, "searched", lambda *, found: searches.append(found))
    return searches


def test_every_page_leads_to_the_search(client: FlaskClient) -> None:
    assert 'href="/ar/search"' in client.get("/ar/services/birth-extract").text
    assert 'action="/ar/search"' in client.get("/ar/").text


def test_a_name_finds_its_page_in_each_language(client: FlaskClient) -> None:
    for lang, typed in (("ar", "اسم mystery"), ("fr", "Nom mystery"), ("en", "mystery")):
        page = client.get(f"/{lang}/search", query_string={"q": typed}).text
        assert f'href="/{lang}/services/mystery"' in page


def test_answers_say_what_they_are(client: FlaskClient) -> None:
    page = text_of(client.get("/en/search?q=commune").text)
    assert "Name commune Administration" in page
    assert "Life event" in text_of(client.get("/en/search?q=having").text)
    assert "Online, here" in text_of(client.get("/en/search?q=birth").text)


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("audience=citizen", True),
        ("audience=business", False),
        ("audience=nobody", True),
        ("administration=commune", True),
        ("administration=nobody", True),
    ],
)
def test_answers_can_be_narrowed(client: FlaskClient, narrowed: str, found: bool) -> None:
    page = client.get(f"/en/search?q=mystery&{narrowed}").text
    assert ('href="/en/services/mystery"' in page) is found


def test_nothing_found_shows_a_way_on_and_is_counted(client: FlaskClient, counted: list[bool]) -> None:
    page = text_of(client.get("/en/search?q=xyzzyq").text)
    assert "We found nothing for these words" in page
    assert "All life events" in page
    client.get("/en/search?q=mystery")
    client.get("/en/search")
    assert counted == [False, True]


def test_suggestions_come_while_one_types(client: FlaskClient) -> None:
    suggested = client.get("/en/search/suggest?q=myst").json
    assert suggested is not None
    assert suggested[0] == {"name": "Name mystery", "url": "/en/services/mystery"}
    assert client.get("/en/search/suggest?q=").json == []


@pytest.mark.parametrize("typed", ["", " ", "a" * 5000, "\x00\x01", "' OR 1=1 --", '"*', "<script>alert(1)</script>"])
def test_whatever_is_typed_has_a_page_and_no_markup_of_its_own(client: FlaskClient, typed: str) -> None:
    for address in ("/ar/search", "/ar/search/suggest"):
        answer = client.get(address, query_string={"q": typed})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
