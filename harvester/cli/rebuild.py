"""`griffie rebuild`: rebuild the index from the archive, or compare it with a rebuilt one."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click
from rich.markup import escape

from archive.archive import Archive
from archive.orphans import die_with_parent
from harvester.cli.console import out, progress
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.index import compare
from harvester.lock import harvest_lock
from harvester.progress import Progress
from harvester.snapshot.kept import NICENESS, KeptIndexes
from harvester.snapshot.moments import make_index
from harvester.times import read_moment

MOST_DIFFERENCES = 20

EPILOG = """\b
Examples:
  griffie rebuild                                   # beside the old one, then swapped in
  griffie rebuild --check                           # compare row for row, change nothing
  griffie rebuild --as-of 2026-11-23 -o then.sqlite # what was known at the end of that day
  griffie rebuild --as-of 2026-11-23 --kept         # the same, for the site to show at once

\b
Exit codes: 0 done or equal, 4 the index differs from what the archive says."""


@click.command(epilog=EPILOG)
@click.option("--check", is_flag=True, help="Rebuild beside the index and compare row for row.")
@click.option("--as-of", help="A day (its end, UTC) or time: leave out what was written later.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Make the index here, and leave the one in use as it is.",
)
@click.option("--kept", is_flag=True, help="Make it where the site looks for earlier days.")
@click.option("--parent", type=int, hidden=True)
@click.option("--workers", type=int, default=0, help="Processes that read the log; 0: all cores.")
@click.pass_obj
def command(
    config: Path | None,
    check: bool,
    as_of: str | None,
    output: Path | None,
    kept: bool,
    parent: int | None,
    workers: int,
) -> int:
    """Derive the index from the log, the files and their texts.

    What was taken down stays taken down, also in an index as of an earlier time.
    """
    if parent is not None:
        die_with_parent(parent)
    workspace = Workspace.load(config)
    archive = workspace.open_with_origin()
    path = workspace.settings.index
    moment = read_moment(as_of) if as_of is not None else None
    if check and (moment or output):
        raise ConfigurationError("--check compares the index in use; leave out --as-of and -o")
    if kept:
        if moment is None or output is not None:
            raise ConfigurationError("--kept keeps an index as of a time: add --as-of, without -o")
        return _keep(workspace, archive, moment)
    if moment and (output is None or output.resolve() == path.resolve()):
        raise ConfigurationError(
            f"--as-of would replace the index in use, {path}; name another file with -o"
        )
    if check and not path.exists():
        raise ConfigurationError(f"there is no index at {path} to check")
    if output is not None:
        with progress() as bars:
            _make(workspace, archive, output, workers, bars, moment)
        out.print(f"made {escape(str(output))}{f' as of {moment}' if moment else ''}")
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with progress() as bars, ExitStack() as locks:
        # No harvest may write to the log or the index meanwhile.
        for source in workspace.sources:
            locks.enter_context(harvest_lock(path.parent, source))
        if check:
            return _check(workspace, archive, workers, bars)
        _make(workspace, archive, path, workers, bars)
    return 0


def _keep(workspace: Workspace, archive: Archive, moment: str) -> int:
    settings = workspace.settings
    if not settings.index.exists():
        raise ConfigurationError(f"there is no index at {settings.index}; run `griffie rebuild`")
    kept = KeptIndexes(settings.index, max(1, settings.site.as_of_kept))
    os.nice(NICENESS)
    with progress() as bars:
        made = kept.make(archive, settings, workspace.sources, moment, bars)
    out.print(f"kept {escape(str(made))} as of {moment}", soft_wrap=True)
    return 0


def _make(
    workspace: Workspace,
    archive: Archive,
    path: Path,
    workers: int,
    bars: Progress,
    as_of: str | None = None,
) -> None:
    make_index(
        archive,
        path,
        workspace.settings,
        workspace.sources,
        bars,
        as_of=as_of,
        workers=workers,
    )


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
