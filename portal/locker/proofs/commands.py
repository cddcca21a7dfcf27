"""``portal verify``: check a document with published keys, without database, settings or connection."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from portal.terminal import shown

PAGE = "The page itself is not checked: compare these facts with it, or have the portal check the whole file."
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", type=FILE, required=True, help="What /.well-known/jwks.json says.")
@click.option(
    "--list", "lists", type=FILE, multiple=True, help="What /status/YYYY-MM says; several for several months."
)
def verify(file: Path, keys: Path, lists: tuple[Path, ...]) -> None:
    """Checks FILE, the PDF of a document or the text of its QR code, and prints what it proves.

    Ends with 0 when it is valid, 1 when it is expired, revoked or altered, 2 when that cannot be told.
    """
    from portal import proof_keys
    from portal.locker.proofs import offline

    try:
        known = proof_keys.published(json.loads(keys.read_text("utf-8")))
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f"{keys} is no key set") from None
    found, said = offline.verdict(file.read_bytes(), known, [one.read_bytes() for one in lists])
    click.echo(found.value.upper())
    if found == "valid":
        click.echo(f"  {PAGE}")
    for name, fact in {"code": said.code, "kind": said.kind, **said.facts}.items() if said else ():
        click.echo(f"  {shown(name):<16} {shown(' · '.join(fact) if isinstance(fact, list) else fact)}")
    if found == "unknown" and said:
        click.echo(f"  Whether it was revoked is not known: give --list {shown(said.list_url)}")
    sys.exit({"valid": 0, "unknown": 2}.get(found, 1))
