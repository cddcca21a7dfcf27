"""Builders of small definitions, in the fewest words a test needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from journeys.catalogue.definitions import Administration, Catalogue, DocumentType, LifeEvent, Service, Source

WORDS = {"ar": "كلام", "fr": "mots", "en": "words"}
NEEDED = ("summary", "what_you_get", "who_may_ask", "cost", "how_long", "after")


def names(key: str) -> dict[str, str]:
    """Names in three languages that can be told apart."""
    return {"ar": f"اسم {key}", "fr": f"Nom {key}", "en": f"Name {key}"}


def truth(*, sourced: bool = True) -> dict[str, str]:
    """Where a statement comes from."""
    return {"source": "L1", "status": "sourced" if sourced else "unverified"}


def step(key: str, *, after: str | None = None, when: str | None = None, optional: bool = False) -> dict[str, Any]:
    """One step of a life event."""
    waits = [{"step": after, "document": "extract"}] if after else []
    return {
        "service": key,
        "administration": "commune",
        "when": when,
        "optional": optional,
        "depends_on": waits,
    }


def life_event(
    key: str, *, steps: list[dict[str, Any]], conditions: dict[str, Any] | None = None, kind: str = "citizen"
) -> LifeEvent:
    """A life event of these steps, in their order."""
    return LifeEvent.model_validate(
        {
            "id": key,
            "kind": kind,
            "names": names(key),
            "audience": ["citizen"],
            "trigger": "t",
            "conditions": conditions or {},
            "steps": [{"order": number, **one} for number, one in enumerate(steps, 1)],
            "administrations": ["commune"],
            "provenance": {"steps": "ours", "status": "unverified"},
        }
    )


def service(
    key: str,
    *,
    fee: str = "fixed",
    delay: int | None = 3,
    requires: Iterable[str] = (),
    outputs: Iterable[str] = (),
    legal_basis: Iterable[str] = (),
    askable: bool = False,
    sourced: bool = True,
    tariff: str = "sourced",
    silence: str = "none",
) -> Service:
    """A service with a sheet; ``askable`` gives it a form of one question too."""
    known = truth(sourced=sourced)
    word = "sourced" if sourced else "unverified"
    sheet = {
        "id": key,
        "names": names(key),
        "administration": "commune",
        "family": "etat-civil",
        "audience": ["citizen"],
        "eligibility": None,
        "user_deadline": None,
        "requires": [_required(one) for one in requires],
        "form": [],
        "fee": _fee(fee, known),
        "delay": _delay(delay, known),
        "extension": None,
        "investment_list": False,
        "silence": {"effect": silence, "legal_basis": None, "remedy": "L5519 art. 21: appeal", "provenance": known},
        "outputs": [{"document": one, "condition": None, "validity": None} for one in outputs],
        "digitisation": {"level": 0, "label": "information", "platform": None, "provenance": known},
        "presence": {"required": False, "appointment": False, "mode": "none"},
        "payment_required": False,
        "payment_unknown": False,
        "assurance": "low",
        "signature": "none",
        "channels": ["counter"],
        "legal_basis": list(legal_basis),
        "attribute_status": dict.fromkeys(("fee", "delay", "silence", "documents", "digitisation"), word),
        "provenance": {"sources": [], "confidence": "low", "confidence_score": 0.1, "existence_confidence": "low"},
        "note": None,
    }
    return Service.model_validate(sheet | (_form(tariff) if askable else {}))


def _required(key: str) -> dict[str, Any]:
    return {"document": key, "issuer": "commune", "mode": "user", "condition": None, "replaced_by_cnie": False}


def _fee(kind: str, known: dict[str, str]) -> dict[str, Any]:
    amount = 20 if kind == "fixed" else None
    return {"kind": kind, "amount_mad": amount, "formula": None, "stamp_duty": False, "provenance": known}


def _delay(days: int | None, known: dict[str, str]) -> dict[str, Any]:
    unit, kind = ("calendar_day", "specific") if days else (None, "not_covered")
    return {"max": days, "unit": unit, "kind": kind, "counting": None, "provenance": known}


def _form(tariff: str) -> dict[str, Any]:
    line = {"id": "copy", "names": WORDS, "minor": 2000, "beneficiary": "office", "tariff": tariff, "source": "L1"}
    return {
        "texts": dict.fromkeys(NEEDED, WORDS),
        "sections": [{"id": "record", "title": WORDS}],
        "form": [{"field": "text", "id": "text", "required": True, "section": "record", "labels": WORDS}],
        "fee_rule": {"lines": [line]},
        "office_rule": {"administration": "commune"},
    }


def administration(key: str) -> Administration:
    """An administration without web sites."""
    return Administration.model_validate(
        {"id": key, "kind": "commune", "names": names(key), "parent": None, "platforms": [], "provenance": {}}
    )


def document(key: str) -> DocumentType:
    """A kind of document."""
    once = {"held_by_administration": True, "replaced_by_cnie": False, "legal_basis": []}
    return DocumentType.model_validate(
        {
            "id": key,
            "names": names(key),
            "issuer": "commune",
            "issued_by_services": [],
            "once_only": once,
            "validity": None,
            "provenance": truth(),
        }
    )


def source(key: str, title: str, **names: str) -> Source:
    """A source with an English title, and its names in other languages."""
    about = {"kind": "official-text", "title": title, "names": names or None, "url": None, "note": ""}
    return Source.model_validate({"id": key, **about})


def catalogue(**kinds: list[Any]) -> Catalogue:
    """A catalogue of these definitions."""
    return Catalogue(**{kind: {one.id: one for one in _checked(found)} for kind, found in kinds.items()})


def _checked(found: list[Any]) -> list[Any]:
    assert all(isinstance(one, BaseModel) for one in found)
    return found
