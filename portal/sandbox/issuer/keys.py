"""The signing keys of the identity provider: RSA for RS256, made at the first use, kept in the store."""

from __future__ import annotations

from functools import lru_cache

from joserfc.jwk import KeySet, RSAKey

from portal.sandbox.store import Store

ALGORITHM = "RS256"


def signing_key(store: Store, name: str) -> RSAKey:
    """The key of this name, the same after every restart."""
    with store.held():
        kept = store.get("key", name)
        if kept is None:
            fresh = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
            kept = fresh.as_dict(private=True)
            store.put("key", name, kept)
    return _read(tuple(kept.items()))


@lru_cache(maxsize=8)
def _read(kept: tuple[tuple[str, str], ...]) -> RSAKey:
    """The key of these members. Reading one looks whether its primes are primes, which takes longer than signing."""
    return RSAKey.import_key(dict(kept))


def public_keys(store: Store, name: str) -> KeySet:
    """What the world may see of it (RFC 7517)."""
    return KeySet([RSAKey.import_key(signing_key(store, name).as_dict(private=False))])
