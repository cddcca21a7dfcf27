"""Headers on every answer. The policy lists the outside origins that a form of ours may lead to."""

from __future__ import annotations

from wsgiref.headers import Headers

from flask import Flask, Response, request, session

from portal.settings import Settings

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def init(app: Flask, settings: Settings) -> None:
    """Adds the headers to every answer of ``app``."""
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self' " + " ".join(settings.outside_origins),
        )
    )

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.update(ALWAYS)
        if settings.secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if _personal() else "no-cache"
        return response

    def _personal() -> bool:
        return app.config["SESSION_COOKIE_NAME"] in request.cookies or session.modified


def on_files(headers: Headers, _path: str, _url: str) -> None:
    """The headers of built files: an image opened by itself runs nothing."""
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    headers["X-Content-Type-Options"] = "nosniff"
