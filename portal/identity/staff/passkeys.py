"""Passkeys as a second proof (Web Authentication, level 3), where scripts run: set up, and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from payments.actor import Actor
from portal.identity.errors import WrongCode
from portal.identity.staff.actions import PASSKEY, key_of, made_of
from portal.identity.staff.models import Factor
from portal.keys import Keyring

NAME = "Shubbak"
MOST = 5


def of_person(session: Session, person: UUID) -> Sequence[Factor]:
    """The passkeys of a person."""
    query = select(Factor).where(Factor.person_id == person, Factor.kind == PASSKEY).order_by(Factor.id)
    return session.scalars(query).all()


def begin(session: Session, person: UUID, name: str, domain: str) -> tuple[str, str]:
    """What a browser needs to make a passkey (JSON), and the challenge to remember."""
    options = generate_registration_options(
        rp_id=domain,
        rp_name=NAME,
        user_id=person.bytes,
        user_name=name,
        user_display_name=name,
        exclude_credentials=_known(session, person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def keep(
    session: Session,
    moment: datetime,
    _actor: Actor,
    person: UUID,
    said: dict[str, Any],
    challenge: str,
    public_url: str,
    keyring: Keyring,
) -> None:
    """Keeps the passkey a browser made. Raises WrongCode."""
    if len(of_person(session, person)) >= MOST:
        raise WrongCode
    try:
        made = verify_registration_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=urlsplit(public_url).hostname or "",
            expected_origin=public_url,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise WrongCode from error
    factor = made_of(moment, person, PASSKEY, keyring, made.credential_public_key)
    factor.credential, factor.step = bytes_to_base64url(made.credential_id), made.sign_count
    factor.proved_at = moment
    session.add(factor)
    session.flush()


def ask(session: Session, person: UUID, domain: str) -> tuple[str, str]:
    """What a browser needs to use a passkey (JSON), and the challenge to remember."""
    options = generate_authentication_options(
        rp_id=domain,
        allow_credentials=_known(session, person),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def prove(
    session: Session,
    moment: datetime,
    _actor: Actor,
    person: UUID,
    said: dict[str, Any],
    challenge: str,
    public_url: str,
    keyring: Keyring,
) -> None:
    """Checks that a passkey of this person signed the challenge; its counter moves on. Raises WrongCode."""
    wanted = str(said.get("id", ""))
    query = select(Factor).where(Factor.person_id == person, Factor.kind == PASSKEY, Factor.credential == wanted)
    factor = session.scalar(query.with_for_update())
    if factor is None:
        raise WrongCode
    try:
        found = verify_authentication_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=urlsplit(public_url).hostname or "",
            expected_origin=public_url,
            credential_public_key=key_of(factor, keyring),
            credential_current_sign_count=factor.step,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise WrongCode from error
    factor.step, factor.tried_at = found.new_sign_count, moment
    session.flush()


def forget(session: Session, _moment: datetime, _actor: Actor, person: UUID, factor: UUID) -> bool:
    """Whether this passkey was the person's, and is forgotten."""
    row = session.get(Factor, factor)
    if row is None or row.person_id != person or row.kind != PASSKEY:
        return False
    session.delete(row)
    session.flush()
    return True


def _known(session: Session, person: UUID) -> list[PublicKeyCredentialDescriptor]:
    known = (row.credential for row in of_person(session, person) if row.credential)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
