"""Public pages are made once per publication, language and address; only what is the reader's own is made each time."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, g, render_template, request

from portal import compression
from portal.web import catalogue

PLACES = ("header", "flashed", "footer")
PLACE = b"\0"
"""Stands in a page where a part of the reader's own goes; no text of ours holds it."""

MOST = 300
"""Pages kept by a process, about 10 kB each: the last ones that were made."""

Where = ParamSpec("Where")


@dataclass(slots=True)
class Page:
    """One page: packed as it was made, with its places open, and, once somebody without a session asked for it, the
    whole of it as it travels."""

    made: bytes = b""
    travels: bytes = b""
    etag: str = ""


@dataclass(slots=True)
class Made:
    """The pages of one publication."""

    number: int
    pages: dict[tuple[object, ...], Page] = field(default_factory=dict)


def made_once(view: Callable[Where, str]) -> Callable[Where, Response]:
    """A view whose page, but for the parts in ``PLACES``, follows from the catalogue and the address alone."""
    return made_anew(lambda: None)(view)


def file_made_once(make: Callable[[], str], mimetype: str) -> Response:
    """The file of the view at hand, when it follows from the catalogue alone: kept as it travels, being long."""
    pages, key = _pages(), (request.endpoint,)
    page = pages.get(key)
    if page is None:
        page = Page(travels=compression.gzipped(make().encode(), compression.BEST))
        _keep(pages, key, page)
    if compression.taken():
        return Response(page.travels, mimetype=mimetype, headers={"Content-Encoding": "gzip"})
    return Response(gzip.decompress(page.travels), mimetype=mimetype)


def made_anew(period: Callable[[], object]) -> Callable[[Callable[Where, str]], Callable[Where, Response]]:
    """A view whose page follows from the catalogue, the address and ``period``: it is made again in each period."""

    def made(view: Callable[Where, str]) -> Callable[Where, Response]:
        @wraps(view)
        def shown(*args: Where.args, **kwargs: Where.kwargs) -> Response:
            pages = _pages()
            key = (request.endpoint, period(), *sorted((request.view_args or {}).items()))
            page = pages.get(key)
            if page is None:
                page = Page(zlib.compress(view(*args, **kwargs).encode(), compression.QUICK))
                _keep(pages, key, page)
            return _as_it_travels(page) if compression.taken() and _nobody_known() else _assembled(page)

        return shown

    return made


def _nobody_known() -> bool:
    """Whether header and footer follow from the address too: no session, nobody signed in, no query in their links."""
    return not (g.get("who") or request.query_string or current_app.config["SESSION_COOKIE_NAME"] in request.cookies)


def _assembled(page: Page) -> Response:
    return Response(_filled(page))


def _as_it_travels(page: Page) -> Response:
    if not page.etag:
        body = _filled(page)
        page.travels, page.etag = compression.gzipped(body, compression.BEST), hashlib.sha256(body).hexdigest()[:16]
    response = Response(page.travels, headers={"Content-Encoding": "gzip"})
    response.set_etag(page.etag)
    response.make_conditional(request)
    return response


def _keep(pages: dict[tuple[object, ...], Page], key: tuple[object, ...], page: Page) -> None:
    while len(pages) >= MOST:
        pages.pop(next(iter(pages)), None)
    pages[key] = page


def _pages() -> dict[tuple[object, ...], Page]:
    number = catalogue().number
    made: Made | None = current_app.extensions.get("portal.pages")
    if made is None or made.number != number:
        current_app.extensions["portal.pages"] = made = Made(number)
    return made.pages


def _filled(page: Page) -> bytes:
    first, *others = zlib.decompress(page.made).split(PLACE)
    filled = [first]
    for name, piece in zip(PLACES, others, strict=True):
        filled += [render_template(f"parts/{name}.html").encode(), piece]
    return b"".join(filled)


def render_once(template: str, **values: object) -> str:
    """The page of a ``made_once`` view, with its places left open."""
    return render_template(template, place=PLACE.decode(), **values)
