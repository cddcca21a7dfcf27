"""What one look at a publication told, kept beside it: whoever starts later need not look at everything again."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from journeys.catalogue.indexing import Found, Places, Postings
from journeys.catalogue.models import KeptOverview
from journeys.catalogue.overview import Listed, Overview
from journeys.catalogue.values import SearchWords


def keep(session: Session, publication: int, overview: Overview) -> None:
    """Keeps the overview of a publication, and none of those before it."""
    session.execute(delete(KeptOverview))
    places = overview.index.postings.places
    session.add(
        KeptOverview(
            publication=publication,
            made_by=maker(),
            seen={
                "services": _plain(overview.services),
                "life_events": _plain(overview.life_events),
                "life_events_of": overview.life_events_of,
                "found": [[found.kind, found.id] for found in overview.index.postings.found],
                "words": {word: len(rows) for word, (rows, _) in places.items()},
            },
            rows=b"".join(rows.tobytes() for rows, _ in places.values()),
            scores=b"".join(scores.tobytes() for _, scores in places.values()),
        )
    )
    session.flush()


def is_kept(session: Session, publication: int) -> bool:
    """Whether the overview of a publication is kept, as this code would make it."""
    row = KeptOverview
    return session.scalar(select(row.made_by).where(row.publication == publication)) == maker()


def kept(session: Session, publication: int, said: SearchWords) -> Overview | None:
    """The overview of a publication whose words of people are ``said``. None where it must be made: it is not kept, or
    other code made it."""
    row = KeptOverview
    query = select(row.seen, row.rows, row.scores).where(row.publication == publication, row.made_by == maker())
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    seen, rows, scores = found
    postings = Postings([Found(kind, key) for kind, key in seen["found"]], _places(seen["words"], rows, scores))
    services, events = _listed(seen["services"]), _listed(seen["life_events"])
    return Overview(services, events, seen["life_events_of"], postings, said)


@cache
def maker() -> str:
    """What stands for the code that makes overviews: another gives another. SHA-256, hexadecimal."""
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    stems = f"{version('snowballstemmer')} {sys.version} {sys.byteorder}"
    return hashlib.sha256(b"".join([*code, stems.encode()])).hexdigest()


def _plain(some: Mapping[str, Listed]) -> dict[str, list[Any]]:
    return {key: [*_first(one), one.published_at and one.published_at.isoformat()] for key, one in some.items()}


def _first(one: Listed) -> Iterable[Any]:
    return one.audience, one.administrations, one.askable, one.tariff_confirmed


def _listed(some: Mapping[str, list[Any]]) -> dict[str, Listed]:
    return {
        key: Listed(tuple(audience), tuple(bodies), askable, confirmed, since and datetime.fromisoformat(since))
        for key, (audience, bodies, askable, confirmed, since) in some.items()
    }


def _places(words: Mapping[str, int], rows: bytes, scores: bytes) -> dict[str, Places]:
    all_rows, all_scores = array("I", rows), array("f", scores)
    cuts = pairwise(accumulate(words.values(), initial=0))
    return {word: (all_rows[a:b], all_scores[a:b]) for word, (a, b) in zip(words, cuts, strict=True)}
