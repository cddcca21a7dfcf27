"""However large a document is, reading it takes no more of the portal's memory; and what was altered is not sent."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from lockers import added, newest, of_owner
from PIL import Image
from scenes import entered
from shares_made import link_on, shared
from world import Browser, World

from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

MEGABYTE = 1_000_000
SMALL, LARGE = 1 * MEGABYTE, 9 * MEGABYTE
MOST_MORE = 2 * MEGABYTE
"""By how much the peak of a large document may be above that of a small one."""


def a_picture(size: int) -> bytes:
    """A photo of at least so many bytes, which no camera would make smaller."""
    side, made = int(size**0.5), io.BytesIO()
    Image.frombytes("L", (side, side), os.urandom(side * side)).save(made, "JPEG", quality=95)
    assert size <= made.tell() < size + MEGABYTE, made.tell()
    return made.getvalue()


@pytest.fixture
def salma(town: World) -> Iterator[Browser]:
    """Salma, signed in; what she puts into her locker is taken out again."""
    browser = entered(town, "salma")
    before = {one.id for one in of_owner(town, "salma")}
    yield browser
    for document in [one.id for one in of_owner(town, "salma") if one.id not in before]:
        browser.get(f"/fr/locker/{document}")
        browser.submit("/remove")


def lying(town: World, salma: Browser, size: int) -> Document:
    """A photo of this size in her locker."""
    added(salma, {"photo.jpg": a_picture(size)})
    document = newest(town)
    assert (document.size or 0) >= size
    return document


def peak(town: World, browser: Browser, path: str) -> int:
    """What an answer takes of memory at most (bytes), while it is made, sent, and let go by who receives it: the least
    of three, because the server of the tests takes ten megabytes whenever it closes a connection."""
    client = town.app.test_client()
    client.set_cookie("shubbak", browser.client.cookies["shubbak"], domain=urlsplit(town.url).hostname or "")
    return min(_peak(client, path, town.url) for _ in range(3))


def _peak(client: FlaskClient, path: str, url: str) -> int:
    tracemalloc.start()
    try:
        answer = client.get(path, base_url=url)
        assert answer.status_code == 200
        assert sum(map(len, answer.iter_encoded()))
        answer.close()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_of_a_download_a_picture_and_an_export_does_not_grow_with_the_size_of_a_document(
    town: World, salma: Browser
) -> None:
    small, large = lying(town, salma, SMALL), lying(town, salma, LARGE)
    for path in ("file", "picture"):
        of_small, of_large = (peak(town, salma, f"/fr/locker/{one.id}/{path}") for one in (small, large))
        assert of_large < of_small + MOST_MORE, path
    assert peak(town, salma, "/fr/locker/everything.zip") < of_small + MOST_MORE


def test_a_large_document_arrives_whole_and_says_how_long_it_is(town: World, salma: Browser) -> None:
    content = a_picture(LARGE)
    added(salma, {"photo.jpg": content})
    answer = salma.client.get(f"/fr/locker/{newest(town).id}/file")
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.content == content


def test_of_a_document_whose_end_was_altered_nothing_is_sent_and_no_view_of_it_counts(
    town: World, salma: Browser
) -> None:
    link = link_on(shared(town, salma, lying(town, salma, SMALL).id, views="1"))
    document = newest(town)
    stored = Path(urlsplit(town.settings.storage_url).path) / (document.object_key or "")
    before = stored.read_bytes()
    stranger = town.browser()
    stranger.get(link)
    for altered in (before[:-1] + bytes([before[-1] ^ 1]), before[: len(before) // 2]):
        stored.write_bytes(altered)
        for answer in (salma.client.get(f"/fr/locker/{document.id}/file"), stranger.submit(link).response):
            assert answer.status_code >= 500
            assert b"\xff\xd8\xff" not in answer.content
        stranger.get(link)
    stored.write_bytes(before)
    assert stranger.submit(link).response.content.startswith(b"\xff\xd8\xff")
