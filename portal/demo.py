"""The demonstration: portal, worker and sandbox in one terminal, on SQLite, with keys made on this machine."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO

import httpx

from portal.settings import ROOT

HOST = "127.0.0.1"
READY_SECONDS = 60
GRACE_SECONDS = 15
SETTINGS = "settings.env"
CONNECTED = ("ompic", "transparency", "general")
REGISTERS = {
    "REGISTER_CIVIL_STATUS": "civil-status",
    "REGISTER_POPULATION": "population",
    "COMPANIES": "companies",
    "FAMILIES": "families",
    "PAPERS": "papers",
}
HEX_SECRETS = ("session", "client", "staff_client", "card", "card_news", "connector", "register", "sms", "trust")
BASE64_SECRETS = ("key", "connector_news", "proof")
DEPLOYMENT = ROOT / "portal" / "sandbox" / "deployment.yaml"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demonstration's servers listen on this machine."""

    portal: int = 8000
    sandbox: int = 8001
    mail: int = 8025


def environment(folder: Path, ports: Ports = Ports()) -> dict[str, str]:
    """The settings of portal and sandbox, speaking over HTTP; secrets are made once and kept in ``folder``."""
    kept = _secrets(folder)
    portal, sandbox = f"http://{HOST}:{ports.portal}", f"http://localhost:{ports.sandbox}"
    found = {
        "PORTAL_ENVIRONMENT": "demo",
        "PORTAL_PUBLIC_URL": portal,
        "PORTAL_DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite'}",
        "PORTAL_SECRET_KEY": kept["session"],
        "PORTAL_KEYS": f"demo:{kept['key']}",
        "PORTAL_STORAGE_URL": (folder / "documents").as_uri(),
        "PORTAL_MAIL_URL": f"smtp://{HOST}:{ports.mail}",
        "PORTAL_MAIL_FROM": "shubbak@example.ma",
        "PORTAL_LOG_LEVEL": "WARNING",
        "PORTAL_ISSUERS": "national,staff",
        "PORTAL_ISSUER_NATIONAL_URL": f"{sandbox}/id",
        "PORTAL_ISSUER_NATIONAL_CLIENT_ID": "shubbak",
        "PORTAL_ISSUER_NATIONAL_CLIENT_SECRET": kept["client"],
        "PORTAL_ISSUER_STAFF_URL": f"{sandbox}/staff-id",
        "PORTAL_ISSUER_STAFF_CLIENT_ID": "shubbak-desk",
        "PORTAL_ISSUER_STAFF_CLIENT_SECRET": kept["staff_client"],
        "PORTAL_ISSUER_STAFF_FOR": "staff",
        "PORTAL_EMAIL_ACCOUNTS": "on",
        "PORTAL_SMS_URL": f"{sandbox}/sms",
        "PORTAL_SMS_TOKEN": kept["sms"],
        "PORTAL_SEALS_URL": f"{sandbox}/trust/csc/v2",
        "PORTAL_SEALS_TOKEN": kept["trust"],
        "PORTAL_STAMPS_URL": f"{sandbox}/trust/stamps",
        "PORTAL_TRUST_ROOTS": str(folder / "sandbox" / "root.pem"),
        "PORTAL_PROOF_KEYS": f"demo:secret:{kept['proof']}",
        "PORTAL_PROVIDER": "stripe",
        "PORTAL_STRIPE_SECRET_KEY": f"sk_test_{kept['card']}",
        "PORTAL_STRIPE_WEBHOOK_SECRET": f"whsec_{kept['card_news']}",
        "PORTAL_STRIPE_API_BASE": f"{sandbox}/stripe",
        "PORTAL_STRIPE_CHECKOUT_ORIGIN": sandbox,
        "PORTAL_CONNECTORS": ",".join(CONNECTED),
        "PORTAL_REGISTERS": "civil-status,population",
        "SANDBOX_HOST": HOST,
        "SANDBOX_PORT": str(ports.sandbox),
        "SANDBOX_URL": sandbox,
        "SANDBOX_SMTP_PORT": str(ports.mail),
        "SANDBOX_DATA": str(folder / "sandbox"),
        "SANDBOX_PORTAL_URL": portal,
        "SANDBOX_CLIENT_ID": "shubbak",
        "SANDBOX_CLIENT_SECRET": kept["client"],
        "SANDBOX_STAFF_CLIENT_ID": "shubbak-desk",
        "SANDBOX_STAFF_CLIENT_SECRET": kept["staff_client"],
        "SANDBOX_STRIPE_SECRET_KEY": f"sk_test_{kept['card']}",
        "SANDBOX_STRIPE_WEBHOOK_SECRET": f"whsec_{kept['card_news']}",
        "SANDBOX_CONNECTOR_TOKEN": kept["connector"],
        "SANDBOX_CONNECTOR_WEBHOOK_SECRET": f"whsec_{kept['connector_news']}",
        "SANDBOX_REGISTER_TOKEN": kept["register"],
        "SANDBOX_SMS_TOKEN": kept["sms"],
        "SANDBOX_TRUST_TOKEN": kept["trust"],
    }
    for name in CONNECTED:
        found[f"PORTAL_CONNECTOR_{name.upper()}_URL"] = f"{sandbox}/administrations/{name}"
        found[f"PORTAL_CONNECTOR_{name.upper()}_TOKEN"] = kept["connector"]
        found[f"PORTAL_CONNECTOR_{name.upper()}_WEBHOOK_SECRET"] = f"whsec_{kept['connector_news']}"
    for name, path in REGISTERS.items():
        found[f"PORTAL_{name}_URL"] = f"{sandbox}/registers/{path}"
        found[f"PORTAL_{name}_TOKEN"] = kept["register"]
    return found


def _secrets(folder: Path) -> Mapping[str, str]:
    """Those kept in the folder; what an older demonstration did not know of yet is added to them."""
    file = folder / "secrets.json"
    kept: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    made = {name: secrets.token_hex(24) for name in HEX_SECRETS}
    made |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in BASE64_SECRETS}
    if made.keys() <= kept.keys():
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(made | kept), "utf-8")
    return made | kept


def run_demo(folder: Path, ports: Ports, *, fresh: bool) -> int:
    """Sets everything up, runs the three processes, and ends all of them on Ctrl-C. Returns the exit code."""
    taken = [str(port) for port in astuple(ports) if _busy(port)]
    if taken:
        print(
            f"In use by another program: port {', '.join(taken)}. Stop it, then run make demo again.", file=sys.stderr
        )
        return 1
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    settings = os.environ | environment(folder, ports)
    _keep(folder / SETTINGS, environment(folder, ports))
    try:
        prepare(settings)
    except (KeyboardInterrupt, subprocess.CalledProcessError):
        print("The demonstration was not set up; run make demo again.", file=sys.stderr)
        return 1
    return _supervise(settings, ports)


def _keep(file: Path, settings: Mapping[str, str]) -> None:
    """The settings as a shell reads them, so that other commands can speak to the demonstration."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()), "utf-8")


def _busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def prepare(settings: Mapping[str, str], said: IO[bytes] | None = None) -> None:
    """Newest schema, published catalogue, offices and officers; each does nothing when it is done already. What the
    commands say goes to ``said``, by default to whoever started this."""
    for arguments in (["migrate"], ["catalogue", "publish"], ["offices", "load", str(DEPLOYMENT)]):
        command = [sys.executable, "-m", "portal", *arguments]
        subprocess.run(command, env=dict(settings), check=True, stdout=said)  # noqa: S603


def _supervise(settings: Mapping[str, str], ports: Ports) -> int:
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a closed terminal leaves nothing running
        signal.signal(number, lambda caught, _frame: stopping.append(caught))
    commands = (["sandbox"], ["serve", "--port", str(ports.portal)], ["worker"])
    running = {
        command[0]: subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "portal", *command], env=dict(settings), start_new_session=True
        )
        for command in commands
    }
    try:
        ready = _ready(running, stopping, ports)
        if ready:
            print(_welcome(ports), flush=True)
        while ready and not stopping and all(process.poll() is None for process in running.values()):
            time.sleep(0.2)
    finally:
        _end(running)
    if stopping:
        return 0
    dead = [name for name, process in running.items() if process.returncode not in (0, -signal.SIGTERM)]
    what = f"{', '.join(dead)} ended by itself" if dead else f"The portal was not ready after {READY_SECONDS} seconds"
    print(f"{what}; everything was stopped.", file=sys.stderr)
    return 1


def _ready(running: Mapping[str, subprocess.Popen[bytes]], stopping: list[int], ports: Ports) -> bool:
    for url in (f"http://{HOST}:{ports.portal}/readyz", f"http://{HOST}:{ports.sandbox}/"):
        until = time.monotonic() + READY_SECONDS
        while not _answers(url):
            ended = any(process.poll() is not None for process in running.values())
            if stopping or ended or time.monotonic() > until:
                return False
            time.sleep(0.2)
    return True


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _end(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for process in running.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _welcome(ports: Ports) -> str:
    return f"""
  شبّاك · Shubbak                        http://{HOST}:{ports.portal}/
  Sandbox (people, cards, mailbox)      http://localhost:{ports.sandbox}/

  Sign in as                            and try
    Salma     citizen of Rabat          «نسخة موجزة من رسم الولادة» / birth extract, also for her newborn («لمن هذا؟»)
    Youssef   founder in Casablanca     «الشهادة السلبية» / negative certificate, paid by card
    Karim     Moroccan in Lyon          «طلب الحصول على المعلومات» / information request, free
    Fatima, Amal   mother, daughter     a mandate given, accepted, used, revoked
    Meryem, Sanae  manager, employee    two companies found in the register; who may act for them
    Nabil     accountant                asks his clients for mandates
  At work, by the staff issuer: http://{HOST}:{ports.portal}/fr/desk
    Hajar     civil status, Rabat       decides; Mehdi (Casablanca) and Samira (OMPIC) see none of Rabat's requests
    Imane     urban planning, Rabat     building permits, which Hajar does not see
    Khadija   counter of Oulad Tayeb    helps a citizen who shows a code: /fr/desk/visits
    The first time each sets up a second proof: the word is in their letter in the sandbox's mailbox, and
    http://localhost:{ports.sandbox}/authenticator plays the telephone that makes the codes.

  Cards   4242 4242 4242 4242 pays · 4000 0000 0000 0002 is declined · any later date, any code
  Letters are in the sandbox's mailbox; administrations answer at http://localhost:{ports.sandbox}/
  Ctrl-C ends everything. make demo FRESH=1 begins anew.
"""
