"""`griffie release`: let a held harvest count."""

from pathlib import Path

import click

from harvester.cli.deciding import decide_about

EPILOG = """\b
Examples:
  griffie release 20261124T221500Z-tweedekamer-7f3a --reason "expected: a recess list"
  griffie release tweedekamer --reason "expected: a recess list"   # of a source
\b
Exit codes: 0 done, 2 nothing of that name waits, 75 the archive cannot be written now."""


@click.command(epilog=EPILOG)
@click.argument("harvest", metavar="HARVEST|SOURCE")
@click.option("--reason", required=True, help="Why; it stays in the log.")
@click.option("--by", help="Who decided; without it your user name.")
@click.pass_obj
def command(config: Path | None, harvest: str, reason: str, by: str | None) -> None:
    """Let a held harvest count: all that it saw is applied, as if it had never been held.

    `griffie status` says which harvest is held and why, `griffie report` what it saw. The next
    harvest goes on where it ended, and fetches the files.
    """
    decide_about(config, harvest, "released", reason, by)
