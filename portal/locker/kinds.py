"""Types of documents as the locker knows them: those of the catalogue, and a few of the portal's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from journeys.catalogue.definitions import Catalogue, Text
from journeys.catalogue.folding import folded
from portal.i18n import language

OTHER = "other"
ATTACHMENT = "attachment"
"""What no question asked a type of."""
RECEIPTS = ("filing_receipt", "payment_receipt")
OF_A_REQUEST = (*RECEIPTS, "refusal")
"""Documents that are about a request and prove nothing else: no request asks for them."""

TITLES: Mapping[str, Mapping[str, str]] = {
    "refusal": {"ar": "قرار الرفض", "fr": "Décision de refus", "en": "Refusal decision"},
    "filing_receipt": {"ar": "وصل الإيداع", "fr": "Récépissé de dépôt", "en": "Receipt of filing"},
    "payment_receipt": {"ar": "وصل الأداء", "fr": "Reçu de paiement", "en": "Payment receipt"},
    OTHER: {"ar": "وثيقة أخرى", "fr": "Autre document", "en": "Other document"},
}


class Count(NamedTuple):
    """So many documents of a kind, from requests for a service or from none."""

    kind: str
    service: str | None
    number: int


def names_of(catalogue: Catalogue, kind: str) -> Mapping[str, str]:
    """What documents of this type are called, by language."""
    known = catalogue.documents.get(kind)
    return known.names.root if known else TITLES.get(kind, TITLES[OTHER])


def name_in(names: Mapping[str, str]) -> str:
    """What documents with these names are called in the language of the page, else in another."""
    return Text.model_construct(root=dict(names)).pick(language())[0]


def by_kind(catalogue: Catalogue, held: Iterable[Count]) -> dict[str, tuple[Mapping[str, str], int]]:
    """The types of these documents, with their names and how many there are of each, in the reader's alphabet."""
    counted: Counter[str] = Counter()
    for one in held:
        counted[one.kind] += one.number
    found = {kind: (names_of(catalogue, kind), number) for kind, number in counted.items()}
    return dict(sorted(found.items(), key=lambda one: folded(name_in(one[1][0]))))


def by_event(catalogue: Catalogue, held: Iterable[Count]) -> dict[str, tuple[Mapping[str, str], int]]:
    """The life events that these documents belong to, with their names and how many belong to each, in the order of the
    home page."""
    counted: Counter[str] = Counter()
    for one in held:
        counted.update(dict.fromkeys(_events(catalogue, one), one.number))
    events = [catalogue.life_events[key] for key in catalogue.life_events if key in counted]
    events.sort(key=lambda one: one.place)
    return {one.id: (one.names.root, counted[one.id]) for one in events}


def _events(catalogue: Catalogue, held: Count) -> set[str]:
    """The life events of the service whose request it comes from, and of those that issue documents of its type."""
    known = catalogue.documents.get(held.kind)
    services = {held.service or "", *(known.issued_by_services if known else ())}
    return {event for key in services for event in catalogue.overview.life_events_of.get(key, ())}


def renewed_by(catalogue: Catalogue, kind: str) -> str | None:
    """The service by which whoever has a document of this type gets a newer one; None where no service is for that."""
    known = catalogue.documents.get(kind)
    return known.renewed_by if known else None
