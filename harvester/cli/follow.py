"""`griffie follow` and `griffie sync`: a copy of another archive, with its own index."""

import logging
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click
from rich.markup import escape

from archive.archive import Archive
from archive.copying import open_copy
from archive.errors import ArchiveNotFound, ObjectNotFound, TryLater
from archive.evidence import Trust
from archive.memory import memory_path, read_memory
from archive.stores import ObjectStore
from archive.stores.location import create_store
from archive.witnessing import WitnessRecord
from harvester.cli.console import out, progress
from harvester.cli.verify_download import trust_in
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.lock import harvest_lock
from harvester.snapshot.follow import Followed, Follower
from harvester.snapshot.origin import FilesKept, Origin, note_origin, read_origin
from harvester.snapshot.signing import witness_of
from harvester.times import read_moment

EPILOG = """\b
Examples:
  griffie follow https://griffie.example/archive     # a Griffie site, or any web server
  griffie follow s3://bucket/griffie --files current
  griffie follow --once                        # go on, and end when nothing is new

\b
Exit codes: 0 all is here, 3 files are missing at the origin, 4 the origin's log was rewritten or
is damaged (nothing was taken from it), or its heads are not signed as they should be, 75 the
origin cannot be reached now."""
SYNC_EPILOG = """\b
Examples:
  griffie sync https://griffie.example/archive     # from nothing to a copy that can be searched
  griffie sync                                 # later: what is new since

\b
Exit codes: as of `griffie follow`."""

_logger = logging.getLogger(__name__)

_location = click.argument("location", required=False)
_files = click.option(
    "--files",
    type=click.Choice(["none", "current", "all"]),
    help="Files kept here: none, those that stand for a paper now, or all; at first all.",
)
_key = click.option("--key", help="The public key, as hex, that must have signed its heads.")
_source = click.option(
    "--source", "named", multiple=True, help="A source that a web server has, if unknown here."
)


@click.command(epilog=EPILOG)
@_location
@click.option("--as-of", help="A day (its end, UTC) or time: take nothing written later, and end.")
@_files
@_key
@_source
@click.option(
    "--witness",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A key of yours: sign with it what was found to contradict nothing.",
)
@click.option("--once", is_flag=True, help="End when nothing is new, instead of waiting for more.")
@click.option("--every", "every_s", type=click.FloatRange(min=1), default=60, show_default=True,
              help="Seconds to wait when nothing is new.")  # fmt: skip
@click.pass_obj
def command(
    config: Path | None,
    location: str | None,
    as_of: str | None,
    files: str | None,
    key: str | None,
    named: tuple[str, ...],
    witness: Path | None,
    once: bool,
    every_s: float,
) -> int:
    """Follow the archive at LOCATION (a folder, s3://bucket/prefix, https://host/path).

    Its log is checked as it comes and kept where the settings say (`archive`), with an index of its
    own. Objects that are not kept here are read from the origin on demand. Safe to interrupt.
    """
    moment = read_moment(as_of) if as_of else None
    workspace = Workspace.load(config)
    witnessing = None if witness is None else witness_of(witness, workspace.settings.index)
    with harvest_lock(workspace.settings.index.parent, "follow"):
        origin = _origin(workspace, location, files, key)

        def follow() -> Followed:
            return _follow(workspace, origin, named, as_of=moment, witness=witnessing)

        if once or moment:
            return tell(follow())
        return _go_on(follow, every_s)


@click.command(epilog=SYNC_EPILOG)
@_location
@_files
@_key
@_source
@click.pass_obj
def sync(
    config: Path | None,
    location: str | None,
    files: str | None,
    key: str | None,
    named: tuple[str, ...],
) -> int:
    """Create or update a working copy of the archive at LOCATION.

    The index comes from the latest snapshot, if there is one, and the later changes from the log.
    Then run `griffie serve`.
    """
    workspace = Workspace.load(config)
    with harvest_lock(workspace.settings.index.parent, "follow"):
        origin = _origin(workspace, location, files, key)
        return tell(_follow(workspace, origin, named, with_snapshot=True))


def _origin(
    workspace: Workspace, location: str | None, files: str | None, key: str | None
) -> Origin:
    trust_in(workspace.settings.signing, key)  # raises for an invalid key
    known = read_origin(workspace.settings.index)
    if location is None and known is None:
        raise ConfigurationError("nothing is followed here yet; say which archive to follow")
    if location is None:
        assert known is not None
        location = known.location
    kept = cast(FilesKept, files or (known.files if known else "all"))
    origin = Origin(location, kept, key).normal()
    if known is not None and key is None and known.location == origin.location:
        origin = origin._replace(key=known.key)
    note_origin(workspace.settings.index, origin)
    return origin


def _follow(
    workspace: Workspace,
    origin: Origin,
    named: tuple[str, ...],
    *,
    as_of: str | None = None,
    with_snapshot: bool = False,
    witness: WitnessRecord | None = None,
) -> Followed:
    settings = workspace.settings
    options = settings.s3.options()
    sources = tuple(sorted({*workspace.sources, *named}))
    followed = origin.open(options, sources)
    with progress() as bars:
        follower = Follower(
            followed,
            _own(followed, origin, create_store(settings.archive, options)),
            settings,
            workspace.sources,
            origin.files,
            bars,
            as_of,
            Trust(
                origin.key,
                trust_in(settings.signing, origin.key).roots,
                read_memory(memory_path(settings.index)),
            ),
            witness,
        )
        name = follower.begin_with_snapshot() if with_snapshot else None
        if name is not None:
            out.print(f"began with the index of the snapshot {escape(name)}")
        found = follower.follow_once()
        found.snapshot = name
    return found


def _own(followed: Archive, origin: Origin, store: ObjectStore) -> Archive:
    try:
        return open_copy(followed, store)
    except ObjectNotFound as error:
        raise ArchiveNotFound(origin.location) from error


def _go_on(follow: Callable[[], Followed], every_s: float) -> int:
    """Follow until interrupted, waiting while the origin is unavailable."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            try:
                found = follow()
            except TryLater as error:
                _logger.warning("%s; tried again in %g s", error, every_s)
            else:
                if found.segments or found.files or found.missing:
                    tell(found)
            time.sleep(every_s)
    except KeyboardInterrupt:
        return 0


def tell(found: Followed) -> int:
    """Print the result of a round; return the exit code."""
    for sha256 in found.missing[:20]:
        out.print(f"[yellow]not at the origin[/] the file {sha256}")
    out.print(
        f"{found.segments} segments, {found.files} files, {found.size_bytes} bytes; "
        f"{len(found.missing)} files missing at the origin"
    )
    if found.signer is not None:
        later = f"; {found.unsigned} segments came later" if found.unsigned else ""
        out.print(f"signed at {found.signed_at} by {found.signer}{later}", soft_wrap=True)
    if found.snapshot is not None:
        out.print(
            f"the log was checked; what the index has of {escape(found.snapshot)} is as that "
            "snapshot has it: `griffie rebuild --check` compares it with the log, row for row",
            soft_wrap=True,
        )
    return 3 if found.missing else 0
