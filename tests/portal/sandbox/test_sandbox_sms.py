"""The SMS gateway."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def send(browser: httpx.Client, bears: str = "an SMS token", **changes: Any) -> httpx.Response:
    said = {"key": "one", "to": "+212661204517", "text": "رمزك هو 123456"} | changes
    return browser.post("/sms/messages", json=said, headers={"Authorization": f"Bearer {bears}"})


def test_a_message_arrives_and_is_shown(browser: httpx.Client) -> None:
    answer = send(browser)
    assert answer.status_code == 202
    [entry] = browser.get("/sms.json").json()
    assert (entry["id"], entry["to"], entry["text"]) == (answer.json()["id"], "+212661204517", "رمزك هو 123456")
    assert "رمزك هو 123456" in browser.get("/sms").text


def test_the_same_key_twice_is_one_message(browser: httpx.Client) -> None:
    first, second = send(browser), send(browser, text="another text")
    assert first.json() == second.json()
    assert [entry["text"] for entry in browser.get("/sms.json").json()] == ["رمزك هو 123456"]


def test_the_newest_message_comes_first_and_one_number_can_be_picked(browser: httpx.Client) -> None:
    for number in (1, 2, 3):
        send(browser, key=f"key {number}", to=f"+21266120451{number % 2}", text=f"number {number}")
    assert [entry["text"] for entry in browser.get("/sms.json").json()] == ["number 3", "number 2", "number 1"]
    picked = browser.get("/sms.json", params={"to": "+212661204510"}).json()
    assert [entry["text"] for entry in picked] == ["number 2"]


def test_strangers_send_nothing(browser: httpx.Client) -> None:
    assert send(browser, bears="guessed").status_code == 401
    assert browser.post("/sms/messages", json={}).status_code == 401
    assert browser.get("/sms.json").json() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "0661204517"},
        {"to": "+0661204517"},
        {"to": "212661204517"},
        {"to": "+212 661 204 517"},
        {"to": "+2126612045171234"},
        {"to": "+٢١٢٦٦١٢٠٤٥١٧"},
        {"to": ""},
        {"text": ""},
        {"key": ""},
        {"key": None},
        {"text": 3},
    ],
)
def test_what_is_incomplete_or_no_number_is_refused(browser: httpx.Client, changes: dict[str, Any]) -> None:
    assert send(browser, **changes).status_code == 400
    assert browser.get("/sms.json").json() == []


@pytest.mark.parametrize("body", [b"[]", b"3", b"{"])
def test_what_is_no_message_is_refused(browser: httpx.Client, body: bytes) -> None:
    headers = {"Authorization": "Bearer an SMS token", "Content-Type": "application/json"}
    assert browser.post("/sms/messages", content=body, headers=headers).status_code == 400


def test_a_number_of_nobody_is_unknown(browser: httpx.Client) -> None:
    answer = send(browser, to="+212661200000")
    assert (answer.status_code, answer.json()) == (422, {"error": "unknown number"})


def test_messages_can_be_deleted(browser: httpx.Client) -> None:
    send(browser)
    assert browser.delete("/sms.json").status_code == 204
    send(browser)
    assert browser.post("/sms/empty").status_code == 303
    assert browser.get("/sms.json").json() == []
