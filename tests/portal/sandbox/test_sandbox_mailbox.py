"""The mailbox, written to by SMTP."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import httpx
import pytest

from portal.sandbox.serve import Running


def send(sandbox: Running, to: str = "salma@example.ma", subject: str = "رسالة جديدة", text: str = "مرحبا") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "portal@example.ma", to, subject
    message.set_content(text)
    with smtplib.SMTP(sandbox.settings.host, sandbox.settings.smtp_port) as server:
        server.send_message(message)


def test_a_message_arrives_and_can_be_read(sandbox: Running, browser: httpx.Client) -> None:
    send(sandbox, text="افتح http://localhost:8000/ar/inbox <b>الآن</b>")
    [entry] = browser.get("/mailbox.json").json()
    assert (entry["to"], entry["subject"]) == (["salma@example.ma"], "رسالة جديدة")
    assert "رسالة جديدة" in browser.get("/mailbox/").text
    page = browser.get(f"/mailbox/{entry['id']}").text
    assert 'href="http://localhost:8000/ar/inbox"' in page
    assert "&lt;b&gt;" in page
    assert browser.get(f"/mailbox/{entry['id']}.txt").text.startswith("افتح http")


def test_the_newest_message_comes_first_and_one_address_can_be_picked(sandbox: Running, browser: httpx.Client) -> None:
    for number in (1, 2, 3):
        send(sandbox, to=f"person{number % 2}@example.ma", subject=f"number {number}")
    assert [entry["subject"] for entry in browser.get("/mailbox.json").json()] == ["number 3", "number 2", "number 1"]
    picked = browser.get("/mailbox.json", params={"to": "person0@example.ma"}).json()
    assert [entry["subject"] for entry in picked] == ["number 2"]


def test_the_mailbox_can_be_emptied(sandbox: Running, browser: httpx.Client) -> None:
    send(sandbox)
    assert browser.delete("/mailbox.json").status_code == 204
    assert browser.get("/mailbox.json").json() == []
    send(sandbox)
    assert browser.post("/mailbox/empty").status_code == 303
    assert "فارغ" in browser.get("/mailbox/").text


def test_an_address_that_bounces_is_refused_and_the_others_get_their_message(
    sandbox: Running, browser: httpx.Client
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sandbox, to="nobody@Bounces.example.ma")
    assert refused.value.recipients["nobody@Bounces.example.ma"][0] == 550
    send(sandbox, to="nobody@bounces.example.ma, salma@example.ma")
    [entry] = browser.get("/mailbox.json").json()
    assert entry["to"] == ["salma@example.ma"]


def test_an_unknown_message_is_missing(browser: httpx.Client) -> None:
    assert browser.get("/mailbox/none").status_code == 404
