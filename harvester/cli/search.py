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
from harvester.site.queries import Row, search
from harvester.site.queries.finding import Understood, matching, understand
from harvester.site.queries.votes import choices_of
from harvester.site.reader import prepare
from harvester.source.registry import time_zone
from harvester.times import now

EPILOG = """\b
Examples:
  griffie search "nitrogen farmers"                # in any form; the most relevant first
  griffie search '"nitrogen and water"' --newest   # exactly these words in a row
  griffie search "kind:letter since:2024-11-01"    # fields, as on the site
  griffie search teachers --limit 500 --json | jq -r .id

\b
Any other reading of what was typed is reported; `=word` takes a word as it is."""
_SAID = {
    "filler": "searched without {about}: these words say nothing of the subject",
    "named": "searched without {about}: few papers have that name in their words",
    "repaired": "searched for {instead} instead of {about}",
    "compound": "searched for {instead} too, beside {about}",
    "dated": "only papers of {about}",
    "asked": "searched for motions, with how {instead} voted, without {about}",
    "meant": "read {about} as {instead}",
    "whole": "{about} counts for the whole search",
    "no_date": "there is no day, month or year in {about}",
    "unknown_value": "no paper is like {about}; there are: {instead}",
    "unknown": "no paper is like {about}",
    "any": "few papers have all of these words; then come those that lack one of {about}",
    "sentence": "read as a sentence: searched for papers with at least two of {about}",
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
        understood = understand(connection, query, now().astimezone(time_zone()).date())
        if not understood.reading.is_anything:
            raise ConfigurationError(f"there is no word, name or number to search in {query!r}")
        matches = matching(connection, understood, {})
        has_words = understood.reading.expression is not None
        order = "relevance" if has_words and not newest else "newest"
        papers = search.find(connection, matches, order, limit)
        party = understood.party
        choices = choices_of(connection, papers, party) if party else {}
    if as_json:
        for paper in papers:
            said = {name: paper[name] for name in _COLUMNS}
            if party:
                said["choice"] = choices.get(paper["key"])
            click.echo(json.dumps(said, ensure_ascii=False))
    else:
        _tell(understood, len(matches.narrowed), papers, choices)


def _tell(understood: Understood, total: int, papers: list[Row], choices: dict[int, str]) -> None:
    for note in understood.notes:
        if note.name in _SAID:
            said = _SAID[note.name].format(about=repr(note.about), instead=repr(note.instead))
            undo = f"; as typed: {note.undo}" if note.undo else ""
            out.print(escape(f"{said}{undo}"), soft_wrap=True)
    for card in understood.cards:
        out.print(escape(_plain(f"{card.kind}: {card.name or card.id}")), soft_wrap=True)
    for paper in papers:
        about = paper["subject"] or paper["title"] or ""
        line = f"{paper['id']}  {paper['published_on'] or '':10}  {about}"
        if choice := choices.get(paper["key"]):
            line += f"  [{understood.party}: {choice}]"
        out.print(escape(_plain(line)), soft_wrap=True)
    out.print(f"{len(papers)} of {total} papers")


def _plain(line: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
