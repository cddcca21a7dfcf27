"""The certificates that lead from a seal or a time-stamp to a root, and whether each of them still counts.

A seal is believed where every certificate on the way counts, not its own alone (RFC 5280, section 6). Each names who
says so: an OCSP responder, or the address of a list (CRL), as what comes from a root in a safe does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from portal.locker.ports import NotReachable, NotSealed
from portal.locker.trust import Trust

WEB = ("http://", "https://")
LONGEST = 8
"""Certificates from a seal to its root; real chains have two or three."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What issuers say now of the certificates of some chains (DER): answers of responders, and lists."""

    answers: list[bytes]
    lists: list[bytes]


def ordered(own: bytes, others: Iterable[bytes], roots: Iterable[bytes]) -> list[bytes]:
    """The chain (DER) from a certificate up to a root, which is its last. Raises NotSealed when it leads to none."""
    anchors = list(map(_read, roots))
    known, chain = [*anchors, *map(_read, others)], [_read(own)]
    while chain[-1] not in anchors:
        issuer = next((one for one in known if one not in chain and _issued(one, chain[-1])), None)
        if issuer is None or len(chain) > LONGEST:
            raise NotSealed("a certificate that leads to no root")
        chain.append(issuer)
    return [one.public_bytes(serialization.Encoding.DER) for one in chain]


def _read(certificate: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(certificate)
    except ValueError:
        raise NotSealed("a certificate that is none") from None


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the one was issued with the other: an issuer that renewed its key has several of one name."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def counting(trust: Trust, *chains: Sequence[bytes]) -> Counting:
    """What is said of every certificate of these chains but their roots, whom the operator trusts. Raises NotSealed for
    one of which nobody can be asked, and NotReachable."""
    found = Counting([], [])
    for certificate, issuer in dict.fromkeys(pair for chain in chains for pair in pairwise(chain)):
        _note(trust, found, _read(certificate), _read(issuer))
    return found


def _note(trust: Trust, found: Counting, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    if url := next(_responders(certificate), None):
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
        question = asked.public_bytes(serialization.Encoding.DER)
        answer = trust.lately.known((url, question), lambda: trust.revocation.ask(url, question))
        found.answers.append(_readable(_said, answer))
    elif place := next(_lists(certificate), None):
        listed = trust.lately.known(place, lambda: trust.revocation.listed(place))
        found.lists.extend([] if listed in found.lists else [_readable(x509.load_der_x509_crl, listed)])
    else:
        raise NotSealed("a certificate that names neither a responder nor a list")


def _said(answer: bytes) -> None:
    if ocsp.load_der_ocsp_response(answer).response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("the responder does not say")


def _readable(read: Callable[[bytes], object], answer: bytes) -> bytes:
    """Raises NotReachable for what is no answer: a page of the network's, say."""
    try:
        read(answer)
    except ValueError:
        raise NotReachable("no answer about a certificate") from None
    return answer


def _responders(certificate: x509.Certificate) -> Iterator[str]:
    try:
        said = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return
    named = [one.access_location for one in said if one.access_method == AuthorityInformationAccessOID.OCSP]
    yield from _on_the_web(named)


def _lists(certificate: x509.Certificate) -> Iterator[str]:
    try:
        said = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return
    yield from _on_the_web([name for point in said for name in point.full_name or ()])


def _on_the_web(names: Iterable[x509.GeneralName]) -> Iterator[str]:
    """Of the addresses of a certificate those that are asked: directories (ldap) are not."""
    return (one.value for one in names if isinstance(one, x509.UniformResourceIdentifier) and one.value.startswith(WEB))
