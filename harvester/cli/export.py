"""`griffie export`: write selected papers as a BagIt bag or a web archive."""

import sqlite3
from pathlib import Path

import click
from rich.markup import escape

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.site.queries.finding import find_ids
from harvester.site.reader import prepare
from harvester.snapshot.export import Wanted, export_bag, export_warc
from harvester.source.registry import time_zone
from harvester.times import now

EPILOG = """\b
Examples:
  griffie export nitrogen -o nitrogen.zip               # all that a search finds, with its files
  griffie export --dossier DOSSIER -o dossier.tar
  griffie export --paper PAPER -o paper.warc.gz

\b
A .zip or .tar is a BagIt bag (RFC 8493) with every version of the files, what the archive says of
the papers, and where each file came from; a .warc.gz holds what was fetched, for web archives."""


@click.command(epilog=EPILOG)
@click.argument("query", required=False)
@click.option("--dossier", help="All papers of a dossier, named as in official ids.")
@click.option("--paper", "papers", multiple=True, help="A paper by any name; may be repeated.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="What to write: a .zip, .tar or .warc.gz.",
)
@click.pass_obj
def command(
    config: Path | None,
    query: str | None,
    dossier: str | None,
    papers: tuple[str, ...],
    output: Path,
) -> None:
    """Write the papers that QUERY finds, or those of a dossier, or some by name."""
    if not (query or dossier or papers):
        raise ConfigurationError("say which papers: words to search, --dossier or --paper")
    is_warc = output.name.endswith(".warc.gz")
    if not is_warc and output.suffix not in (".zip", ".tar"):
        raise ConfigurationError(f"{output}: the name must end with .zip, .tar or .warc.gz")
    wanted = Wanted(query, dossier, papers, _search)
    workspace = Workspace.load(config)
    archive = workspace.open_with_origin()
    with workspace.read_index():
        pass  # reports a missing index
    beside = output.with_name(f".{output.name}")  # the file appears complete or not at all
    try:
        write = export_warc if is_warc else export_bag
        count = write(archive, workspace.settings.index, wanted, beside, output.name)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    out.print(f"{count} papers in {escape(str(output))}", soft_wrap=True)


def _search(connection: sqlite3.Connection, query: str) -> list[str]:
    """Search as the site does: words in any form, fields, dates."""
    prepare(connection)
    return find_ids(connection, query, now().astimezone(time_zone()).date())
