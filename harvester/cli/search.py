"""`griffie search`: find papers as the site does, on the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from rich.markup import escape

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.search.relax import Reading
from harvester.site.queries import Row, search
from harvester.site.reader import prepare

EPILOG = """\b
Examples:
  griffie search "stikstof boeren"                 # in any form; the most relevant first
  griffie search '"stikstof en water"' --newest    # exactly these words in a row
  griffie search leraren --limit 500 --json | jq -r .id
\b
What was read otherwise than typed is told; `=word` takes a word as it is."""
_SAID = {
    "filler": "searched without {about}: these words say nothing of the subject",
    "repaired": "searched for {instead} instead of {about}",
    "compound": "searched for {instead} too, beside {about}",
    "left_out": "no paper has all of these words; left out {about}",
}
_COLUMNS = ("id", "published_on", "kind", "dossier", "subject", "title", "people", "outcome")


@click.command(epilog=EPILOG)
@click.argument("query")
@click.option("--newest", is_flag=True, help="The newest first, not the most relevant.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Papers.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines, a paper each.")
@click.pass_obj
def command(config: Path | None, query: str, newest: bool, limit: int, as_json: bool) -> None:
    """Find the papers that have the words of QUERY, in any of their forms."""
    workspace = Workspace.load(config)
    with workspace.read_index():
        pass  # says what to do when there is none
    address = f"{workspace.settings.index.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        prepare(connection)
        reading = search.read(connection, query)
        if reading.expression is None:
            raise ConfigurationError(f"there is no word, name or number to search in {query!r}")
        matches = search.matching(connection, reading.expression, {}, reading.exact)
        order = "newest" if newest else "relevance"
        papers = search.find(connection, matches, order, limit)
    if as_json:
        for paper in papers:
            click.echo(json.dumps({name: paper[name] for name in _COLUMNS}, ensure_ascii=False))
    else:
        _tell(reading, len(matches.narrowed), papers)


def _tell(reading: Reading, total: int, papers: list[Row]) -> None:
    for note in reading.notes:
        if note.name in _SAID:
            said = _SAID[note.name].format(about=repr(note.about), instead=repr(note.instead))
            out.print(escape(f"{said}; as typed: {note.undo}"), soft_wrap=True)
    for paper in papers:
        about = paper["subject"] or paper["title"] or ""
        line = f"{paper['id']}  {paper['published_on'] or '':10}  {about}"
        out.print(escape("".join(c if c.isprintable() else "\ufffd" for c in line)), soft_wrap=True)
    out.print(f"{len(papers)} of {total} papers")
