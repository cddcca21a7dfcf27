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
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAGE = "The page itself is not checked: compare these facts with it, or have the portal check the whole file."
ENDS = {"valid": 0, "expired": 1, "revoked": 1, "altered": 1, "unknown": 2}


class Bad(Exception):
    """What is wrong: the verdict and why."""


def unpadded(text, decode):
    """The bytes of base32 or base64url text that came without its padding."""
    return decode(text + "=" * (-len(text) % 8))


def shown(text):
    """Text for a terminal, where what moves the cursor or turns other text round is written out."""
    return "".join(one if one.isprintable() or one in "\xa0\u202f" else f"\\u{ord(one):04x}" for one in str(text)[:200])


def token_in(content):
    """The signed token in a PDF or in the text of a QR code."""
    if not content.startswith(b"%PDF-"):
        return unpadded(content.decode().rpartition("#")[2].strip().upper(), base64.b32decode)
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        try:
            names = list(pdf.Root.Names.EmbeddedFiles.Names)
            proof = dict(zip(map(str, names[::2]), names[1::2], strict=True))["proof.cwt"]
        except Exception:
            raise Bad("unknown", "the PDF carries no proof") from None
        return proof.EF.F.read_bytes()


def item(content):
    """One piece of CBOR, and nothing behind it."""
    stream = io.BytesIO(content)
    found = cbor2.load(stream)
    if stream.read(1):
        raise ValueError("more than one")
    return found


def claims_of(message, keys):
    """The key that signed a token, and what it claims. What was signed by a key that is not here may be true."""
    found = item(message)
    protected, unprotected, payload, signature = found.value
    header, are_bytes = item(protected), all(isinstance(one, bytes) for one in (protected, payload, signature))
    if found.tag != 18 or unprotected != {} or not are_bytes or not isinstance(header, dict):
        raise ValueError("not COSE_Sign1")
    name = header[4].decode("ascii", "replace")
    if name not in keys:
        raise Bad("unknown", f"signed by a key that is not among these keys: {name}")
    if header[1] != -8:
        raise ValueError("not EdDSA")
    public = Ed25519PublicKey.from_public_bytes(unpadded(keys[name]["x"], base64.urlsafe_b64decode))
    public.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    return keys[name], item(payload)


def is_revoked(claims, lists, keys):
    """Whether any list of this document says that it was revoked; None when no list of it is here that is fresh."""
    place, known = claims[65535]["status_list"], None
    for message in lists:
        with suppress(Exception):  # what is no list
            key, said = claims_of(message, keys)
            if "revoked" not in key and said[2] == place["uri"] and said[4] > time.time():
                known = known or bool(zlib.decompress(said[65533]["lst"])[place["idx"] // 8] >> place["idx"] % 8 & 1)
    return known


def verdict(content, keys, lists):
    """The verdict on a document, why, and what it says."""
    try:
        if len(token := token_in(content)) > 4000:
            raise ValueError("too long")
        key, claims = claims_of(token, keys)
        said = {"issuer": claims[1], "code": claims[7].decode(), "kind": claims["kind"], **claims["facts"]}
        if "revoked" in key:
            return "revoked", "the key that signed it was revoked", {}
        revoked, ends = is_revoked(claims, lists, keys), claims.get(4, float("inf"))
    except Bad as problem:
        return *problem.args, {}
    except Exception as problem:  # whatever a changed file makes fail
        return "altered", f"it was changed, or is none of ours: {problem or type(problem).__name__}", {}
    if revoked:
        return "revoked", "its issuer revoked it", said
    if ends <= time.time():
        return "expired", time.strftime("since %Y-%m-%d", time.gmtime(ends)), said
    if revoked is None:
        return "unknown", f"signed; to know whether it was revoked, fetch {claims[65535]['status_list']['uri']}", said
    return "valid", "signed, and not revoked", said


def main():
    """Reads the arguments, prints the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--keys", required=True, type=Path)
    parser.add_argument("--list", action="append", default=[], type=Path, dest="lists")
    given = parser.parse_args()
    content = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    keys = {key["kid"]: key for key in json.loads(given.keys.read_text())["keys"]}
    found, why, said = verdict(content, keys, [path.read_bytes() for path in given.lists])
    print(f"{found.upper()}: {shown(why)}" + (f"\n  {PAGE}" if found == "valid" else ""))
    for name, value in said.items():
        print(f"  {shown(name):<16} {shown(' · '.join(value) if isinstance(value, list) else value)}")
    return ENDS[found]


if __name__ == "__main__":
    sys.exit(main())
