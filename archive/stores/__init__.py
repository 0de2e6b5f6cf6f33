"""Where objects live: the promises that every store keeps.

`tests/contract/object_store_contract.py` holds each store to them.
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
    """A right that was taken and can be lost."""

    def check(self) -> None:
        """Do nothing while it is held.

        Raises:
            LeaseLost: it is not certain any more.
        """
        ...


class Readable(Protocol):
    """Where objects can be read by their keys."""

    def get(self, key: str) -> bytes:
        """Return an object's bytes; see `ObjectStore.get`."""
        ...


class ObjectStore(Protocol):
    """A map from keys to bytes in which nothing is ever rewritten or removed.

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
        """A local folder where the sources of `put_files` are best made; it exists."""
        ...

    @property
    def at_once(self) -> int:
        """How many calls of different threads are best under way; 1 where waiting is no cost."""
        ...

    def lease(self, name: str, holder: str) -> AbstractContextManager[Lease]:
        """Take the right to write what is named, as one of those who ask for it.

        Args:
            name: as a part of a key.
            holder: who takes it, as a part of a key: a name that stays when this writer is killed
                and started again, and that no writer has who may run at the same time.

        Raises:
            LeaseHeld: another has it.
        """
        ...

    def scratch(self) -> AbstractContextManager["ObjectStore"]:
        """Give an empty store of the same kind in a hidden place, which is removed at the end."""
        ...

    def sweep(self, older_than_s: float) -> int:
        """Remove temporary files that killed writers left; return how many.

        Args:
            older_than_s: the age from which nobody can still be writing one.
        """
        ...

    def put_new(self, key: str, content: bytes) -> None:
        """Store an object; it is durable when this returns.

        Raises:
            ObjectExists: someone stored this key before; theirs was left as it is.
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
        """Store what can be made again, unless the key exists.

        After a power cut it may be missing; it is never there in part.
        """
        ...

    def replace(self, key: str, source: Path) -> None:
        """Put a file in the place of a damaged object, or of none; for repairs alone.

        Durable when this returns; until then the object is what it was. The source is gone.
        """
        ...

    def erase(self, key: str) -> None:
        """Remove an object with all that the store keeps of it; for takedowns alone.

        Harmless when there is none.

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
        """Open the bytes of an object from one place up to another; the caller closes it.

        Nothing but these bytes is fetched, where the server allows, and that while they are read.

        Args:
            key: of the object.
            first: the place of the first byte.
            stop: the place after the last one: after `first`, and at most the object's size.

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
