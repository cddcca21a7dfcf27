"""What the identity provider says of a person, scope by scope (OpenID Connect Core 1.0, sections 5.1 and 5.4)."""

from __future__ import annotations

import json
from typing import Any

from portal.sandbox.issuer.models import SignIn
from portal.sandbox.issuer.realms import Realm
from portal.sandbox.people import Person


def of_person(person: Person, at: Realm, scope: str) -> dict[str, Any]:
    """The claims of a person within the given scopes, as this issuer says them. Of the identifiers those are there
    that the person has; ``staff`` is there for who works in an administration only."""
    by_scope = {"openid": {"sub": at.sub(person)}, "profile": _profile(person, at)} | _contacts(person)
    wanted = scope.split()
    return {name: value for key, claims in by_scope.items() if key in wanted for name, value in claims.items()}


def of_sign_in(sign_in: SignIn) -> dict[str, Any]:
    """How surely and when the person signed in."""
    return {"acr": sign_in.acr, "amr": sign_in.amr, "auth_time": sign_in.auth_time}


def asked_in_token(claims: str | None) -> list[str]:
    """The names a ``claims`` parameter (section 5.5) wants in the identity token; none when it is not readable."""
    try:
        wanted = json.loads(claims or "{}")["id_token"]
    except (ValueError, KeyError, TypeError):
        return []
    return sorted(wanted) if isinstance(wanted, dict) else []


def _profile(person: Person, at: Realm) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "name_ar": person.name_ar,
        "given_name_ar": person.given_name_ar,
        "family_name_ar": person.family_name_ar,
        "birthdate": person.birthdate.isoformat(),
        "gender": person.gender,
        "locale": person.locale,
        "zoneinfo": person.zoneinfo,
        "nationality": person.nationality,
    }
    return claims | person.identifiers | ({"staff": True} if at.shows_staff(person) else {})


def _contacts(person: Person) -> dict[str, dict[str, Any]]:
    return {
        "email": {"email": person.email, "email_verified": True},
        "phone": {"phone_number": person.phone, "phone_number_verified": True},
    }
