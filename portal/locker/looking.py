"""What somebody looks for in a locker, in words or by a life event, as what is found by key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from journeys.cases.errors import BadReference
from journeys.cases.references import read_reference
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.folding import words
from portal.keys import Keyring
from portal.locker import listing
from portal.locker.keeping import label_of
from portal.locker.kinds import names_of
from portal.locker.listing import Wanted
from portal.locker.models import Document


def searched(
    session: Session, owner: UUID, text: str, kinds: Collection[str], catalogue: Catalogue, keyring: Keyring
) -> Wanted:
    """The documents with these words in their type, in who issues it or in the name that their owner gave them, or
    with this reference."""
    asked = words(text)
    found = [kind for kind in kinds if _holds(asked, _said_of(catalogue, kind))]
    named = listing.named(session, owner) if asked else []
    ids = [one.id for one in named if _holds(asked, [label_of(keyring, one), *_printed(one)])]
    return Wanted(kinds=found, references=list(_reference(text)), ids=ids)


def _printed(document: Document) -> list[str]:
    """What stands on a document: what it is called there, and who issued it."""
    return [*document.names.values(), *document.issuer.values()]


def _holds(asked: list[str], texts: Collection[str]) -> bool:
    """Whether each word that is asked for is the beginning of one that is said."""
    said = [word for text in texts for word in words(text)]
    return bool(asked) and all(any(word.startswith(one) for word in said) for one in asked)


def _said_of(catalogue: Catalogue, kind: str) -> list[str]:
    known = catalogue.documents.get(kind)
    body = catalogue.administrations.get(known.issuer) if known else None
    return [*names_of(catalogue, kind).values(), *(body.names.root.values() if body else ())]


def _reference(text: str) -> Iterator[str]:
    try:
        yield read_reference(text)
    except BadReference:
        return


def of_event(catalogue: Catalogue, event: str) -> Wanted:
    """The documents of a life event: those its services issue, and those of requests for them."""
    services = {key for key, events in catalogue.overview.life_events_of.items() if event in events}
    kinds = [kind for kind, one in catalogue.documents.items() if services.intersection(one.issued_by_services)]
    return Wanted(kinds=kinds, services=services)
