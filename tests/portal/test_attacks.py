"""Forged and oversized posts, and messages nobody signed: refused in words, without effect."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from access_table import DRAFTS, SECTIONS, TABLE
from access_things import THINGS, thing
from requests_made import BIRTH, RECORD, reference_of
from scenes import Scene, is_in, scene, token_of, verbs_of
from world import Browser, World

from payments.columns import new_id
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

FACTS = {**RECORD, "sex": "F"}


UNSEALED = ("/hooks/", "/sign-out/back-channel", "/<lang>/life-events/", "/<lang>/services/<wanted>/wish")
"""Messages, also those of issuers, are signed; the answers to a life event change nothing but what their own browser is
shown; a wish asks the browser whose page it came from."""

POSTS = [rule for rule, (_until, _reads, sends) in TABLE.items() if 405 not in sends and not rule.startswith(UNSEALED)]


def address_of(town: World, rule: str, made: Scene) -> str:
    """Where a route of this request is."""
    known = {"lang": "fr", "service": BIRTH, "section": SECTIONS.get(TABLE[rule][0], "person"), "int:thing": 1}
    known |= {"reference": made.reference, "uuid:debt": made.debt}
    known |= {f"uuid:{name}": thing(town, name) for name in THINGS} | {"what": "block", "uuid:document": new_id()}
    for name, value in known.items():
        rule = rule.replace(f"<{name}>", str(value))
    return rule


@pytest.mark.parametrize("rule", POSTS)
def test_a_post_without_a_token_of_this_session_does_nothing(
    town: World, salma: Browser, hajar: Browser, rule: str
) -> None:
    until = TABLE[rule][0] or "draft"
    made = scene(town, service=DRAFTS[until], until="empty") if until in DRAFTS else scene(town, until=until)
    before = verbs_of(town, made)
    sender, stranger = (hajar, salma) if "/desk" in rule else (salma, hajar)
    for token in ("", "x", "\x00", token_of(stranger), token_of(sender)[:-3]):
        data = {**FACTS, "csrf_token": token, "reason": "x"}
        answer = sender.client.post(address_of(town, rule, made), data=data, headers={"Accept-Language": "fr"})
        assert answer.status_code == 400, token
        assert "trop longtemps" in answer.text
    assert verbs_of(town, made) == before
    assert is_in(sender.client)


@pytest.mark.parametrize("rule", ["/hooks/stripe", "/hooks/connectors/ompic", "/hooks/connectors/transparency"])
def test_a_message_that_is_not_signed_right_is_not_heard(town: World, rule: str) -> None:
    now = int(real_now().timestamp())
    stamps = [str(now), "", "0", "-1", "x", "9" * 11, "9" * 12, "9" * 400, "1e9", "²"]
    for stamp in stamps:
        signs = {
            b"Stripe-Signature": f"t={stamp},v1=00".encode("latin-1"),
            b"webhook-id": b"m",
            b"webhook-timestamp": stamp.encode("latin-1"),
            b"webhook-signature": b"v1,AAAA \xff",
        }
        for body in (b"{}",) if stamp else (b"", b"\xff\x00", b"[" * 5000, b"x" * 300_000):
            answer = httpx.post(town.url + rule, content=body, headers=signs)
            assert answer.status_code == 400, (stamp, body[:9])


@pytest.mark.parametrize(("lang", "words"), [("ar", "كبير"), ("fr", "volumineux"), ("en", "too large")])
def test_what_is_too_large_is_refused_in_words(salma: Browser, lang: str, words: str) -> None:
    answer = salma.client.post(f"/{lang}/inbox/read", data={"csrf_token": token_of(salma), "a": "x" * 1_000_001})
    assert answer.status_code == 413
    assert words in answer.text.lower()


def test_too_many_parts_are_refused(salma: Browser) -> None:
    files = [("a", (None, b"x")) for _ in range(500)]
    headers = {"X-CSRFToken": token_of(salma)}
    assert salma.client.post("/fr/inbox/read", files=files, headers=headers).status_code == 413


def test_very_many_fields_are_one_answer(salma: Browser, town: World) -> None:
    made = scene(town)
    body = "csrf_token=" + token_of(salma) + "&x" * 400_000 + "&relation=self&copies=3"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    address = f"/fr/requests/{made.reference}/fill/whose"
    assert salma.client.post(address, content=body.encode(), headers=form).status_code == 200


def test_a_large_message_is_not_read_to_its_end(town: World) -> None:
    for rule in ("/hooks/stripe", "/hooks/connectors/ompic"):
        assert httpx.post(town.url + rule, content=b"x" * 900_000).status_code == 400
        assert httpx.post(town.url + rule, content=b"x" * 3_000_000).status_code in (400, 413)


def test_the_cookie_does_not_grow_with_every_request_that_is_reviewed(town: World, salma: Browser) -> None:
    before = len(salma.client.cookies["shubbak"])
    for _ in range(3):
        salma.get(f"/fr/requests/{scene(town).reference}/review")
    assert len(salma.client.cookies["shubbak"]) <= before + 8


def test_a_long_road_back_does_not_lose_the_sign_in(town: World, browser: Browser) -> None:
    asked = {"issuer": "national", "next": "/fr/" + "ا" * 900}
    answer = browser.client.get("/sign-in", params=asked, follow_redirects=False)
    assert len(answer.headers["Set-Cookie"]) < 4093


def test_a_failing_database_is_said_to_be_busy(town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def fails(*_arguments: object, **_more: object) -> Callable[..., None]:
        raise OperationalError("select secret", {}, Exception("secret"))

    monkeypatch.setattr("portal.alerts.views.actions.inbox", fails)
    answer = salma.client.get("/fr/inbox")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert answer.headers["Retry-After"]


def test_a_finished_road_is_still_found(town: World, salma: Browser) -> None:
    made = scene(town, until="filed")
    assert reference_of(salma.get(f"/fr/requests/{made.reference}")) == made.reference


@pytest.mark.parametrize(
    "path",
    [
        "/fr/life-events/having-a-baby",
        f"/fr/services/{BIRTH}/wish",
        f"/fr/services/{BIRTH}/start",
        "/fr/requests/K7Q2M-4XPV3/attach/whose",
        "/fr/requests/K7Q2M-4XPV3/leave-out/whose/1",
        "/fr/inbox/read",
        "/sign-out",
    ],
)
def test_a_form_of_another_site_does_not_take_the_place_of_the_cookie(town: World, path: str) -> None:
    """It is sent without our cookie; one that we set in answer would end the sign-in."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = httpx.post(town.url + path, data={"x": "1"}, headers=headers)
        assert answer.status_code in (303, 400)
        assert "Set-Cookie" not in answer.headers
