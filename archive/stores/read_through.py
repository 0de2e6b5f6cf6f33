"""A read-through store: objects that it lacks are read from its origin."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveError, DocumentDamaged, ObjectNotFound, StoreUnavailable
from archive.stores import Lease, ObjectInfo, ObjectStore
from archive.stores.ranged_read import RangedRead, ranged_read

_BY_DIGEST = "payloads/"
_DERIVED = "texts/"


class ReadThroughStore(ObjectStore):
    """A follower's own store, with the files and texts of its origin behind it.

    Everything else, and all that is written, is its own. Files are verified against their digest
    before they are served; texts are kept after their first use.
    """

    def __init__(
        self,
        own: ObjectStore,
        origin: ObjectStore,
        is_vouched: Callable[[str, bytes], bool] | None = None,
    ) -> None:
        """Put a store before another one, which is not changed.

        Args:
            own: is asked first.
            origin: is asked for files and texts that `own` lacks.
            is_vouched: tells whether a text is the signed one; others count as missing. None
                accepts all.
        """
        self._own = own
        self._origin = origin
        self._is_vouched = is_vouched

    def __repr__(self) -> str:
        return f"ReadThroughStore({self._own!r}, {self._origin!r})"

    @property
    def staging(self) -> Path:
        """The staging folder of its own store."""
        return self._own.staging

    @property
    def at_once(self) -> int:
        """As many as the slower of the two stores wants."""
        return max(self._own.at_once, self._origin.at_once)

    def get(self, key: str) -> bytes:
        """Return an object's bytes; see `ObjectStore.get`."""
        try:
            return self._own.get(key)
        except ObjectNotFound:
            if key.startswith(_BY_DIGEST):
                with self._fetched(key) as file:
                    return file.read()
            if not key.startswith(_DERIVED):
                raise
        with _said_to_lack(key):
            content = self._origin.get(key)
        if self._is_vouched is not None and not self._is_vouched(key, content):
            raise ObjectNotFound(key)
        self._own.put_derived(key, content)
        return content

    def open(self, key: str) -> BinaryIO:
        """Open an object for reading; see `ObjectStore.open`."""
        try:
            return self._own.open(key)
        except ObjectNotFound:
            if not key.startswith(_BY_DIGEST):
                raise
        return self._fetched(key)

    def open_range(self, key: str, first: int, stop: int) -> RangedRead:
        """Open a range of an object; one of the origin is verified as a whole first."""
        if self._own.exists(key):
            return self._own.open_range(key, first, stop)
        return ranged_read(lambda: self.open(key), first, stop, key)

    def _fetched(self, key: str) -> BinaryIO:
        with _said_to_lack(key):
            file = self._origin.open(key)
        try:
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            if digest != key.rpartition("/")[2]:
                raise DocumentDamaged(key, "at the origin it is not what its name says")
            file.seek(0)
        except (ArchiveError, OSError):
            file.close()
            raise
        return file

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size; see `ObjectStore.head`."""
        try:
            return self._own.head(key)
        except ObjectNotFound:
            if not key.startswith((_BY_DIGEST, _DERIVED)):
                raise
        with _said_to_lack(key):
            return self._origin.head(key)

    def exists(self, key: str) -> bool:
        """Tell whether it has this itself, since the origin may lose objects any time."""
        return self._own.exists(key)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield its own objects; see `ObjectStore.list`."""
        return self._own.list(prefix, after=after)

    def lease(self, name: str, holder: str) -> AbstractContextManager[Lease]:
        """See `ObjectStore.lease`."""
        return self._own.lease(name, holder)

    def scratch(self) -> AbstractContextManager[ObjectStore]:
        """See `ObjectStore.scratch`."""
        return self._own.scratch()

    def sweep(self, older_than_s: float) -> int:
        """See `ObjectStore.sweep`."""
        return self._own.sweep(older_than_s)

    def put_new(self, key: str, content: bytes) -> None:
        """See `ObjectStore.put_new`."""
        self._own.put_new(key, content)

    def put_files(self, files: Mapping[str, Path]) -> None:
        """See `ObjectStore.put_files`."""
        self._own.put_files(files)

    def put_derived(self, key: str, content: bytes) -> None:
        """See `ObjectStore.put_derived`."""
        self._own.put_derived(key, content)

    def replace(self, key: str, source: Path) -> None:
        """See `ObjectStore.replace`."""
        self._own.replace(key, source)

    def erase(self, key: str) -> None:
        """See `ObjectStore.erase`."""
        self._own.erase(key)


@contextmanager
def _said_to_lack(key: str) -> Iterator[None]:
    """Add to an error of the origin that this copy lacks the object."""
    try:
        yield
    except StoreUnavailable as error:
        raise StoreUnavailable(
            error.where, f"{error.reason}; this copy of it has no {key} of its own"
        ) from error
