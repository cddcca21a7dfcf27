"""``portal audit``: check a file of access records with their proofs, on any machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Who looked at whose data: check what a person has downloaded."""


@audit.command()
@click.argument("file", type=FILE)
@click.option("--key", help="The portal's public key, from its page of seals; without it the one in FILE is taken.")
@click.option(
    "--roots", type=FILE, multiple=True, help="What /access-roots.json says; several when it has several pages."
)
def verify(file: Path, key: str | None, roots: tuple[Path, ...]) -> None:
    """Checks every record of FILE against its batch, head and signature; exit 1 with a line for each wrong record.

    Neither a database nor settings are needed.
    """
    from portal.audit.errors import BadProofs
    from portal.audit.verifying import verify as verify_

    try:
        found = verify_(_read(file), key, [_read(one) for one in roots] or None)
    except BadProofs as bad:
        raise click.ClickException(str(bad)) from None
    for problem in found.problems:
        click.echo(problem)
    counts = f"{found.records} records, {found.batches} batches"
    click.echo(f"{counts}: {f'{len(found.problems)} records are wrong' if found.problems else 'all proofs hold'}")
    if found.waiting:
        click.echo(f"{found.waiting} records wait for their batch, and are not proved yet")
    click.echo(f"key {found.fingerprint}: compare it with the one on the portal's page of seals")
    sys.exit(1 if found.problems else 0)


def _read(file: Path) -> Any:
    from portal.audit.errors import BadProofs

    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise BadProofs(f"{file} is not JSON") from None
