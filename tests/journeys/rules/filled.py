"""Builders: requests filled in rightly, to change one answer at a time."""

from __future__ import annotations

from typing import Any


def birth(**changes: Any) -> dict[str, Any]:
    """The answers of someone who asks for two extracts of their own record."""
    usual = {
        "relation": "self",
        "copies": 2,
        "fullname_ar": "سلمى العلوي",
        "fullname_lat": "EL ALAOUI Salma",
        "birth_date": "1990-04-12",
        "birth_province": "04.421",
        "birth_place": "c-04421-02",
    }
    return {key: value for key, value in {**usual, **changes}.items() if value is not None}


def information(**changes: Any) -> dict[str, Any]:
    """The answers of someone who asks a ministry for a figure."""
    usual = {
        "asked_administration": "men",
        "subject": "المدارس الجماعاتية",
        "text": "كم عدد المدارس الجماعاتية المفتوحة سنة 2025؟",
        "answer_form": "written",
        "urgent": "no",
    }
    return {key: value for key, value in {**usual, **changes}.items() if value is not None}


def name(**changes: Any) -> dict[str, Any]:
    """The answers of a founder who proposes one name."""
    usual = {"legal_form": "SARL", "activity": "صناعة الزليج وبيعه", "company_name": "Zellige Atlas"}
    return {key: value for key, value in {**usual, **changes}.items() if value is not None}
