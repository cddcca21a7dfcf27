"""Whether a form was sent from a page of ours, for pages that are the same for everybody and hold no token."""

from __future__ import annotations

from flask import request


def from_our_page() -> bool:
    """Another site that makes a browser send a form is told by the browser itself. Its form comes without our cookie,
    and what we would set in answer would take that cookie's place, and the sign-in with it."""
    said = request.headers.get("Sec-Fetch-Site") or request.headers.get("Origin")
    return said in (None, "same-origin", "none", request.host_url.rstrip("/"))
