"""Checks a document of the portal without the portal and without a connection.

    pip install cbor2 cryptography pikepdf
    python verify_document.py FILE --keys jwks.json [--list LIST ...]

FILE is the PDF, or a text file with what its QR code says (- reads it from standard input). The keys are published by
the portal at /.well-known/jwks.json, the lists of revoked documents at the addresses that documents name (/status/…):
fetch both beforehand. Prints what the document proves, to be compared with what stands on the page.

A proof is a CBOR Web Token (RFC 8392) signed with COSE_Sign1 (RFC 9052) and Ed25519; the lists are Token Status Lists
(IETF draft-ietf-oauth-status-list). Ends with 0 when the document is valid, 1 when it is expired, revoked or altered,
2 when that cannot be told.
"""

import argparse
import base64
import io
import json
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENDS = {"valid": 0, "expired": 1, "revoked": 1, "altered": 1, "unknown": 2}


class Bad(Exception):
    """What is wrong: the verdict and why."""


def unpadded(text, decode):
    """The bytes of base32 or base64url text that came without its padding."""
    return decode(text + "=" * (-len(text) % 8))


def token_in(content):
    """The signed token in a PDF or in the text of a QR code."""
    if content.startswith(b"%PDF-"):
        import pikepdf

        with pikepdf.open(io.BytesIO(content)) as pdf:
            if "proof.cwt" not in pdf.attachments:
                raise Bad("unknown", "the PDF carries no proof")
            return pdf.attachments["proof.cwt"].get_file().read_bytes()
    return unpadded(content.decode().rpartition("#")[2].strip().upper(), base64.b32decode)


def claims_of(message, keys):
    """What a token claims, once its signature holds."""
    stream = io.BytesIO(message)
    found = cbor2.load(stream)
    protected, unprotected, payload, signature = found.value
    header = cbor2.loads(protected)
    if found.tag != 18 or unprotected != {} or stream.read(1):
        raise Bad("altered", "not a COSE_Sign1 message as we make them")
    key = keys.get(header[4].decode())
    if header[1] != -8 or key is None:
        raise Bad("unknown", f"signed by a key that is not among these keys: {header[4].decode()}")
    public = Ed25519PublicKey.from_public_bytes(unpadded(key["x"], base64.urlsafe_b64decode))
    try:
        public.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    except InvalidSignature:
        raise Bad("altered", "the signature does not hold") from None
    if "revoked" in key:
        raise Bad("revoked", "the key that signed it was revoked")
    return cbor2.loads(payload)


def is_revoked(claims, lists, keys):
    """Whether any list of this document says that it was revoked; None when no list of it is here that is fresh."""
    place, known = claims[65535]["status_list"], None
    for message in lists:
        with suppress(Exception):  # what is no list, or was signed by a key that does not count
            said = claims_of(message, keys)
            if said[2] == place["uri"] and said[4] > time.time():
                known = known or bool(zlib.decompress(said[65533]["lst"])[place["idx"] // 8] >> place["idx"] % 8 & 1)
    return known


def verdict(content, keys, lists):
    """The verdict on a document, why, and what it claims."""
    claims = {}
    try:
        claims = claims_of(token_in(content), keys)
        revoked = is_revoked(claims, lists, keys)
    except Bad as problem:
        return *problem.args, claims
    except Exception as problem:  # whatever a changed file makes fail
        return "altered", f"it cannot be read: {type(problem).__name__}", claims
    if revoked:
        return "revoked", "its issuer revoked it", claims
    if claims.get(4, float("inf")) <= time.time():
        return "expired", time.strftime("since %Y-%m-%d", time.gmtime(claims[4])), claims
    if revoked is None:
        return (
            "unknown",
            f"signed, but whether it was revoked is not known: fetch {claims[65535]['status_list']['uri']}",
            claims,
        )
    return "valid", "compare what follows with the page", claims


def main():
    """Reads the arguments, prints the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--keys", required=True, type=Path)
    parser.add_argument("--list", action="append", default=[], type=Path, dest="lists")
    given = parser.parse_args()
    content = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    keys = {key["kid"]: key for key in json.loads(given.keys.read_text())["keys"]}
    found, why, claims = verdict(content, keys, [path.read_bytes() for path in given.lists])
    print(f"{found.upper()}: {why}")
    if 1 in claims:
        facts = {"issuer": claims[1], "code": claims[7].decode(), "kind": claims["kind"], **claims["facts"]}
        for name, value in facts.items():
            print(f"  {name:<16} {' · '.join(value) if isinstance(value, list) else value}")
    return ENDS[found]


if __name__ == "__main__":
    sys.exit(main())
