"""Who asks, by which scheme, under which id: told by the proxies there are, and by nobody else."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from portal import logs, operator
from portal.app import LONGEST_UPLOAD
from portal.demo import environment
from portal.operator import ENDPOINT, Watch
from portal.settings import ROOT, BadSettings, Settings, load

FORGED = {"X-Forwarded-For": "41.0.0.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "other.example"}
PLAIN = {"REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "inside"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(environment(tmp_path))


def seen(settings: Settings, headers: dict[str, str]) -> dict[str, Any]:
    """What the portal takes a request from 10.0.0.1 with these headers for."""
    found: dict[str, Any] = {}

    def inner(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found.update({key: environ[key] for key in PLAIN})
        found["id"] = logs.request_id.get()
        environ[ENDPOINT] = "discover.home"
        logging.getLogger("portal.inner").warning("something")
        start_response("200 OK", [])
        return []

    app = operator.outermost(Watch(inner, trusting=settings.proxies > 0), settings)
    with httpx.Client(transport=httpx.WSGITransport(app, remote_addr="10.0.0.1"), base_url="http://inside") as client:
        found["answered"] = client.get("/?name=Salma", headers=headers).headers["X-Request-ID"]
    return found


def told(found: dict[str, Any]) -> dict[str, str]:
    return {key: found[key] for key in PLAIN}


def test_without_a_proxy_nothing_that_is_forwarded_counts(settings: Settings) -> None:
    assert told(seen(settings, FORGED)) == PLAIN


def test_behind_a_proxy_its_word_counts(settings: Settings) -> None:
    found = told(seen(replace(settings, proxies=1), FORGED))
    assert found == {"REMOTE_ADDR": "41.0.0.9", "wsgi.url_scheme": "https", "HTTP_HOST": "other.example"}


def test_behind_a_proxy_what_a_visitor_forwards_does_not_count(settings: Settings) -> None:
    found = seen(replace(settings, proxies=1), {"X-Forwarded-For": "1.1.1.1, 41.0.0.9"})
    assert found["REMOTE_ADDR"] == "41.0.0.9"


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space", "line%0Abreak", '"quoted"x'])
def test_a_request_id_that_is_not_well_formed_is_replaced(settings: Settings, given: str) -> None:
    found = seen(replace(settings, proxies=1), {"X-Request-ID": given})
    assert found["id"] == found["answered"] != given
    assert len(found["id"]) == 16


def test_a_request_id_is_taken_from_a_proxy_only(settings: Settings) -> None:
    given = {"X-Request-ID": "0123456789abcdef.proxy-1"}
    assert seen(replace(settings, proxies=1), given)["answered"] == given["X-Request-ID"]
    assert seen(settings, given)["answered"] != given["X-Request-ID"]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    out, root = StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", out)
    logs.init("INFO")
    yield out
    root.handlers, root.level = before, level


def test_each_line_of_a_request_carries_its_id_and_the_last_how_it_went(settings: Settings, said: StringIO) -> None:
    name = seen(settings, {})["id"]
    logging.getLogger("portal.inner").warning("something else")
    first, last, after = [json.loads(line) for line in said.getvalue().splitlines() if '"portal.' in line]
    assert first["request"] == last["request"] == name
    assert {key: last[key] for key in ("what", "endpoint", "method", "status")} == {
        "what": "answered", "endpoint": "discover.home", "method": "GET", "status": "200",
    }  # fmt: skip
    assert float(last["ms"]) >= 0
    assert set(last) == {"at", "level", "from", "what", "request", "endpoint", "method", "status", "ms"}
    assert "request" not in after
    assert "Salma" not in said.getvalue()


def test_a_request_that_breaks_the_server_is_a_line_too(said: StringIO) -> None:
    def breaks(_environ: dict[str, Any], _start: Any) -> list[bytes]:
        raise ValueError("Salma")

    with (
        httpx.Client(transport=httpx.WSGITransport(Watch(breaks, trusting=False)), base_url="http://x") as client,
        pytest.raises(ValueError),
    ):
        client.get("/")
    assert '"status": "500"' in said.getvalue()
    assert "Salma" not in said.getvalue()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORTAL_METRICS_TOKEN", "short", "too short"),
        ("PORTAL_PROXIES", "-1", "whole number"),
        ("PORTAL_DRAIN_SECONDS", "soon", "whole number"),
        ("PORTAL_LIMITS", "some", "one of"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, problem: str) -> None:
    with pytest.raises(BadSettings, match=problem):
        load(environment(tmp_path) | {name: value})


def test_limits_are_on_where_it_counts(tmp_path: Path) -> None:
    secure = {key: value.replace("http://", "https://") for key, value in environment(tmp_path).items()}
    production = {"PORTAL_ENVIRONMENT": "production", "PORTAL_STRIPE_SECRET_KEY": "sk_live_0123456789"}
    assert not load(environment(tmp_path)).limits
    assert load(secure | production).limits
    assert not load(secure | production | {"PORTAL_LIMITS": "off"}).limits


@pytest.mark.parametrize(
    ("file", "where", "most"),
    [
        ("nginx.conf", r"location ~ (\S+attach\S+)", r"client_max_body_size (\d+)m;\s+proxy_pass"),
        ("Caddyfile", r"@files path_regexp (\S+)", r"request_body @files \{\s+max_size (\d+)MB"),
    ],
)
def test_the_proxies_of_the_handbook_let_the_files_through_that_the_portal_takes(
    file: str, where: str, most: str
) -> None:
    said = (ROOT / "docs" / "deployment" / file).read_text("utf-8")
    attached = "/ar/requests/7KQ4M-2XD9A/attach/plans", "/fr/requests/7KQ4M-2XD9A/attach/employees/2"
    for path in (*attached, "/en/locker/add", "/ar/verify-file", "/fr/desk/visits/certify"):
        assert re.match(re.findall(where, said)[0], path)
    assert int(re.findall(most, said)[0]) * 1_000_000 >= LONGEST_UPLOAD
