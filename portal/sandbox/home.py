"""The first page: what this is, the way to each room, the people and what to try with them, the test cards."""

from __future__ import annotations

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.world import world

area = Blueprint("home", __name__)

CARDS = (
    ("4242 4242 4242 4242", "card_paid"),
    ("4000 0000 0000 0002", "card_declined"),
    ("4000 0000 0000 9995", "card_poor"),
)


@area.get("/")
def index() -> ResponseReturnValue:
    """The first page."""
    rooms = [
        ("id", url_for("issuer.index")),
        ("registers", url_for("registers.index")),
        ("ompic", url_for("administrations.inbox", name="ompic")),
        ("transparency", url_for("administrations.inbox", name="transparency")),
        ("general", url_for("administrations.inbox", name="general")),
        ("mailbox", url_for("mailbox.index")),
    ]
    people = sorted(world().people.everyone, key=lambda person: person.staff)
    return page("home.html", rooms=rooms, people=people, cards=CARDS, portal=world().settings.portal_url)


@area.get("/healthz")
def health() -> ResponseReturnValue:
    """For whoever waits until the sandbox is up."""
    return jsonify(status="ok")
