"""What every mailer promises: the working twin, and SMTP to the sandbox's mailbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Protocol

import httpx
import pytest
from twins.mailer import Failing, Refusing, Working, a_letter, mail_server
from twins.odd import closed_port

from payments.columns import new_id
from portal.alerts.ports import Letter, Mailer, NotAccepted, NotReachable
from portal.alerts.smtp import Smtp
from portal.sandbox.serve import Running

SENDER = "Shubbak <shubbak@example.ma>"
QUICK_SECONDS = 0.5
BAD_ADDRESSES = ["", "a@b\r\nBcc: all@example.ma"]


class Post(Protocol):
    """A mailer, and the inbox it delivers to."""

    mailer: Mailer

    def inbox(self, to: str) -> list[tuple[str, str]]:
        """Subject and text of what lies there for an address."""


class TwinPost:
    def __init__(self) -> None:
        self.mailer = Working()

    def inbox(self, to: str) -> list[tuple[str, str]]:
        return [(letter.subject, letter.text) for letter in self.mailer.sent.values() if letter.to == to]


class SmtpPost:
    """The sandbox's mailbox, over SMTP."""

    def __init__(self, sandbox: Running) -> None:
        self._url = sandbox.settings.url
        self.mailer = Smtp(f"smtp://127.0.0.1:{sandbox.settings.smtp_port}", SENDER)

    def inbox(self, to: str) -> list[tuple[str, str]]:
        found = httpx.get(f"{self._url}/mailbox.json", params={"to": to}).json()
        return [(letter["subject"], letter["text"].replace("\r\n", "\n")) for letter in found]


def somebody() -> str:
    """An address nobody has written to."""
    return f"{new_id().hex}@example.ma"


@pytest.fixture(params=["working", "smtp"])
def post(request: pytest.FixtureRequest) -> Post:
    return TwinPost() if request.param == "working" else SmtpPost(request.getfixturevalue("outside"))


@pytest.mark.parametrize("text", ["Il y a du nouveau.\n", "لديك رسالة جديدة.\n", ".\n..\n.fin\n", "x" * 2000 + "\n"])
def test_a_letter_arrives_as_it_was_written(post: Post, text: str) -> None:
    letter = a_letter(to=somebody(), text=text)
    post.mailer.send(letter)
    assert post.inbox(letter.to) == [(letter.subject, text)]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_address_is_refused_for_good(post: Post, address: str) -> None:
    with pytest.raises(NotAccepted):
        post.mailer.send(a_letter(to=address))
    assert post.inbox("all@example.ma") == []


def test_a_mailer_says_in_one_line_how_it_is(post: Post) -> None:
    assert "\n" not in post.mailer.check()


def test_a_letter_sent_twice_is_seen_to_be_one() -> None:
    letter = a_letter()
    assert _headers(letter)["Message-ID"] == _headers(letter)["Message-ID"] == f"<{letter.key}@example.ma>"
    assert _headers(a_letter())["Message-ID"] != _headers(letter)["Message-ID"]


def test_a_letter_says_its_language_and_that_a_machine_wrote_it() -> None:
    headers = _headers(a_letter())
    assert (headers["Content-Language"], headers["Auto-Submitted"]) == ("ar", "auto-generated")


@pytest.mark.parametrize(
    "server", [Refusing(recipient="550 No such user"), Refusing(message="554 Refused"), Refusing(recipient="501 Bad")]
)
def test_an_address_or_letter_refused_for_good_is_not_accepted(server: Refusing) -> None:
    with mail_server(server) as url, pytest.raises(NotAccepted):
        Smtp(url, SENDER).send(a_letter())


@pytest.mark.parametrize(
    "server",
    [Refusing(recipient="450 Greylisted"), Refusing(message="452 Full"), Refusing(message="421 Closing")],
)
def test_an_address_or_letter_refused_for_now_is_tried_again(server: Refusing) -> None:
    with mail_server(server) as url, pytest.raises(NotReachable):
        Smtp(url, SENDER).send(a_letter())


def test_an_address_the_server_cannot_write_is_refused_for_good() -> None:
    with mail_server(Refusing()) as url, pytest.raises(NotAccepted):
        Smtp(url, SENDER).send(a_letter(to="سلمى@example.ma"))


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"554 No\r\n", b"220 " + b"x" * 100_000, None])
def test_a_server_that_is_none_is_not_reachable(greeting: bytes | None) -> None:
    with _saying(greeting) as url:
        for call in (lambda: Smtp(url, SENDER, QUICK_SECONDS).send(a_letter()), Smtp(url, SENDER, QUICK_SECONDS).check):
            with pytest.raises(NotReachable):
                call()


def test_a_server_that_takes_no_password_is_not_reachable(outside: Running) -> None:
    wrong = Smtp(f"smtp://somebody:secret@127.0.0.1:{outside.settings.smtp_port}", SENDER)
    for call in (lambda: wrong.send(a_letter()), wrong.check):
        with pytest.raises(NotReachable):
            call()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_is_down_is_not_reachable(scheme: str) -> None:
    down = Smtp(f"{scheme}://127.0.0.1:{closed_port()}", SENDER)
    for call in (lambda: down.send(a_letter()), down.check):
        with pytest.raises(NotReachable):
            call()


def test_letters_are_not_sent_in_clear_where_encryption_was_asked_for(outside: Running) -> None:
    with pytest.raises(NotReachable):
        Smtp(f"smtps://127.0.0.1:{outside.settings.smtp_port}", SENDER, QUICK_SECONDS).send(a_letter())


def test_the_failing_twin_never_answers() -> None:
    failing: Mailer = Failing()
    for call in (lambda: failing.send(a_letter()), failing.check):
        with pytest.raises(NotReachable):
            call()


def _headers(letter: Letter) -> dict[str, str]:
    """The headers of a letter as it was sent."""
    server = Refusing()
    with mail_server(server) as url:
        Smtp(url, SENDER).send(letter)
    return server.headers


@contextmanager
def _saying(greeting: bytes | None) -> Iterator[str]:
    """A server that says one thing to whoever connects, or nothing at all, and is not a mail server."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        if greeting is not None:
            Thread(target=_greet, args=(door, greeting), daemon=True).start()
        yield f"smtp://127.0.0.1:{door.getsockname()[1]}"


def _greet(door: socket.socket, greeting: bytes) -> None:
    for _ in range(2):
        with door.accept()[0] as client:
            client.sendall(greeting)
