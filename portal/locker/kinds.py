"""Types of documents as the locker knows them: those of the catalogue, and a few of the portal's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from journeys.catalogue.definitions import Catalogue, Text
from portal.i18n import language

OTHER = "other"
ATTACHMENT = "attachment"
"""What no question asked a type of."""
RECEIPTS = ("filing_receipt", "payment_receipt")
LETTERS = (*RECEIPTS, "refusal")
"""Documents that are about a request and prove nothing else: no request asks for them."""

TITLES: Mapping[str, Mapping[str, str]] = {
    "refusal": {"ar": "قرار الرفض", "fr": "Décision de refus", "en": "Refusal decision"},
    "filing_receipt": {"ar": "وصل الإيداع", "fr": "Récépissé de dépôt", "en": "Receipt of filing"},
    "payment_receipt": {"ar": "وصل الأداء", "fr": "Reçu de paiement", "en": "Payment receipt"},
    OTHER: {"ar": "وثيقة أخرى", "fr": "Autre document", "en": "Other document"},
}


def names_of(catalogue: Catalogue, kind: str) -> Mapping[str, str]:
    """What documents of this type are called, by language."""
    known = catalogue.documents.get(kind)
    return known.names.root if known else TITLES.get(kind, TITLES[OTHER])


def name_in(names: Mapping[str, str]) -> str:
    """What documents with these names are called in the language of the page, else in another."""
    return Text.model_construct(root=dict(names)).pick(language())[0]


def events_of(catalogue: Catalogue, kinds: Collection[str]) -> list[str]:
    """The life events that documents of these types belong to."""
    known = (catalogue.documents[kind] for kind in kinds if kind in catalogue.documents)
    services = {service for one in known for service in one.issued_by_services}
    return sorted({event for key in services for event in catalogue.overview.life_events_of.get(key, ())})


def renewed_by(catalogue: Catalogue, kind: str) -> str | None:
    """The service by which whoever has a document of this type gets a newer one; None where no service is for that."""
    known = catalogue.documents.get(kind)
    return known.renewed_by if known else None
