"""The command ``portal``: serve, worker, sandbox, migrate, catalogue, offices, agents, people, keys, check, audit …"""

from __future__ import annotations

import re
import signal
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import click
import yaml
from alembic import command
from alembic.config import Config

from portal import logs
from portal.agents import agents, people
from portal.audit.commands import audit
from portal.closed import close
from portal.locker.proofs.commands import verify
from portal.rotation import keys
from portal.settings import ROOT, BadSettings, Settings, load
from portal.troubles import SaysWhatIsWrong

DEFINITIONS = ROOT / "journeys" / "definitions" / "morocco"
STARTING_FILE = ROOT / "journeys" / "definitions" / "new-service.yaml"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def cli() -> None:
    """Shubbak: one window for every public service."""


cli.add_command(audit)
cli.add_command(verify)
cli.add_command(agents)
cli.add_command(people)
cli.add_command(keys)


def main() -> None:
    """Entry point: settings that are missing or unsafe are said plainly, without a trace."""
    try:
        cli(standalone_mode=True)
    except BadSettings as bad:
        for problem in bad.problems:
            click.echo(problem, err=True)
        sys.exit(2)


def _settings() -> Settings:
    settings = load()
    if not settings.demo:  # who develops measures its processes
        close()
    logs.init(settings.log_level)
    return settings


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """The web server."""
    from portal.serving import serve as serve_

    serve_(_settings(), host, port)


@cli.command()
def worker() -> None:
    """The background worker: does what waits for a commit."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    from portal.app import create_app  # takes a second, in which it may be told to stop already
    from portal.tasks import TASKS, ensure_recurring
    from portal.worker import Worker

    settings = _settings()
    app = create_app(replace(settings, threads=settings.worker_threads))
    work = app.extensions["portal.work"]
    work.transact(lambda unit: ensure_recurring(unit.session))
    Worker(work, TASKS, settings.worker_threads, app.app_context, lambda: bool(stopping)).run()
    work.database.dispose()


@cli.command()
def sandbox() -> None:
    """The outside world for demos and tests, a process of its own."""
    import runpy

    runpy.run_module("portal.sandbox", run_name="__main__")


@cli.command()
def migrate() -> None:
    """Brings the database to the newest schema, and what is kept of the catalogue to this code."""
    from journeys.catalogue.actions import look_over
    from portal.wiring import prepared_folder, wired

    settings = _settings()
    prepared_folder(settings.database_url)
    command.upgrade(alembic_config(settings.database_url), "head")
    work = wired(settings)
    work.transact(lambda unit: look_over(unit.session))
    work.database.dispose()
    click.echo("the database has the newest schema")


def alembic_config(url: str) -> Config:
    """Alembic's configuration from setup.cfg, for one database."""
    config = Config(str(ROOT / "setup.cfg"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


@cli.group(cls=SaysWhatIsWrong)
def catalogue() -> None:
    """Definitions: check, publish, export, diff, new; and what people wish for."""


@catalogue.command("check")
@click.argument("folder", type=FOLDER, envvar="PORTAL_CATALOGUE", default=DEFINITIONS)
@click.option("--warnings", is_flag=True, help="List each warning; without it they are counted.")
def check_catalogue(folder: Path, warnings: bool) -> None:
    """Lints a folder of definitions: file, line and what to do; exit 1 on an error."""
    from journeys.catalogue.checking import check

    findings = check(folder)
    errors = [found for found in findings if found.about is None]
    for found in findings if warnings else errors:
        click.echo(str(found))
    for about, times in Counter(found.about for found in findings if found.about).most_common():
        click.echo(f"{times:6} {about}")
    click.echo(f"{len(errors)} errors, {len(findings) - len(errors)} warnings")
    sys.exit(1 if errors else 0)


@catalogue.command()
@click.argument("folder", type=FOLDER, envvar="PORTAL_CATALOGUE", default=DEFINITIONS)
def publish(folder: Path) -> None:
    """Publishes a new version of every definition that changed."""
    from journeys.catalogue.actions import publish as publish_
    from journeys.catalogue.checking import checked
    from portal.wiring import wired

    work = wired(_settings())
    definitions = checked(folder)
    published = work.transact(lambda unit: unit.do(publish_, definitions))
    work.database.dispose()
    changed = sum(len(keys) for keys in published.changed.values())
    click.echo(f"publication {published.number}: {changed} definitions changed")


@catalogue.command()
@click.argument("folder", type=click.Path(path_type=Path))
def export(folder: Path) -> None:
    """Writes what is published into files that can be checked and published again."""
    from journeys.catalogue.actions import current_catalogue
    from journeys.catalogue.exporting import export as export_
    from portal.wiring import wired

    work = wired(_settings())
    published = work.transact(lambda unit: current_catalogue(unit.session), reading=True)
    work.database.dispose()
    click.echo(f"publication {published.number}: {len(export_(published, folder))} files written into {folder}")


@catalogue.command()
@click.argument("folder", type=FOLDER, envvar="PORTAL_CATALOGUE", default=DEFINITIONS)
def diff(folder: Path) -> None:
    """What publishing a folder would change, and how many requests stay under the old version."""
    from journeys.cases.reading import under_way
    from journeys.catalogue.actions import current_catalogue
    from journeys.catalogue.differences import differences
    from journeys.catalogue.reading import read
    from portal.wiring import wired

    work = wired(_settings())
    published, waiting = work.transact(
        lambda unit: (current_catalogue(unit.session), under_way(unit.session)), reading=True
    )
    work.database.dispose()
    found = differences(published, read(folder))
    for one in found:
        stay = waiting.get(one.key, 0) if one.kind == "service" else 0
        click.echo(
            f"{one.kind} {one.key}: {one.what}" + (f"; {stay} requests stay under the old version" if stay else "")
        )
        for change in one.changes:
            click.echo(f"  {change}")
    click.echo(f"{len(found)} definitions differ from publication {published.number}")


@catalogue.command()
@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 120), help="This one and those before.")
def wishes(months: int) -> None:
    """How many people want which services online that cannot be asked for here, by month."""
    from portal.discover.actions import first_month
    from portal.discover.actions import wishes as wishes_
    from portal.wiring import wired

    work = wired(_settings())
    found = work.transact(lambda unit: wishes_(unit.session, first_month(unit.moment, months)), reading=True)
    work.database.dispose()
    for month, service, times in found:
        click.echo(f"{month:%Y-%m} {times:6} {service}")
    click.echo(f"{sum(times for _month, _service, times in found)} wishes in {months} months")


@catalogue.command()
@click.argument("service")
def new(service: str) -> None:
    """Writes a commented starting file for a service of this id; it can be published as it is."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,59}", service):
        raise click.BadParameter("small letters, digits and hyphens, beginning with a letter")
    click.echo(STARTING_FILE.read_text("utf-8").replace("SERVICE", service), nl=False)


@cli.group(cls=SaysWhatIsWrong)
def offices() -> None:
    """Which offices serve which territory, how requests reach them, and who works there."""


@offices.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_deployment(file: Path) -> None:
    """Loads a deployment file of offices and officers."""
    from portal.deployment import load_file
    from portal.wiring import wired

    work = wired(_settings())
    try:
        said: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        counts = work.transact(lambda unit: load_file(unit, said))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as wrong:
        raise click.ClickException(f"{file} is no deployment: {wrong!r}; see portal/sandbox/deployment.yaml") from None
    work.database.dispose()
    click.echo(f"{counts[0]} offices, {counts[1]} officers")


@cli.command()
@click.option("--full", is_flag=True, help="Every adapter, and every invariant over all rows.")
@click.option("--at-rest", is_flag=True, help="Nothing is under way: what may take its time is a problem at once.")
def check(full: bool, at_rest: bool) -> None:
    """Settings, database and invariants since the last check, or all and every adapter; exit 1 with the reasons."""
    from portal.checks import run_checks
    from portal.look import PATIENCE
    from portal.wiring import wired

    work = wired(_settings())
    problems = run_checks(work, full=full, say=click.echo, patience=PATIENCE * (not at_rest))
    work.database.dispose()
    sys.exit(1 if problems else 0)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Writes database and documents into a new FOLDER while the portal runs; exit 1 with the reason."""
    from portal.backup.commands import run_backup

    sys.exit(run_backup(_settings(), folder))


@cli.command()
@click.argument("folder", type=FOLDER)
def restore(folder: Path) -> None:
    """Restores the backup in FOLDER into an empty database and the store of documents; exit 1 with the reason."""
    from portal.backup.commands import run_restore

    sys.exit(run_restore(_settings(), folder))


@cli.command()
@click.option("--fresh", is_flag=True, help="Begin anew: forgets everything the demonstration kept.")
@click.option("--folder", default=ROOT / "var" / "demo", type=click.Path(path_type=Path), help="Where it is kept.")
@click.option("--port", default=8000, show_default=True, help="Of the portal.")
@click.option("--sandbox-port", default=8001, show_default=True)
@click.option("--mail-port", default=8025, show_default=True)
def demo(fresh: bool, folder: Path, port: int, sandbox_port: int, mail_port: int) -> None:
    """Portal, worker and sandbox in one terminal, with demo people."""
    from portal.demo import Ports, run_demo

    sys.exit(run_demo(folder.resolve(), Ports(port, sandbox_port, mail_port), fresh=fresh))
