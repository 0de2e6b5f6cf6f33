"""Make a snapshot, sign it, and remove those that are not kept: what a schedule calls."""

from typing import NamedTuple

from archive.archive import Archive
from archive.snapshots import Snapshot
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.snapshot.create import Wish, create_snapshot
from harvester.snapshot.retention import remove_old
from harvester.snapshot.signing import NotStamped, sign_now, sign_snapshot
from harvester.source.spider import SourceSpider


class Published(NamedTuple):
    """What became of it."""

    snapshot: Snapshot
    is_new: bool
    """False: nothing is new since it was made."""
    is_signed: bool
    removed: tuple[str, ...]
    """Names of older snapshots that are not kept."""
    warning: str | None = None
    """Why it has no timestamp."""


def publish_snapshot(
    archive: Archive,
    settings: Settings,
    sources: dict[str, type[SourceSpider]],
    progress: Progress,
    wish: Wish | None = None,
) -> Published:
    """Publish a snapshot as `[snapshots]` and `[signing]` say; harvests go on meanwhile.

    Args:
        wish: what to make; None means all that is known, as the settings say.

    Raises:
        ConfigurationError: there is nothing yet, pyarrow is not installed, or the key is none.
        SnapshotExists: another one has the name that was wished for.
        Damage: the log, or a file that is wanted, is damaged.
    """
    wish = wish or Wish(with_files=settings.snapshots.with_files)
    snapshot, is_new = create_snapshot(archive, settings, sources, wish, progress)
    warning, is_signed = None, bool(settings.signing.key)
    try:
        sign_snapshot(archive, snapshot, settings.signing)
        sign_now(archive, settings)
    except NotStamped as error:
        warning = str(error)
    removed = remove_old(archive, settings.snapshots.keep)
    return Published(snapshot, is_new, is_signed, tuple(removed), warning)
