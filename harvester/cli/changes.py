"""`griffie changes`: what became of each paper between two times."""

import sys
import tempfile
from pathlib import Path

import click

from archive.archive import Archive
from harvester.cli.console import progress
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.progress import Progress
from harvester.snapshot.changes import find_changes
from harvester.snapshot.moments import make_index
from harvester.times import read_moment

EPILOG = """\b
Examples:
  griffie changes --from 2026-11-22                       # since the end of that day
  griffie changes --from 2026-11-01 --to 2026-11-22 > weeks.jsonl
  griffie changes --from 2026-11-22 | jq 'select(.change == "withdrawn")'

\b
A line for each paper: `change` (new, changed, withdrawn, restored, taken down, merged, gone),
`fields` (before and now), `text` (the words that differ), `versions` and `files` that came."""


@click.command(epilog=EPILOG)
@click.option("--from", "since", required=True, help="A day (its end, UTC) or a time.")
@click.option("--to", "until", help="Likewise; without it the present.")
@click.pass_obj
def command(config: Path | None, since: str, until: str | None) -> None:
    """Write what changed, as JSON Lines. An index as of another time is rebuilt first."""
    start = read_moment(since)
    end = read_moment(until) if until else None
    if end and end < start:
        raise ConfigurationError(f"--to {until} is before --from {since}")
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    with tempfile.TemporaryDirectory(prefix="griffie-changes-") as name:
        folder = Path(name)
        with progress() as bars:
            before = _made(workspace, archive, folder / "before.sqlite", bars, start)
            after = _made(workspace, archive, folder / "after.sqlite", bars, end)
        for change in find_changes(before, after):
            sys.stdout.write(f"{change.to_json()}\n")


def _made(
    workspace: Workspace, archive: Archive, path: Path, bars: Progress, as_of: str | None
) -> Path:
    if as_of is None and workspace.settings.index.exists():
        with workspace.read_index():
            pass  # says what to do with one of another version
        return workspace.settings.index
    make_index(archive, path, workspace.settings, workspace.sources, bars, as_of=as_of)
    return path
