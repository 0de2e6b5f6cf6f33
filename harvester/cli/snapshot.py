"""`griffie snapshot`: create, list and remove snapshots of the archive."""

from pathlib import Path

import click
from rich.markup import escape

from archive.snapshots import (
    latest_snapshot,
    list_snapshots,
    remove_snapshots,
    unfinished_names,
)
from harvester.cli.console import err, out, progress
from harvester.cli.workspace import Workspace
from harvester.snapshot.create import Wish
from harvester.snapshot.publish import publish_snapshot
from harvester.snapshot.retention import overtaken
from harvester.times import read_moment

EPILOG = """\b
Examples:
  griffie snapshot create         # all that is known now, under snapshots/ in the archive
  griffie snapshot create --with-files --as-of 2026-11-23 --name before-the-debate
  griffie snapshot list
  griffie snapshot remove before-the-debate"""


@click.group(epilog=EPILOG)
def command() -> None:
    """Bundles of everything, as it stood: SQLite, Parquet, CSV, JSON Lines, and the files."""


@command.command()
@click.option("--as-of", help="A day (its end, UTC) or time; without it all that is known.")
@click.option("--name", help="What to call it; without it a name made of its time and heads.")
@click.option(
    "--with-files/--without-files",
    default=None,
    help="The papers' files as BagIt bags, one tar for each year; else the setting.",
)
@click.pass_obj
def create(
    config: Path | None, as_of: str | None, name: str | None, with_files: bool | None
) -> None:
    """Create a snapshot and publish it in the archive. Safe to interrupt, safe to repeat."""
    workspace = Workspace.load(config)
    settings = workspace.settings
    archive = workspace.open_archive()
    wish = Wish(
        read_moment(as_of) if as_of else None,
        name,
        settings.snapshots.with_files if with_files is None else with_files,
    )
    with progress() as bars:
        made = publish_snapshot(archive, settings, workspace.sources, bars, wish)
    snapshot = made.snapshot
    what = "made" if made.is_new else "is there already, and nothing is new:"
    out.print(
        f"{what} {escape(snapshot.name)}, as of {snapshot.as_of}, {snapshot.size_bytes} bytes"
        f"{', signed' if made.is_signed else ''}",
        soft_wrap=True,
    )
    for old in made.removed:
        out.print(f"removed {escape(old)}: the newest {settings.snapshots.keep} are kept")
    if made.warning:
        err.print(made.warning, soft_wrap=True, markup=False)


@command.command("list")
@click.pass_obj
def list_(config: Path | None) -> None:
    """List the snapshots in the archive, the oldest first."""
    workspace = Workspace.load(config)
    store = workspace.open_archive().store
    latest = latest_snapshot(store)
    old = set(_overtaken(workspace))
    for snapshot in list_snapshots(store):
        marks = [
            *(["latest"] if latest and snapshot.name == latest.name else []),
            *(["still holds what was taken down since: remove it"] if snapshot.name in old else []),
        ]
        out.print(
            escape(
                f"{snapshot.name}  as of {snapshot.as_of}  {len(snapshot.files)} files  "
                f"{snapshot.size_bytes} bytes{''.join(f'  ({mark})' for mark in marks)}"
            ),
            soft_wrap=True,
        )
    for name in unfinished_names(store):
        out.print(escape(f"{name}  (unfinished: being made, or its maker was killed)"))


def _overtaken(workspace: Workspace) -> list[str]:
    index = workspace.settings.index
    if not index.exists():
        err.print("no index yet: whether anything was taken down since is not known")
        return []
    return list(overtaken(workspace.open_archive(), index))


@command.command()
@click.argument("names", nargs=-1, required=True)
@click.pass_obj
def remove(config: Path | None, names: tuple[str, ...]) -> None:
    """Remove snapshots by name, also unfinished ones; the archive itself is unchanged."""
    remove_snapshots(Workspace.load(config).open_archive().store, names)
    for name in names:
        out.print(f"removed {escape(name)}")
