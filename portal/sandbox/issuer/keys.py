"""The signing key of the identity provider: RSA for RS256, made at the first start, kept in the store."""

from __future__ import annotations

from joserfc.jwk import KeySet, RSAKey

from portal.sandbox.store import Store

ALGORITHM = "RS256"


def signing_key(store: Store) -> RSAKey:
    """The key, the same after every restart."""
    with store.held():
        kept = store.get("key", "issuer")
        if kept is None:
            fresh = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
            kept = fresh.as_dict(private=True)
            store.put("key", "issuer", kept)
    return RSAKey.import_key(kept)


def public_keys(store: Store) -> KeySet:
    """What the world may see (RFC 7517)."""
    return KeySet([RSAKey.import_key(signing_key(store).as_dict(private=False))])
