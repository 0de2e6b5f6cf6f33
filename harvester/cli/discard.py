"""`griffie discard`: never let a held harvest count."""

from pathlib import Path

import click

from harvester.cli.deciding import decide_about

EPILOG = """\b
Examples:
  griffie discard 20261124T221500Z-tweedekamer-7f3a --reason "the source was broken"
  griffie discard tweedekamer --reason "the source was broken"   # of a source
\b
Exit codes: 0 done, 2 nothing of that name waits, 75 the archive cannot be written now."""


@click.command(epilog=EPILOG)
@click.argument("harvest", metavar="HARVEST|SOURCE")
@click.option("--reason", required=True, help="Why; it stays in the log.")
@click.option("--by", help="Who decided; without it your user name.")
@click.pass_obj
def command(config: Path | None, harvest: str, reason: str, by: str | None) -> None:
    """Never let a held harvest count: what is served stays as it is.

    Its segments stay in the log. The next harvest begins where this one began, and sees again
    what the source then says: if that is as implausible, it is held again.
    """
    decide_about(config, harvest, "discarded", reason, by)
