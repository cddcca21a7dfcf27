"""The first page: what this is, the way to each room, the people and what to try with them, the test cards."""

from __future__ import annotations

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.people import grouped
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
        ("id", url_for("national.session_page")),
        ("staff-id", url_for("staff.session_page")),
        ("authenticator", url_for("authenticator.index")),
        ("mailbox", url_for("mailbox.index")),
        ("sms", url_for("sms.index")),
        ("trust", url_for("trust.index")),
        ("registers", url_for("registers.index")),
        ("companies", url_for("registers.all_companies")),
        ("ompic", url_for("administrations.inbox", name="ompic")),
        ("transparency", url_for("administrations.inbox", name="transparency")),
        ("general", url_for("administrations.inbox", name="general")),
    ]
    groups = grouped(world().people.everyone)
    return page("home.html", rooms=rooms, groups=groups, cards=CARDS, portal=world().settings.portal_url)


@area.get("/healthz")
def health() -> ResponseReturnValue:
    """For whoever waits until the sandbox is up."""
    return jsonify(status="ok")
