"""What somebody looks for in a locker, in words or by a life event, as what is found by key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from journeys.cases.references import part_of_reference
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.folding import MOST, words
from journeys.catalogue.indexing import PHRASE, Groups
from portal.keys import Keyring
from portal.locker import listing
from portal.locker.keeping import label_of
from portal.locker.kinds import names_of
from portal.locker.listing import Wanted
from portal.locker.models import Document


def searched(
    session: Session, owner: UUID, text: str, kinds: Collection[str], catalogue: Catalogue, keyring: Keyring
) -> Wanted:
    """The documents with these words, or others that mean the same, in their type, in who issues it or in the name that
    their owner gave them; or with this in their reference."""
    groups = catalogue.index.groups
    asked = words(text)[:MOST]
    found = [kind for kind in kinds if _holds(asked, _said_of(catalogue, kind), groups)]
    named = listing.named(session, owner) if asked else []
    ids = [one.id for one in named if _holds(asked, [label_of(keyring, one), *_printed(one)], groups)]
    return Wanted(kinds=found, reference=part_of_reference(text), ids=ids)


def _printed(document: Document) -> list[str]:
    """What stands on a document: what it is called there, and who issued it."""
    return [*document.names.values(), *document.issuer.values()]


def _holds(asked: Sequence[str], texts: Collection[str], groups: Groups) -> bool:
    """Whether each word that is asked for is the beginning of one that is said, or means the same as something said,
    alone or with those that follow."""
    said = [words(text) for text in texts]
    meant = {group for some in said for group in groups.among(some)}
    return bool(asked) and _all_said(asked, {word for some in said for word in some}, meant, groups)


def _all_said(asked: Sequence[str], said: Collection[str], meant: Collection[str], groups: Groups) -> bool:
    if not asked:
        return True
    phrases = (size for size in range(min(PHRASE, len(asked)), 0, -1) if groups.of.get(tuple(asked[:size])) in meant)
    if any(_all_said(asked[size:], said, meant, groups) for size in phrases):
        return True
    return any(word.startswith(asked[0]) for word in said) and _all_said(asked[1:], said, meant, groups)


def _said_of(catalogue: Catalogue, kind: str) -> list[str]:
    known = catalogue.documents.get(kind)
    body = catalogue.administrations.get(known.issuer) if known else None
    return [*names_of(catalogue, kind).values(), *(body.names.root.values() if body else ())]


def of_event(catalogue: Catalogue, event: str) -> Wanted:
    """The documents of a life event: those its services issue, and those of requests for them."""
    services = {key for key, events in catalogue.overview.life_events_of.items() if event in events}
    kinds = [kind for kind, one in catalogue.documents.items() if services.intersection(one.issued_by_services)]
    return Wanted(kinds=kinds, services=services)
