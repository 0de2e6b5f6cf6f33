"""Object stores: the contract that every store implements.

`tests/contract/object_store_contract.py` tests each store against it.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from archive.errors import ObjectNotFound
from archive.stores.ranged_read import RangedRead


class ObjectInfo(NamedTuple):
    """An object's key and the number of its bytes."""

    key: str
    size_bytes: int


class Lease(Protocol):
    """The right to write, which can be lost."""

    def check(self) -> None:
        """Return while the lease is held.

        Raises:
            LeaseLost: it may have expired.
        """
        ...


class Readable(Protocol):
    """Something that reads objects by key."""

    def get(self, key: str) -> bytes:
        """Return an object's bytes; see `ObjectStore.get`."""
        ...


class ObjectStore(Protocol):
    """A write-once map from keys to bytes.

    - **Whole or not at all.** An object is visible with all its bytes or it is not visible: to
      other processes, after a kill, after a power cut. What a killed writer leaves is invisible.
    - **Once.** Of several writers of one key exactly one succeeds; readers only see its bytes.
    - **Keys** are as `archive.keys.check` says; every method raises `KeyInvalid` for others. A key
      is never also a folder of another key; a store may raise `KeyInvalid` for such a pair.
    - **Errors.** A store raises `StoreFull`, `StoreForbidden` or `StoreUnavailable` when something
      outside is in the way, and leaves nothing half-written in sight.
    """

    @property
    def staging(self) -> Path:
        """An existing local folder in which to create the sources of `put_files`."""
        ...

    @property
    def at_once(self) -> int:
        """Calls to run concurrently; 1 for a store without latency."""
        ...

    def lease(self, name: str, holder: str) -> AbstractContextManager[Lease]:
        """Acquire the right to write what is named.

        Args:
            name: valid as a part of a key.
            holder: valid as a part of a key; the same after a restart of this writer, and different
                from that of any writer that may run at the same time.

        Raises:
            LeaseHeld: another has it.
        """
        ...

    def scratch(self) -> AbstractContextManager["ObjectStore"]:
        """Create an empty store of the same kind in a hidden place, removed at the end."""
        ...

    def sweep(self, older_than_s: float) -> int:
        """Remove temporary files that killed writers left; return how many.

        Args:
            older_than_s: an age at which no writer can still be using one.
        """
        ...

    def put_new(self, key: str, content: bytes) -> None:
        """Store an object; it is durable when this returns.

        Raises:
            ObjectExists: the key exists; its object was left unchanged.
        """
        ...

    def put_files(self, files: Mapping[str, Path]) -> None:
        """Move each file to its key, or drop it when the key exists; durable when this returns.

        Keys are by content: files of one key have the same bytes, whoever brings them.

        The group is not atomic: after an error or a crash some keys may exist, each of them whole.
        The sources are gone when this returns.
        """
        ...

    def put_derived(self, key: str, content: bytes) -> None:
        """Store derived data, which can be made again, unless the key exists.

        After a power cut it may be missing; it is never there in part.
        """
        ...

    def replace(self, key: str, source: Path) -> None:
        """Replace a damaged or missing object by a file; for repairs alone.

        Durable when this returns; until then the object is unchanged. The source is gone.
        """
        ...

    def erase(self, key: str) -> None:
        """Remove an object with all its versions; for takedowns alone.

        Removing a missing object does no harm.

        Raises:
            StoreForbidden: it is locked against removal.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return an object's bytes.

        Raises:
            ObjectNotFound: no object has this key.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """Open an object for reading; the result can seek, and the caller closes it.

        It is a file on this machine, whose `name` is a path that can be read while it is open.

        Raises:
            ObjectNotFound: no object has this key.
        """
        ...

    def open_range(self, key: str, first: int, stop: int) -> RangedRead:
        """Open a range of an object's bytes; the caller closes it.

        Where the server allows it, only these bytes are fetched, and only as they are read.

        Args:
            key: of the object.
            first: offset of the first byte.
            stop: offset after the last byte: more than `first`, at most the object's size.

        Raises:
            ObjectNotFound: no object has this key.
        """
        ...

    def head(self, key: str) -> ObjectInfo:
        """Return an object's size without reading it.

        Raises:
            ObjectNotFound: no object has this key.
        """
        ...

    def exists(self, key: str) -> bool:
        """Tell whether an object has this key."""
        try:
            self.head(key)
        except ObjectNotFound:
            return False
        return True

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Yield the objects whose key starts with `prefix` and is greater than `after`.

        In ascending byte order of whole keys. Objects stored meanwhile may or may not be seen.
        `prefix` and `after` are compared as text; they need not be keys.
        """
        ...
