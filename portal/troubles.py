"""What stops a command, in words: what is wrong, what to do, and that nothing was done."""

from __future__ import annotations

from typing import Any

import click


class SaysWhatIsWrong(click.Group):
    """Commands that end with what is to be mended, without a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        from sqlalchemy.exc import OperationalError, ProgrammingError

        from journeys.catalogue.errors import BadCatalogue, NotLatest, NotPublished
        from journeys.exchange.errors import NotServed, ServedTwice

        try:
            return super().invoke(ctx)
        except BadCatalogue as bad:
            for finding in bad.findings:
                click.echo(str(finding), err=True)
            said = f"{len(bad.findings)} to be mended first; nothing was published"
        except NotPublished:
            said = "nothing is published yet: run 'portal catalogue publish' first"
        except NotLatest:
            said = "somebody else published at the same moment: look at the difference and publish again"
        except NotServed as missing:
            said = f"an officer works at an office that is not in the file: {missing}; nothing was loaded"
        except ServedTwice as both:
            said = f"two offices of one place take the same: {both}; let each name its services; nothing was loaded"
        except (OperationalError, ProgrammingError) as broken:
            said = f"the database does not answer as it should ({broken.orig}); is it up, and was 'portal migrate' run?"
        raise click.ClickException(said)
