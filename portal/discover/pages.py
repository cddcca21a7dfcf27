"""Public pages are made once per publication, language and address; only what is the reader's own is made each time."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, render_template, request

from portal.web import catalogue

PLACES = ("header", "flashed", "footer")
PLACE = b"\0"
"""Stands in a page where a part of the reader's own goes; no text of ours holds it."""

MOST = 300
"""Pages kept by a process, about 20 kB each: the last ones that were made."""

Where = ParamSpec("Where")


@dataclass(slots=True)
class Made:
    """The pages of one publication: each as the pieces between its places."""

    number: int
    pages: dict[tuple[object, ...], list[bytes]] = field(default_factory=dict)


def made_once(view: Callable[Where, str]) -> Callable[Where, Response]:
    """A view whose page, but for the parts in ``PLACES``, follows from the catalogue and the address alone."""

    @wraps(view)
    def shown(*args: Where.args, **kwargs: Where.kwargs) -> Response:
        pages = _pages()
        key = (request.endpoint, *sorted((request.view_args or {}).items()))
        pieces = pages.get(key)
        if pieces is None:
            pieces = view(*args, **kwargs).encode().split(PLACE)
            _keep(pages, key, pieces)
        return Response(b"".join(_filled(pieces)))

    return shown


def file_made_once(make: Callable[[], str]) -> bytes:
    """The file of the view at hand, when it follows from the catalogue alone; kept small, for it may be long."""
    pages = _pages()
    key = (request.endpoint,)
    pieces = pages.get(key)
    if pieces is None:
        pieces = [zlib.compress(make().encode())]
        _keep(pages, key, pieces)
    return zlib.decompress(pieces[0])


def _keep(pages: dict[tuple[object, ...], list[bytes]], key: tuple[object, ...], pieces: list[bytes]) -> None:
    while len(pages) >= MOST:
        pages.pop(next(iter(pages)), None)
    pages[key] = pieces


def _pages() -> dict[tuple[object, ...], list[bytes]]:
    number = catalogue().number
    made: Made | None = current_app.extensions.get("portal.pages")
    if made is None or made.number != number:
        current_app.extensions["portal.pages"] = made = Made(number)
    return made.pages


def _filled(pieces: list[bytes]) -> list[bytes]:
    filled = [pieces[0]]
    for name, piece in zip(PLACES, pieces[1:], strict=True):
        filled += [render_template(f"parts/{name}.html").encode(), piece]
    return filled


def render_once(template: str, **values: object) -> str:
    """The page of a ``made_once`` view, with its places left open."""
    return render_template(template, place=PLACE.decode(), **values)
