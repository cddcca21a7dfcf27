"""The list of what was revoked in a month is made once, however many ask for it, and anew when something is revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from receipts_issued import Issued
from world import World

from portal import limits
from portal.app import create_app
from portal.locker.proofs import cose, statuses
from portal.unit import real_now

NOW = datetime(2027, 3, 1, 12, 1, tzinfo=UTC)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the lists that were made, while the clock stands still."""
    known, makes = list[str](), statuses.listed

    def listed(url: str, *more: Any) -> bytes:
        known.append(url)
        return makes(url, *more)

    monkeypatch.setattr(statuses, "listed", listed)
    monkeypatch.setattr("portal.locker.proofs.views.real_now", lambda: NOW)
    return known


def test_a_list_is_made_once_for_all_who_ask_and_anew_when_something_is_revoked(
    issued: Issued, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = issued.town.browser().client, httpx.URL(issued.proof.list_url).path
    first = [client.get(url).content for _ in range(3)]
    assert len(set(first)) == len(made) == 1
    issued.change(revoked_at=real_now())
    _key, claims = cose.verify(client.get(url).content, issued.town.work.adapters.proof_keys.find)
    assert statuses.is_revoked(claims, issued.proof.place)
    assert len(made) == 2
    monkeypatch.setattr("portal.locker.proofs.views.real_now", lambda: NOW + timedelta(minutes=5))
    _key, claims = cose.verify(client.get(url).content, issued.town.work.adapters.proof_keys.find)
    assert claims[statuses.MADE] == NOW.replace(minute=5).timestamp()


def test_another_process_makes_the_very_same_list(issued: Issued, made: list[str]) -> None:
    town, url = issued.town, httpx.URL(issued.proof.list_url).path
    other = create_app(town.settings, town.work)
    with httpx.Client(transport=httpx.WSGITransport(other), base_url=town.url) as client:
        assert client.get(url).content == town.browser().client.get(url).content
    assert len(made) <= 2


def test_a_process_keeps_few_lists() -> None:
    kept, asked = statuses.Lists(), list[str]()

    def of(month: str) -> bytes:
        return kept.of(month, NOW, 0, lambda: asked.append(month) or month.encode())

    for number in range(statuses.MOST_KEPT):
        of(f"{number}")
    of("0")  # it was asked for last
    of("one more")
    assert [of("0"), of("1")] == [b"0", b"1"]
    assert asked[statuses.MOST_KEPT :] == ["one more", "1"]


def test_whoever_asks_for_lists_without_an_end_is_stopped(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RULES", (limits.Rule("checks", limits.CHECKS, limits.address, "3 per hour"),))
    app = create_app(replace(town.settings, limits=True, proxies=1), town.work)
    with httpx.Client(transport=httpx.WSGITransport(app), base_url=town.url) as stranger:
        asked = [stranger.get(f"/status/2026-0{month}").status_code for month in range(1, 6)]
    assert asked == [200] * 3 + [429] * 2
