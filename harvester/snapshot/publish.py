"""Create and sign a snapshot, and remove expired ones."""

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
    """The result."""

    snapshot: Snapshot
    is_new: bool
    """False if nothing is new since the last one."""
    is_signed: bool
    removed: tuple[str, ...]
    """Names of removed older snapshots."""
    warning: str | None = None
    """Why it has no timestamp."""


def publish_snapshot(
    archive: Archive,
    settings: Settings,
    sources: dict[str, type[SourceSpider]],
    progress: Progress,
    wish: Wish | None = None,
) -> Published:
    """Publish a snapshot as `[snapshots]` and `[signing]` say, while harvests continue.

    Args:
        wish: the snapshot to create; None means the present, as the settings say.

    Raises:
        ConfigurationError: the archive is empty, pyarrow is not installed, or the key is invalid.
        SnapshotExists: another one has the requested name.
        Damage: the log or a wanted file is damaged.
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
