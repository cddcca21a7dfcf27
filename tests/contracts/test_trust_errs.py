"""What trust services answer is looked at before it is kept for ever: nothing is sealed by what does not count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typst
from cryptography import x509
from cryptography.x509.oid import NameOID
from twins.trust import ANOTHER, WAYS, Erring, erring_service

from portal.locker.ports import NotReachable, NotSealed
from portal.sandbox.serve import Running
from portal.sandbox.trust.authority import CERTIFICATE

RABAT = "commune/c-04421-02"


@pytest.fixture
def erring(outside: Running) -> Iterator[Erring]:
    """A trust service that does not err yet."""
    with erring_service(outside) as found:
        yield found


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A small PDF."""
    made = typst.compile(b"Bonjour", format="pdf")
    assert isinstance(made, bytes)
    return made


STAMPED = [name for name, (room, _change) in WAYS.items() if room == "stamps"]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sealed_by_what_was_not_asked_for(erring: Erring, pdf: bytes, way: str) -> None:
    trust = erring.trust()
    erring.way, erring.after = way, int(way in STAMPED)  # first it says who it is
    with pytest.raises(NotSealed if way == "the certificate of another" else NotReachable):
        trust.sealed(pdf, RABAT)
    erring.way = ""
    assert trust.sealed(pdf, RABAT).startswith(pdf), "it is asked anew"


@pytest.mark.parametrize("way", [way for way in STAMPED if way != "a time-stamp of somebody else"])
def test_a_second_time_stamp_is_looked_at_like_the_first(erring: Erring, pdf: bytes, way: str) -> None:
    erring.way, erring.after = way, 2
    with pytest.raises(NotReachable):
        erring.trust().sealed(pdf, RABAT)


def test_the_certificate_of_a_seal_says_whose_it_is(erring: Erring) -> None:
    for seal in (RABAT, ANOTHER):
        own = x509.load_der_x509_certificate(erring.trust().seals.certificates(seal)[0])
        [named] = own.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
        assert named.value == f"SB:MA-{seal}"


def test_a_seal_that_does_not_say_so_yet_is_made_anew(erring: Erring, outside: Running) -> None:
    """That of a demonstration which began before."""
    store = outside.world.store
    store.put(CERTIFICATE, RABAT, store.get(CERTIFICATE, ANOTHER) or {})
    assert erring.trust().seals.certificates(RABAT)[0] != erring.trust().seals.certificates(ANOTHER)[0]
