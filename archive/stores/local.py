"""Objects as write-once files below one folder.

Bytes go to a file in `.tmp/` (invisible to `list` and `get`), are flushed to the device, and only
then get their name with link(2), which fails when the name exists. A kill or a power cut at any
moment leaves whole objects and, at worst, invisible temporary files.
"""

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from archive import keys
from archive.errors import ArchiveNotFound, KeyInvalid, ObjectExists, ObjectNotFound
from archive.stores import ObjectInfo, ObjectStore
from archive.stores.durability import flush_file, flush_folder, flush_group
from archive.stores.folder_lease import FOLDER, FolderLease
from archive.stores.os_errors import reading, writing
from archive.stores.ranged_read import RangedRead, ranged_read
from archive.stores.staging import sweep_folder

TEMP_FOLDER = ".tmp"
"""A hidden name, which no key can have."""


class LocalStore(ObjectStore):
    """An `ObjectStore` in a folder; each key is a path below it."""

    def __init__(self, root: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Use an existing folder.

        Args:
            root: the folder; it is never created here, so that a disk that is not mounted is an
                error and not an empty archive.
            clock: seconds since 1970, for `sweep`.

        Raises:
            ArchiveNotFound: there is no such folder.
        """
        if not root.is_dir():
            raise ArchiveNotFound(str(root))
        self._root = root.absolute()
        self._clock = clock

    @classmethod
    def create(cls, root: Path) -> "LocalStore":
        """Use a folder, and create it if it is missing."""
        with writing(str(root)):
            root.mkdir(parents=True, exist_ok=True)
        return cls(root)

    def __repr__(self) -> str:
        return f"LocalStore({str(self._root)!r})"

    @property
    def staging(self) -> Path:
        """The folder of temporary files."""
        folder = self._root / TEMP_FOLDER
        with writing(str(folder)):
            folder.mkdir(exist_ok=True)
        return folder

    @property
    def at_once(self) -> int:
        """One: a disk answers faster than threads switch."""
        return 1

    def lease(self, name: str, holder: str) -> contextlib.AbstractContextManager[FolderLease]:
        """Acquire the right to write, a lock of the system; see `ObjectStore.lease`."""
        return FolderLease(self._root / FOLDER / keys.check(name), name).hold()

    @contextlib.contextmanager
    def scratch(self) -> Iterator["LocalStore"]:
        """Create an empty store in the folder of temporary files; see `ObjectStore.scratch`."""
        folder = Path(tempfile.mkdtemp(dir=self.staging))
        try:
            yield LocalStore(folder)
        finally:
            shutil.rmtree(folder)

    def put_new(self, key: str, content: bytes) -> None:
        """Store an object durably; see `ObjectStore.put_new`."""
        path = self._path(key)
        if os.path.lexists(path):
            raise self._taken(key, path)
        with writing(key), self._temporary(content) as temp_path:
            for folder in self._make_folders([path]):
                flush_folder(folder)
            try:
                os.link(temp_path, path)
            except FileExistsError as error:
                raise self._taken(key, path) from error
            flush_folder(path.parent)

    def put_files(self, files: Mapping[str, Path]) -> None:
        """Move files to their keys as one durable group; see `ObjectStore.put_files`."""
        paths = {self._path(key): source for key, source in files.items()}
        if not paths:
            return
        with writing(f"{len(paths)} files"):
            sources = {path: self._own(source) for path, source in paths.items()}
            # The bytes of all files first, then all names: a name never leads to half a file, and
            # a group costs two flushes and not two for each file.
            flush_group(self._root, sources.values())
            folders = self._make_folders(sources)
            for path, source in sources.items():
                self._link_or_drop(source, path)
            # Also for a key that existed: who linked it may have died before flushing the name.
            flush_group(self._root, folders | {path.parent for path in sources})

    def put_derived(self, key: str, content: bytes) -> None:
        """Store what can be made again; see `ObjectStore.put_derived`."""
        path = self._path(key)
        if os.path.lexists(path):
            return
        with writing(key), self._temporary(content) as temp_path:
            self._make_folders([path])
            with contextlib.suppress(FileExistsError):
                os.link(temp_path, path)

    def replace(self, key: str, source: Path) -> None:
        """Put a file in an object's place; see `ObjectStore.replace`."""
        path = self._path(key)
        with writing(key):
            owned = self._own(source)
            flush_group(self._root, [owned])
            for folder in self._make_folders([path]):
                flush_folder(folder)
            os.replace(owned, path)
            flush_folder(path.parent)

    def erase(self, key: str) -> None:
        """Remove an object; see `ObjectStore.erase`."""
        path = self._path(key)
        with writing(key), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            flush_folder(path.parent)

    def get(self, key: str) -> bytes:
        """Return an object's bytes; see `ObjectStore.get`."""
        with self.open(key) as file, reading(key, self._root):
            return file.read()

    def open(self, key: str) -> BinaryIO:
        """Open an object for reading; see `ObjectStore.open`."""
        path = self._path(key)
        with reading(key, self._root):
            file = open(path, "rb", opener=_open_plainly)  # noqa: SIM115 - the caller closes it
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise ObjectNotFound(key)
        return file

    def open_range(self, key: str, first: int, stop: int) -> RangedRead:
        """Open a range of an object; see `ObjectStore.open_range`."""
        return ranged_read(lambda: self.open(key), first, stop, key)

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size; see `ObjectStore.head`."""
        with reading(key, self._root):
            status = os.lstat(self._path(key))
        if not stat.S_ISREG(status.st_mode):
            raise ObjectNotFound(key)
        return ObjectInfo(key, status.st_size)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield objects in byte order of their keys; see `ObjectStore.list`."""
        folder = prefix[: prefix.rfind("/") + 1]
        if not folder or all(map(keys.is_part, folder[:-1].split("/"))):
            yield from self._walk(folder, prefix, after)

    def sweep(self, older_than_s: float) -> int:
        """Remove temporary files that killed writers left; see `ObjectStore.sweep`."""
        with writing(TEMP_FOLDER):
            return sweep_folder(self.staging, self._clock() - older_than_s)

    def _path(self, key: str) -> Path:
        return self._root / keys.check(key)

    def _taken(self, key: str, path: Path) -> ObjectExists | KeyInvalid:
        if path.is_dir():
            return KeyInvalid(key, "it is a folder of other objects")
        return ObjectExists(key)

    @contextlib.contextmanager
    def _temporary(self, content: bytes) -> Iterator[str]:
        """Hold the bytes in a flushed, read-only temporary file; remove its name at the end."""
        descriptor, temp_path = tempfile.mkstemp(dir=self.staging)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(descriptor, 0o444)
                flush_file(descriptor)
            yield temp_path
        finally:
            os.unlink(temp_path)

    def _own(self, source: Path) -> Path:
        """Make a source read-only, and copy it if it is on another device."""
        if source.stat().st_dev != self._root.stat().st_dev:
            descriptor, copy = tempfile.mkstemp(dir=self.staging)
            os.close(descriptor)
            shutil.move(source, copy)
            source = Path(copy)
        source.chmod(0o444)
        return source

    def _make_folders(self, paths: Iterable[Path]) -> set[Path]:
        """Create the folders of these paths; return those that got a new name."""
        grown: set[Path] = set()
        for folder in {path.parent for path in paths}:
            missing = []
            while not folder.is_dir() and folder != self._root:
                missing.append(folder)
                folder = folder.parent
            for name in reversed(missing):
                name.mkdir(exist_ok=True)
                grown.add(name.parent)
        return grown

    def _link_or_drop(self, source: Path, path: Path) -> None:
        with contextlib.suppress(FileExistsError):
            os.link(source, path)
        source.unlink()

    def _walk(self, folder: str, prefix: str, after: str) -> Iterator[ObjectInfo]:
        for name in _names(self._root / folder, self._root):
            key = folder + name
            if name.endswith("/"):
                may_match = key.startswith(prefix) or prefix.startswith(key)
                if may_match and (key > after or after.startswith(key)):
                    yield from self._walk(key, prefix, after)
            elif key > after and key.startswith(prefix):
                with contextlib.suppress(ObjectNotFound):
                    yield self.head(key)


def _names(folder: Path, root: Path) -> list[str]:
    """Return the names in a folder, folders with a slash: then byte order is key order."""
    try:
        with reading(str(folder), root), os.scandir(folder) as entries:
            return sorted(
                entry.name + "/" * entry.is_dir(follow_symlinks=False)
                for entry in entries
                if keys.is_part(entry.name)
            )
    except ObjectNotFound:
        return []


def _open_plainly(path: str, flags: int) -> int:
    # Links are not followed: nothing outside the root is part of the archive.
    # Non-blocking: a pipe of that name must not hang its reader.
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
