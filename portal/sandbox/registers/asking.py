"""What every question to a register must bring, and the list of questions that were asked."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from portal.sandbox.world import carries_token, world


class NotAnswered(Exception):
    """A question that gets no answer: the status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def admit() -> None:
    """Lets in who bears the registers' token. Raises NotAnswered (401)."""
    if not carries_token(world().settings.register_token):
        raise NotAnswered(401, "a bearer token is needed")


def remember(register: str, about: str, facts: Sequence[str]) -> None:
    """Notes who was asked about, for what and which facts. Raises NotAnswered (400) for a question without purpose."""
    purpose = request.headers.get("X-Purpose")
    if not purpose:
        raise NotAnswered(400, "say in X-Purpose what the facts are for")
    moment = world().clock().strftime("%Y-%m-%d %H:%M:%S")
    question = {"when": moment, "register": register, "about": f"…{about[-3:]}", "facts": facts, "purpose": purpose}
    world().store.put("question", str(world().store.next_number("question")), question)
