"""Pages travel compressed: one page for all visitors, each person's own for them; no length gives a token away."""

from __future__ import annotations

import gzip

import httpx
import pytest
from requests_made import BIRTH
from world import Browser, World

from portal.compression import LEAST, gzipped

PAGES = ["/ar/", f"/fr/services/{BIRTH}", "/ar/life-events/having-a-baby", "/ar/search?q=passeport", "/ar/nowhere"]


def asked(browser: Browser, address: str, takes: str = "gzip, deflate", **headers: str) -> httpx.Response:
    """What a browser that takes these encodings gets."""
    return browser.client.get(address, headers={"Accept-Encoding": takes, **headers}, follow_redirects=False)


def weight(answer: httpx.Response) -> int:
    """Bytes of the body on its way."""
    return int(answer.headers["Content-Length"])


@pytest.mark.parametrize("address", PAGES)
def test_a_page_travels_compressed_and_is_the_same(browser: Browser, address: str) -> None:
    plain, packed = asked(browser, address, "identity"), asked(browser, address)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.text == plain.text
    assert weight(packed) < weight(plain) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("takes", ["", "identity", "br", "gzip;q=0", "gzip;q=x, x"])
def test_who_does_not_take_it_gets_it_plain(browser: Browser, takes: str) -> None:
    assert "Content-Encoding" not in asked(browser, "/ar/", takes).headers


def test_what_is_short_stays_as_it_is(browser: Browser) -> None:
    answer = asked(browser, "/ar/search/suggest?q=xyzzyq")
    assert len(answer.content) < LEAST
    assert "Content-Encoding" not in answer.headers


def test_a_visitor_who_comes_again_is_told_that_nothing_changed(browser: Browser) -> None:
    first = asked(browser, "/ar/life-events/having-a-baby")
    again = asked(browser, "/ar/life-events/having-a-baby", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"


def test_whoever_signed_in_gets_their_own_page(town: World, salma: Browser) -> None:
    address = "/fr/life-events/having-a-baby"
    visitors = asked(town.browser(), address)
    mine = asked(salma, address, **{"If-None-Match": visitors.headers["ETag"]})
    assert mine.status_code == 200
    assert "Salma El Idrissi" in mine.text
    assert mine.headers["Cache-Control"] == "no-store"
    assert "ETag" not in mine.headers
    assert "Salma" not in asked(town.browser(), address).text


def test_a_page_with_a_query_keeps_it_in_its_links(browser: Browser) -> None:
    asked(browser, "/fr/")
    assert 'href="/en/?a=1"' in asked(browser, "/fr/?a=1").text
    assert "a=1" not in asked(browser, "/fr/").text


def test_the_length_of_a_personal_page_gives_nothing_away(salma: Browser) -> None:
    """BREACH: what is guessed right is shorter by a byte; chance adds up to a hundred."""
    lengths = {weight(asked(salma, "/fr/dashboard")) for _ in range(12)}
    assert max(lengths) - min(lengths) > 10


def test_what_is_packed_is_a_gzip_file() -> None:
    for body in (b"", b"x", "شباك".encode() * 9000):
        assert gzip.decompress(gzipped(body)) == body


@pytest.mark.parametrize(("takes", "encoding"), [("gzip", "gzip"), ("gzip, deflate, br", "br"), ("identity", "")])
@pytest.mark.parametrize("file", ["app.css", "app.rtl.css", "app.js", "img/icons.svg"])
def test_built_files_travel_as_they_were_packed(browser: Browser, file: str, takes: str, encoding: str) -> None:
    answer = browser.client.get(f"/static/dist/{file}", headers={"Accept-Encoding": takes})
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
