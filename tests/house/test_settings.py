"""The portal refuses to start when its settings are incomplete or unsafe, and says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.demo import environment
from portal.settings import BadSettings, load


@pytest.fixture
def demo(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


def production(demo: dict[str, str]) -> dict[str, str]:
    secure = {key: value.replace("http://", "https://") for key, value in demo.items()}
    return secure | {
        "PORTAL_ENVIRONMENT": "production",
        "PORTAL_STRIPE_SECRET_KEY": "sk_live_0123456789",
        "PORTAL_DATABASE_URL": "postgresql://portal@127.0.0.1/portal",
    }


def test_the_demo_is_complete(demo: dict[str, str]) -> None:
    assert load(demo).demo


def test_production_over_https_is_accepted(demo: dict[str, str]) -> None:
    assert not load(production(demo)).demo


@pytest.mark.parametrize(
    "missing",
    [
        "PORTAL_PUBLIC_URL",
        "PORTAL_SECRET_KEY",
        "PORTAL_KEYS",
        "PORTAL_MAIL_URL",
        "PORTAL_ISSUERS",
        "PORTAL_ISSUER_NATIONAL_CLIENT_SECRET",
        "PORTAL_STRIPE_SECRET_KEY",
        "PORTAL_STRIPE_WEBHOOK_SECRET",
        "PORTAL_SEALS_URL",
        "PORTAL_SEALS_TOKEN",
        "PORTAL_STAMPS_URL",
        "PORTAL_TRUST_ROOTS",
        "PORTAL_PROOF_KEYS",
    ],
)
def test_a_missing_setting_is_named(demo: dict[str, str], missing: str) -> None:
    del demo[missing]
    with pytest.raises(BadSettings, match=missing):
        load(demo)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_SECRET_KEY", "short", "too short"),
        ("PORTAL_KEYS", "demo:bm90IDMyIGJ5dGVz", "32 bytes"),
        ("PORTAL_PROOF_KEYS", "demo:public:bm90IDMyIGJ5dGVz", "cannot be read"),
        ("PORTAL_ENVIRONMENT", "prod", "one of"),
        ("PORTAL_PROCESSES", "many", "whole number"),
        ("PORTAL_PUBLIC_URL", "ftp://example.ma", "not an http address"),
    ],
)
def test_an_unsafe_setting_is_refused(demo: dict[str, str], name: str, value: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        load(demo | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_PUBLIC_URL", "http://portal.example.ma", "https only"),
        ("PORTAL_ISSUER_NATIONAL_URL", "http://id.example.ma", "https only"),
        ("PORTAL_CONNECTOR_OMPIC_URL", "http://ompic.example.ma", "https only"),
        ("PORTAL_STRIPE_SECRET_KEY", "sk_test_0123456789", "test key"),
    ],
)
def test_production_refuses_what_a_demo_may(demo: dict[str, str], name: str, value: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        load(production(demo) | {name: value})


def test_several_processes_in_production_need_postgresql(demo: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="PostgreSQL"):
        load(production(demo) | {"PORTAL_DATABASE_URL": "sqlite:///x.sqlite", "PORTAL_PROCESSES": "2"})


def test_secrets_are_not_printed(demo: dict[str, str]) -> None:
    printed = repr(load(demo))
    assert not any(demo[name] in printed for name in demo if name.endswith(("SECRET", "KEY", "KEYS", "TOKEN")))
