"""What Stripe would refuse is refused: requests are checked against the parameter types of Stripe's own library.

The library's types are open (new values of an enumeration are allowed for); at the first level they are closed here, as
Stripe closes them. Then come the rules that no type can say, from https://docs.stripe.com/api/checkout/sessions/create.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, Literal, NotRequired, Union, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe._request_options import RequestOptions
from typing_extensions import TypedDict, get_type_hints

from portal.sandbox.cards.errors import NotAccepted
from portal.sandbox.cards.form import bracketed

make_type: Any = TypedDict
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)
SOONEST, LATEST = 30 * 60, 24 * 60 * 60
"""A session may expire half an hour to a day after it was opened."""
SLACK = 60
"""Seconds the two clocks may differ."""
SESSION = (
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "payment_method_types",
    "submit_type",
    "success_url",
    "ui_mode",
)
INTENT = ("description", "metadata", "receipt_email", "statement_descriptor", "statement_descriptor_suffix")
REFUND = ("amount", "charge", "expand", "metadata", "payment_intent", "reason")
LIST = ("created", "expand", "limit", "starting_after")
"""What this sandbox acts upon, and what changes nothing but looks."""


def checked(params: type, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters with numbers and booleans read. Raises NotAccepted naming the first that is wrong."""
    try:
        [found] = _adapter(params).validate_python((given,))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _refusal(first["type"], bracketed(_sent(first["loc"][1:], given)), first["msg"]) from error
    return dict(found)


def only(params: dict[str, Any], names: Collection[str], inside: str = "") -> None:
    """Refuses what Stripe would take and this sandbox would silently ignore. Raises NotAccepted."""
    for name in params:
        if name not in names:
            param = f"{inside}[{name}]" if inside else name
            raise NotAccepted(f"{param} is not part of this sandbox", param=param)


def check_session(params: dict[str, Any], now: int) -> None:
    """The rules of a Checkout Session in payment mode beyond its types. Raises NotAccepted."""
    only(params, SESSION)
    only(params.get("payment_intent_data", {}), INTENT, "payment_intent_data")
    for param, message in _session_problems(params, now):
        raise NotAccepted(message, param=param, code=None if "must" in message else "parameter_missing")


@cache
def _adapter(params: type) -> TypeAdapter[Any]:
    """A checker of the library's parameters without its transport options, unknown names refused at every depth."""
    names = vars(sys.modules[params.__module__])
    hints = get_type_hints(_own(params), globalns=names, include_extras=True)
    closed = make_type(params.__name__, {name: _closed(hint) for name, hint in hints.items()})
    # In a tuple, as the adapter of a bare TypedDict takes no configuration.
    wrapped: Any = types.GenericAlias(tuple, (closed,))
    adapter: TypeAdapter[Any] = TypeAdapter(wrapped, config=STRICT)
    adapter.rebuild(_types_namespace=names)
    return adapter


def _own(params: type) -> type:
    """The parameters alone: the library mixes options of the call into the same type."""
    own = {name: hint for name, hint in params.__annotations__.items() if name not in RequestOptions.__annotations__}
    made: type = make_type(params.__name__, own)
    made.__module__ = params.__module__
    return made


def _closed(hint: Any) -> Any:
    """``Literal[…] | str`` without the ``str``, inside NotRequired too."""
    if get_origin(hint) is NotRequired:
        return NotRequired[_closed(get_args(hint)[0])]
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else ()
    literals = [option for option in options if get_origin(option) is Literal]
    return literals[0] if literals and set(options) == {literals[0], str} else hint


def _sent(path: tuple[int | str, ...], given: Any) -> Iterator[int | str]:
    """The part of an error's path that was really sent, without the names of types that pydantic adds."""
    for position, step in enumerate(path):
        if position and not ((isinstance(given, dict) and step in given) or isinstance(given, list)):
            return
        yield step
        given = given.get(step) if isinstance(given, dict) else given[step] if isinstance(step, int) else None


def _refusal(kind: str, param: str, message: str) -> NotAccepted:
    if kind == "extra_forbidden":
        return NotAccepted(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")
    if kind == "missing":
        return NotAccepted(f"Missing required param: {param}.", param=param, code="parameter_missing")
    return NotAccepted(f"Invalid {param}: {message}", param=param)


def _session_problems(params: dict[str, Any], now: int) -> Iterator[tuple[str, str]]:
    if params.get("mode") != "payment":
        yield "mode", "mode must be payment here: other modes are not part of this sandbox"
    if params.get("ui_mode", "hosted_page") not in ("hosted", "hosted_page"):
        yield "ui_mode", "ui_mode must be the hosted page here"
    if set(params.get("payment_method_types", ["card"])) != {"card"}:
        yield "payment_method_types", "payment_method_types must be card here"
    yield from _address_problems(params)
    yield from _line_problems(params.get("line_items", []))
    expiry = params.get("expires_at", now + LATEST)
    if not now + SOONEST - SLACK <= expiry <= now + LATEST + SLACK:
        yield "expires_at", "The `expires_at` timestamp must be between 30 minutes and 24 hours from session creation."
    yield from _metadata_problems("metadata", params.get("metadata"))
    yield from _metadata_problems(
        "payment_intent_data[metadata]", params.get("payment_intent_data", {}).get("metadata")
    )
    if len(params.get("client_reference_id", "")) > 200:
        yield "client_reference_id", "client_reference_id must be at most 200 characters"


def _address_problems(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "success_url" not in params:
        yield "success_url", "Missing required param: success_url."
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(params.get(name, "https://none.example/"))
        if parts.scheme not in ("http", "https") or not parts.netloc:
            yield name, f"Not a valid URL: {name} must begin with an explicit scheme (such as https)"


def _line_problems(lines: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    if not lines:
        yield "line_items", "Missing required param: line_items."
    if len({line.get("price_data", {}).get("currency") for line in lines}) > 1:
        yield "line_items", "all prices of a session must have the same currency"
    for number, line in enumerate(lines):
        for field, message in _one_line(line):
            yield f"line_items[{number}]{field}", message


def _one_line(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    price = line.get("price_data")
    if price is None:
        yield "[price_data]", "price_data must be given here: there are no stored prices"
        return
    if line.get("quantity", 0) < 1:
        yield "[quantity]", "quantity must be greater than or equal to 1"
    if price.get("unit_amount", -1) < 0:
        yield "[price_data][unit_amount]", "unit_amount must be given, as a non-negative integer"
    if len(price["currency"]) != 3 or not price["currency"].isalpha() or not price["currency"].islower():
        yield "[price_data][currency]", "currency must be a three-letter ISO code in lowercase"
    if not price.get("product_data", {}).get("name"):
        yield "[price_data][product_data][name]", "name must be given and not be empty"


def _metadata_problems(param: str, metadata: Any) -> Iterator[tuple[str, str]]:
    """Limits of https://docs.stripe.com/api/metadata."""
    entries = metadata or {}
    if len(entries) > 50:
        yield param, "metadata must have at most 50 keys"
    if any(len(name) > 40 or len(value) > 500 for name, value in entries.items()):
        yield param, "metadata keys must be at most 40 characters, values at most 500"
