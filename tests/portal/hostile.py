"""What Hypothesis may send: hostile and half-right values in every place of a request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from raw_requests import Asked, form_body, parts_body

HTML = b"<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
NASTY = (
    b"", b" ", b"\x00", b"a\x00b", b"\x1b[31m\x07\x7f", b"\xff\xfe\xfd", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xc0\xaf", "\u202egnp.exe\u2066".encode(), "\u200b\u00a0\u3000".encode(), "\u2028\u2029".encode(),
    "\ufffe\U0010ffff".encode(), "👨\u200d👩\u200d👧😀".encode(), "e\u0301".encode() * 300, "ﷺ".encode() * 90,
    "ا".encode() * 9000, b"A" * 30_000, HTML, b"'; DROP TABLE \"case\"; -- \\", b"' OR 1=1 --",
    b"{{7*7}}${7*7}#{7*7}{% raw %}", b"%s%n%(x)s{0}{x!r}", b"../../etc/passwd", b"..%2f..", b"//evil.example",
    b"\\\\evil.example", b"https://evil.example/", b"javascript:alert(1)", b"a\r\nSet-Cookie: x=1\r\n\r\nb", b"null",
    b"true", b"[]", b"{}", b"__class__", b"-", b".",
)  # fmt: skip
HALF_RIGHT = (
    "31/02/1990", "00/00/0000", "29/02/2023", "01/01/0001", "31/12/9999", "17/04/1992", "١٧/٠٤/١٩٩٢", "1992-04-17",
    "17/04/99999999999999999999", "1", "0", "-1", "+1", "²", "①", "٣", "0x10", "1_000", "1e9", "1e999", "nan", "inf",
    "9" * 5000, "1" * 30, "06 12 34 56 78", "+" + "9" * 300, "+212", "tel:+212612345678;ext=9", "a@b.ma", "a@", "@",
    "a@" + "b" * 300 + ".ma", '"a b"@c.ma', "a@[127.0.0.1]", "a@xn--.ma", "a@é.ma", "a@b.ma\u0000", "c-04421-02",
    "c-04421-99", "04.421", "self", "yes", "on", "SARL", "salma", "سلمى", "Salma", "K7Q2M-4XPV3",
)  # fmt: skip
PLACES = ("{n}.{u}", ".{u}", "{d}.{u}", "{n}.", "{n}", "{d}", "-{n}.{u}", "{n}e9.{u}")
QUERY_NAMES = (
    b"from", b"next", b"lang", b"level", b"issuer", b"review", b"payment", b"cancelled", b"state", b"code", b"error",
    b"iss", b"x", b"from[]", b"_external", b"_anchor", b"q",
)  # fmt: skip
RAW = (b"%", b"%zz=%u0041", b"&&&==", b"a=" * 9000, b"from=%FF%FE&from=x", "é=و".encode(), b"?" * 99)
HEADERS = {
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,2-3", "bytes=" + "9" * 5000 + "-", "bytes=a-b", "x=1-2"),
    "Accept-Language": ("ar", "fr;q=x", "en;q=-1,ar;q=9e999", "*", "a" * 3000, ",,;;==", "fr-" * 500, "zh-Hant-u-co"),
    "If-None-Match": ("*", '"x"', 'W/"', '"' + "a" * 3000, ",,,"),
    "If-Modified-Since": ("x", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 99 Zzz 99999 99:99:99", "9" * 400, "-1", "0"),
    "If-Range": ("x", '"', "Thu, 01 Jan 1970"),
    "Referer": ("//evil.example", "javascript:x", "http://[::1", "x" * 4000, "\xff\xfe"),
    "Host": ("evil.example", "[::1", "", "a b", "127.0.0.1:99999", "127.0.0.1:x", "\xff"),
    "Cookie": ("shubbak", "shubbak=", "shubbak=x.y.z", "shubbak=.eJw.x.x; shubbak=y", "=;=;", "\xff=\xfe", "a=" * 900),
    "Content-Type": ("", "x", "text/plain; charset=nonsense", "multipart/form-data", "application/json", ";", "\xff/x"),
    "Content-Length": ("", "x", "-1", "9" * 30, "0", "1.5"),
    "Content-Encoding": ("gzip", "x"),
    "Accept": ("*/*", "application/json", "a" * 3000, ";q=x"),
    "Accept-Encoding": ("br", "gzip;q=x", "\xff", "identity;q=0, *;q=0"),
    "X-Forwarded-For": ("x", "1.2.3.4, " * 300),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("javascript",),
    "X-HTTP-Method-Override": ("DELETE",),
    "X-CSRFToken": ("", "x", "\xff"),
    "Authorization": ("Basic x", "Bearer " + "x" * 3000, "Basic \xff"),
    "Expect": ("100-continue", "x"),
    "Transfer-Encoding": ("chunked", "x"),
    "Stripe-Signature": ("t=1,v1=00", "t=x,v1=", "t=" + "9" * 400 + ",v1=\xff", ",,,=="),
    "webhook-timestamp": ("1", "x", "9" * 400, "-1", "²".encode().decode("latin-1")),
    "webhook-signature": ("v1,AAAA", "v1,\xff", "x", ",", "v1," * 900),
    "webhook-id": ("m", "\xff", "x" * 3000),
}  # fmt: skip


def values() -> SearchStrategy[bytes]:
    """One value, as bytes."""
    texts = st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass"))
    known = st.sampled_from(HALF_RIGHT).map(str.encode)
    return st.one_of(known, st.sampled_from(NASTY), texts, st.binary(max_size=30))


def places() -> SearchStrategy[bytes]:
    """A place in a list, as ``?from=`` carries it: half right."""
    numbers = st.one_of(
        st.integers(), st.integers(-(10**18), 10**18), st.sampled_from([0, 253402300799 * 10**6, 10**400])
    )
    days = st.one_of(st.dates().map(str), st.sampled_from(["0000-00-00", "9999-12-31", "2026-W01-1", "20261301"]))
    keys = st.one_of(st.uuids().map(str), st.sampled_from(["", "x", "{" + "0" * 32 + "}", "urn:uuid:" + "0" * 32]))
    filled = st.builds(lambda shape, n, d, u: shape.format(n=n, d=d, u=u), st.sampled_from(PLACES), numbers, days, keys)
    return filled.map(str.encode)


def quoted(value: bytes) -> bytes:
    """Percent-encoded, whole."""
    return quote_from_bytes(value, safe="").encode()


def queries() -> SearchStrategy[bytes]:
    """What stands behind the question mark: mostly well-formed, or any bytes."""
    place = st.tuples(st.just(b"from"), places())
    pair = st.one_of(place, st.tuples(st.sampled_from(QUERY_NAMES), values()), st.tuples(values(), values()))
    formed = st.lists(pair, min_size=1, max_size=3)
    written = formed.map(lambda pairs: b"&".join(quoted(name) + b"=" + quoted(value) for name, value in pairs))
    return st.one_of(place.map(lambda pair: pair[0] + b"=" + quoted(pair[1])), written, written, st.sampled_from(RAW))


def headers() -> SearchStrategy[dict[str, str]]:
    """Up to three headers that are not as they should be."""
    odd = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
    one = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.one_of(st.sampled_from(HEADERS[name]), odd))
    )
    return st.lists(one, min_size=1, max_size=3).map(dict)


def right_path(rule: str, known: Mapping[str, str]) -> bytes:
    """The address of a route as it should be."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found[1]], rule).encode()


def paths(rule: str, known: Mapping[str, str]) -> SearchStrategy[bytes]:
    """Addresses of a route with one part hostile; the language is another test's."""
    some = [name for name in re.findall(r"<(?:\w+:)?(\w+)>", rule) if name != "lang"]
    if not some:
        return st.just(right_path(rule, known))
    marked = {name: right_path(rule, {**known, name: "\x00"}) for name in some}
    one = st.tuples(st.sampled_from(some), values().map(quoted))
    return one.map(lambda drawn: marked[drawn[0]].replace(b"\x00", drawn[1]))


def bodies(names: Sequence[str], token: str) -> SearchStrategy[tuple[str, bytes]]:
    """A form of these fields under this token: missing, doubled, as lists, in other shapes. Content type and bytes."""
    field = st.one_of(*[st.sampled_from(sorted(names)).map(str.encode)] * (3 if names else 0), values())
    name = st.one_of(field, field, field, field.map(lambda one: one + b"[]"))
    pairs = st.lists(st.tuples(name, values()), max_size=6).map(lambda some: [(b"csrf_token", token.encode()), *some])
    return st.one_of(
        *[pairs.map(lambda some: ("application/x-www-form-urlencoded", form_body(some)))] * 4,
        pairs.map(lambda some: ("multipart/form-data; boundary=x", parts_body(some))),
        pairs.map(lambda some: ("application/json", json.dumps([repr(one) for one in some]).encode())),
        st.tuples(st.sampled_from(["text/plain", "multipart/form-data", "x/y", ""]), st.binary(max_size=60)),
    )


def requests(
    rule: str, methods: Sequence[str], known: Mapping[str, str], names: Sequence[str], token: str
) -> SearchStrategy[Asked]:
    """Requests to one route in which one thing is hostile, or all things are."""

    def made(method: str, path: bytes, query: bytes, odd: dict[str, str], sent: tuple[str, bytes]) -> Asked:
        kind, body = sent if method != "GET" else ("", b"")
        right = {"Content-Type": kind, "X-CSRFToken": token} if method != "GET" else {}
        return Asked(method, path, query, right | odd, body)

    form = ("application/x-www-form-urlencoded", form_body([(b"csrf_token", token.encode())]))
    hostile = {1: paths(rule, known), 2: queries(), 3: headers(), 4: bodies(names, token)}
    usual = [st.sampled_from(methods), *map(st.just, (right_path(rule, known), b"", {}, form))]
    one_by_one = [1] * (rule.count("<") > rule.count("<lang>")) + [2, 2, 3] + [4, 4, 4] * ("POST" in methods)
    single = [st.builds(made, *(hostile[at] if at == place else usual[at] for at in range(5))) for place in one_by_one]
    return st.one_of(*single, st.builds(made, usual[0], *hostile.values()))


def try_all(some: SearchStrategy[Asked], check: Callable[[Asked], None], most: int, chance: int | None = None) -> None:
    """Checks so many examples: always the same without ``chance``. Raises what the smallest failing one raised."""

    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=chance is None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(some)
    def every(asked: Asked) -> None:
        check(asked)

    (every if chance is None else seed(chance)(every))()
