"""A sandbox for contracts: what it shares with the adapters that are tried on it."""

from __future__ import annotations

from pathlib import Path

from portal.sandbox.settings import SandboxSettings

CLIENT, CLIENT_SECRET = "portal", "a client secret"
TOKEN = "a token of the contract"
NEWS_SECRET = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
BACK = "http://127.0.0.1:8000/sign-in/back"


def sandbox_settings(folder: Path) -> SandboxSettings:
    """Settings on free ports, with no portal to send messages to."""
    return SandboxSettings(
        client_id=CLIENT,
        client_secret=CLIENT_SECRET,
        stripe_secret_key="sk_test_contract",
        stripe_webhook_secret="whsec_contract",
        connector_token=TOKEN,
        connector_webhook_secret=NEWS_SECRET,
        register_token=TOKEN,
        sms_token=TOKEN,
        trust_token=TOKEN,
        port=0,
        smtp_port=0,
        data=folder,
        redirect_uris=(BACK,),
        retry_seconds=(),
    )
