"""`griffie rebuild`: make the index again from the archive, or check that it would be the same."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from archive.archive import Archive
from harvester.cli.console import out, progress
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.index import Index, compare, rebuild
from harvester.lock import harvest_lock
from harvester.progress import Progress
from harvester.source import readers
from harvester.texts import extract_wanted

MOST_DIFFERENCES = 20

EPILOG = """\b
Examples:
  griffie rebuild            # beside the old one, then swapped in
  griffie rebuild --check    # compare row for row, change nothing
\b
Exit codes: 0 done or equal, 4 the index differs from what the archive says."""


@click.command(epilog=EPILOG)
@click.option("--check", is_flag=True, help="Rebuild beside the index and compare row for row.")
@click.option("--workers", type=int, default=0, help="Processes that read the log; 0: all cores.")
@click.pass_obj
def command(config: Path | None, check: bool, workers: int) -> int:
    """Derive the index from the log, the files and their texts."""
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    path = workspace.settings.index
    if check and not path.exists():
        raise ConfigurationError(f"there is no index at {path} to check")
    path.parent.mkdir(parents=True, exist_ok=True)
    with progress() as bars, ExitStack() as locks:
        # No harvest may write to the log or the index meanwhile.
        for source in workspace.sources:
            locks.enter_context(harvest_lock(path.parent, source))
        if check:
            return _check(workspace, archive, workers, bars)
        _make(workspace, archive, path, workers, bars)
    return 0


def _make(workspace: Workspace, archive: Archive, path: Path, workers: int, bars: Progress) -> None:
    rebuild(archive, path, readers(workspace.sources), workers=workers, progress=bars)
    index = Index.open(path, readers(workspace.sources))
    try:
        extract_wanted(archive, index, workspace.settings.text, bars)
    finally:
        index.close()


def _check(workspace: Workspace, archive: Archive, workers: int, bars: Progress) -> int:
    path = workspace.settings.index
    with tempfile.TemporaryDirectory(prefix=".check-", dir=path.parent) as folder:
        beside = Path(folder) / "index.sqlite"
        _make(workspace, archive, beside, workers, bars)
        bars.phase("compare")
        differences = 0
        for difference in compare(path, beside):
            differences += 1
            if differences <= MOST_DIFFERENCES:
                out.print(str(difference), soft_wrap=True, markup=False)
    out.print(f"{differences} differences between {path} and what the archive says")
    return 4 if differences else 0
