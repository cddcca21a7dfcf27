"""What OpenID Connect's adapter makes of an issuer that lies: it believes what is signed, fresh and meant for us."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from twins.issuer import SALMA, Liar, Lies, another_key, lying
from twins.odd import WAYS, Odd
from twins.outside import BACK, CLIENT, CLIENT_SECRET

from portal.identity.errors import NotEnough, NotReachable, WrongAnswer
from portal.identity.issuer import OpenIDConnect
from portal.settings import Issuer as Settings

PATIENT, QUICK = (5.0, 5.0), (1.0, 1.0)


def issuer(url: str, timeout: tuple[float, float] = PATIENT) -> OpenIDConnect:
    """The adapter."""
    return OpenIDConnect(Settings("national", url, CLIENT, CLIENT_SECRET), timeout)


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying(CLIENT) as found:
        yield found


def come_back(liar: Liar, lies: Lies | None = None, **query: str) -> Any:
    """A whole sign-in at the liar, asked for at level ``substantial``."""
    asked = issuer(liar.url)
    leave = asked.leave(BACK, "fr", "substantial")
    liar.nonce, liar.lies = leave.memory["nonce"], lies or Lies()
    return asked.come_back(BACK, {"code": "a code", "state": leave.memory["state"]} | query, leave.memory)


def test_an_honest_answer_is_believed(liar: Liar) -> None:
    assert come_back(liar).sub == SALMA["sub"]


PAST, FUTURE = int(time.time()) - 3600, int(time.time()) + 3600
WRONG_CLAIMS: Mapping[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "another"},
    "no audience": {"aud": []},
    "meant for another": {"aud": [CLIENT, "another"], "azp": "another"},
    "another nonce": {"nonce": "another"},
    "an empty nonce": {"nonce": ""},
    "over": {"exp": PAST},
    "issued in the future": {"iat": FUTURE},
    "no date": {"iat": "yesterday"},
    "nobody": {"sub": ""},
    "a number": {"sub": 7},
    "a long name": {"sub": "x" * 256},
    "an unheard-of level": {"acr": "excellent"},
    "a list of levels": {"acr": ["high"]},
    "no moment": {"auth_time": "noon"},
    "a moment beyond time": {"auth_time": 10**20},
    "a moment that is none": {"auth_time": None},
}


@pytest.mark.parametrize("name", WRONG_CLAIMS)
def test_claims_that_do_not_fit_are_a_wrong_answer(liar: Liar, name: str) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(claims=WRONG_CLAIMS[name]))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "iat", "nonce", "acr"])
def test_a_token_without_a_needed_claim_is_a_wrong_answer(liar: Liar, claim: str) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(forgotten=(claim,)))


def test_a_level_lower_than_asked_in_the_token_is_not_enough(liar: Liar) -> None:
    with pytest.raises(NotEnough):
        come_back(liar, Lies(claims={"acr": "low"}))


def test_clocks_may_differ_by_a_little(liar: Liar) -> None:
    now = int(time.time())
    assert come_back(liar, Lies(claims={"exp": now - 30, "iat": now + 30})).sub == SALMA["sub"]


def test_a_signature_by_another_key_is_a_wrong_answer(liar: Liar) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(key=another_key()))


def test_a_token_that_nobody_signed_is_a_wrong_answer(liar: Liar) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(header={"alg": "none"}))


def test_a_token_signed_with_the_public_key_as_a_secret_is_a_wrong_answer(liar: Liar) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(header={"alg": "HS256"}, secret=liar.key.as_pem(private=False)))


def test_a_token_signed_with_our_own_secret_is_a_wrong_answer(liar: Liar) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(header={"alg": "HS256"}, secret=CLIENT_SECRET.encode()))


@pytest.mark.parametrize(
    "token", [{"id_token": "not.a.token"}, {"id_token": None}, {"access_token": 7}, {"id_token": ""}]
)
def test_an_answer_without_a_readable_token_is_a_wrong_answer(liar: Liar, token: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        come_back(liar, Lies(token=token))


def test_userinfo_about_another_person_is_a_wrong_answer(liar: Liar) -> None:
    for lie in ({"sub": "ma-youssef"}, {"sub": None}):
        with pytest.raises(WrongAnswer):
            come_back(liar, Lies(userinfo=lie))


def test_userinfo_of_the_wrong_kind_is_left_out(liar: Liar) -> None:
    claims = come_back(liar, Lies(userinfo={"cin": 7, "email": ["a@b"], "locale": "de", "name": "x" * 500}))
    assert "cin" not in claims.identifiers
    assert "email" not in claims.identifiers
    assert (claims.language, len(claims.name_lat)) == ("ar", 160)


def test_a_new_signing_key_is_fetched_when_it_is_met(liar: Liar) -> None:
    asked = issuer(liar.url)
    asked.check()
    liar.rotate()
    leave = asked.leave(BACK, "fr", "low")
    liar.nonce = leave.memory["nonce"]
    answer = {"code": "a code", "state": leave.memory["state"]}
    assert asked.come_back(BACK, answer, leave.memory).sub == SALMA["sub"]


def test_a_description_is_fetched_once_for_many_trips(liar: Liar) -> None:
    asked = issuer(liar.url)
    for _ in range(3):
        asked.leave(BACK, "fr", "low")
    assert len(liar.asked) == 2


@pytest.mark.parametrize(
    "lies",
    [
        Lies(discovery={"issuer": "https://evil.example"}),
        Lies(discovery={"token_endpoint": None}),
        Lies(keys={}),
        Lies(keys={"keys": [{"kty": "RSA"}]}),
        Lies(keys=[]),
        Lies(keys={"keys": "none"}),
    ],
)
def test_a_description_that_does_not_fit_is_not_reachable(liar: Liar, lies: Lies) -> None:
    liar.lies = lies
    for call in (issuer(liar.url).check, lambda: issuer(liar.url).leave(BACK, "fr", "low")):
        with pytest.raises(NotReachable):
            call()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("room", ["jwks_uri", "token_endpoint", "userinfo_endpoint"])
def test_keys_tokens_or_userinfo_answered_wrongly_are_not_reachable(liar: Liar, odd: Odd, room: str, way: str) -> None:
    odd.good, odd.way = b'{"access_token": "a", "id_token": "b", "keys": []}', way
    liar.lies = Lies(discovery={room: odd.url})
    asked = issuer(liar.url, QUICK)
    memory = {"state": "s", "nonce": "n", "verifier": "v" * 43, "acr": "low"}
    liar.nonce = "n"
    with pytest.raises(NotReachable):
        asked.come_back(BACK, {"code": "a code", "state": "s"}, memory)
    assert len(odd.asked) == 1


@pytest.mark.parametrize("lifetime", ["soon", {"a": 1}, [1]])
def test_a_token_whose_lifetime_is_no_number_is_nonsense(liar: Liar, lifetime: object) -> None:
    with pytest.raises(NotReachable):
        come_back(liar, Lies(token={"expires_in": lifetime}))
