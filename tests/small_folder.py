"""Builders: a small folder of definitions without errors, to spoil in one place at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from journeys.catalogue.files import COMMUNE

GENERAL = {"source": "GK", "status": "unverified"}
LAW = {"source": "L5519", "status": "sourced"}


def words(text: str = "name") -> dict[str, str]:
    """A text in three languages."""
    return {"ar": f"{text} بالعربية", "fr": f"{text} en français", "en": f"{text} in English"}


def service(id: str = "permit", **changes: Any) -> dict[str, Any]:
    """A service with an honest sheet and no form."""
    return {
        "id": id,
        "names": words(id),
        "administration": "commune",
        "family": "permits",
        "audience": ["citizen"],
        "eligibility": None,
        "user_deadline": None,
        "requires": [],
        "form": [{"field": "kind", "required": True}],
        "fee": {"kind": "unknown", "amount_mad": None, "formula": None, "stamp_duty": False, "provenance": GENERAL},
        "delay": {"max": 60, "unit": "calendar_day", "kind": "legal_cap", "counting": None, "provenance": LAW},
        "extension": None,
        "investment_list": False,
        "silence": {"effect": "none", "legal_basis": None, "remedy": None, "provenance": GENERAL},
        "outputs": [{"document": "paper", "condition": None, "validity": None}],
        "digitisation": {"level": 1, "label": "downloadable", "platform": None, "provenance": GENERAL},
        "presence": {"required": False, "appointment": False, "mode": "none"},
        "payment_required": False,
        "payment_unknown": True,
        "assurance": "low",
        "signature": "none",
        "channels": ["counter"],
        "legal_basis": ["L5519:16"],
        "attribute_status": dict.fromkeys(("fee", "delay", "silence", "documents", "digitisation"), "unverified"),
        "provenance": {"sources": ["GK"], "confidence": "low", "confidence_score": 0.2, "existence_confidence": "low"},
        "note": None,
        **changes,
    }


def askable(**changes: Any) -> dict[str, Any]:
    """A service that can be asked for: one section, one choice, free, one office."""
    texts = ("summary", "what_you_get", "who_may_ask", "cost", "how_long", "after")
    complete = {
        "texts": {name: words(name) for name in texts},
        "sections": [{"id": "only", "title": words()}],
        "form": [question()],
        "fee_rule": {"currency": "MAD", "lines": []},
        "office_rule": {"administration": "commune"},
    }
    return service(**{**complete, **changes})


def question(**changes: Any) -> dict[str, Any]:
    """A choice between small and large."""
    options = [{"value": value, "labels": words(value)} for value in ("small", "large")]
    usual = {"field": "kind", "section": "only", "required": True, "labels": words("kind"), "options": options}
    return {**usual, **changes}


def life_event(*steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A life event of these steps."""
    return {
        "id": "moving",
        "names": words("moving"),
        "audience": ["citizen"],
        "trigger": "a new home",
        "conditions": {"tenant": words("tenant")},
        "steps": list(steps),
        "administrations": ["commune"],
        "provenance": {"steps": "ours", "status": "unverified"},
        **changes,
    }


def step(service: str = "permit", *after: str, **changes: Any) -> dict[str, Any]:
    """A step that waits for others."""
    waits = [{"step": one, "document": None} for one in after]
    usual = {"order": 1, "administration": "commune", "when": None, "optional": False, "depends_on": waits}
    return {"service": service, **usual, **changes}


def folder(at: Path, *services: dict[str, Any], life_events: list[dict[str, Any]] | None = None, **files: Any) -> Path:
    """A folder with these services; ``files`` replace the lists of fields, administrations …"""
    written = {
        "sources.yaml": {"sources": [source("GK"), source("L5519")]},
        "administrations.yaml": {"administrations": [administration(), *files.get("administrations", [])]},
        "documents.yaml": {"documents": files.get("documents", [document()])},
        "fields.yaml": {"fields": files.get("fields", [field()])},
        "services/permits.yaml": {"family": "permits", "services": list(services)},
        "life-events/citizen.yaml": {"kind": "citizen", "life_events": life_events or []},
        "life-events/business.yaml": {"kind": "business", "life_events": []},
        "reference/regions.yaml": {"regions": []},
        "reference/provinces.yaml": {"provinces": []},
        "reference/courts.yaml": {"courts": []},
        "reference/calendar.yaml": {"years": {}},
    }
    for name, content in written.items():
        path = at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    (at / "reference" / "communes.csv").write_text(",".join(COMMUNE) + "\n", "utf-8")
    return at


def field(id: str = "kind", **changes: Any) -> dict[str, Any]:
    """A reusable field."""
    return {"id": id, "type": "choice", "labels": words(id), "provenance": GENERAL, **changes}


def source(id: str) -> dict[str, Any]:
    """A source of statements."""
    return {"id": id, "kind": "official-text", "title": id, "url": None, "note": ""}


def administration(id: str = "commune", **changes: Any) -> dict[str, Any]:
    """An administration."""
    provenance = {"existence": GENERAL, "platform_urls": GENERAL}
    usual = {"kind": "commune", "names": words(id), "parent": None, "platforms": [], "provenance": provenance}
    return {"id": id, **usual, **changes}


def document(id: str = "paper", **held: bool) -> dict[str, Any]:
    """A document that the permit service issues."""
    once_only = {"held_by_administration": False, "replaced_by_cnie": False, "legal_basis": [], **held}
    usual = {"issuer": "commune", "issued_by_services": ["permit"], "once_only": once_only, "validity": None}
    return {"id": id, "names": words(id), **usual, "provenance": GENERAL}
