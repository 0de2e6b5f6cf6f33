"""The origin of a follower, recorded beside its index."""

import json
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from archive.archive import Archive
from archive.errors import ArchiveNotFound
from archive.signed_origin import vouched_texts
from archive.stores.location import is_remote, open_store
from archive.stores.options import S3Options
from archive.stores.read_through import ReadThroughStore
from harvester.errors import ConfigurationError

FilesKept = Literal["none", "current", "all"]


class Origin(NamedTuple):
    """The location of the followed archive, and which of its files are kept here."""

    location: str
    """A folder, `s3://bucket/prefix` or `https://host/path`."""
    files: FilesKept = "all"
    key: str | None = None
    """The public key, as hex, that must have signed it."""

    def normal(self) -> "Origin":
        """Return it with an absolute path, if it is in a folder."""
        if is_remote(self.location):
            return self
        return self._replace(location=str(Path(self.location).absolute()))

    def open(self, options: S3Options, sources: tuple[str, ...]) -> Archive:
        """Open the archive that is followed.

        Raises:
            ArchiveNotFound: its folder is missing.
        """
        return Archive(open_store(self.location, options, sources))


def state_path(index: Path) -> Path:
    """Return the path of the record."""
    return index.with_name("follow.json")


def texts_due_path(index: Path) -> Path:
    """Return the path of a marker that exists until the texts of a snapshot's index are copied."""
    return index.with_name("follow.texts-due")


def read_origin(index: Path) -> Origin | None:
    """Return the origin; None if nothing is followed.

    Raises:
        ConfigurationError: the record cannot be read.
    """
    path = state_path(index)
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        location, files = said["location"], said["files"]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} cannot be read ({error}); follow again") from error
    key = said.get("key")
    if not isinstance(location, str) or files not in get_args(FilesKept):
        raise ConfigurationError(f"{path} names no origin; follow again")
    return Origin(location, files, None if key is None else str(key))


def note_origin(index: Path, origin: Origin) -> None:
    """Record the origin."""
    path = state_path(index)
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps(origin.normal()._asdict()), encoding="utf-8")
    beside.replace(path)


def through(own: Archive, origin: Archive) -> Archive:
    """Return a copy that reads through to its origin, accepting only signed texts."""
    return Archive(ReadThroughStore(own.store, origin.store, vouched_texts(own)))


def with_origin(own: Archive, index: Path, options: S3Options, sources: tuple[str, ...]) -> Archive:
    """Return an archive that also reads files and texts from its origin, if it has one."""
    origin = read_origin(index)
    if origin is None:
        return own
    try:
        return through(own, origin.open(options, sources))
    except ArchiveNotFound:
        return own  # local objects are readable all the same
