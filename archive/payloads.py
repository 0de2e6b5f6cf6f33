"""Files exactly as received, stored once under their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from archive.keys import payload_key
from archive.stores import ObjectStore
from archive.stores.os_errors import writing
from archive.stores.ranged_read import RangedRead


class Staged(NamedTuple):
    """Received bytes in a temporary file: hashed, neither durable nor in the archive yet."""

    path: Path
    sha256: str
    size_bytes: int


class PayloadWriter:
    """Write a payload's bytes as they arrive; finish with `close` or `abort`."""

    def __init__(self, staging: Path) -> None:
        with writing(str(staging)):
            descriptor, path = tempfile.mkstemp(dir=staging)
        self._path = Path(path)
        self._file = os.fdopen(descriptor, "wb")
        self._digest = hashlib.sha256()
        self._size_bytes = 0

    @property
    def size_bytes(self) -> int:
        """Bytes written so far."""
        return self._size_bytes

    def write(self, chunk: bytes) -> None:
        """Write the next bytes.

        Raises:
            StoreFull: no room; call `abort`.
        """
        self._digest.update(chunk)
        self._size_bytes += len(chunk)
        with writing(str(self._path)):
            self._file.write(chunk)

    def close(self) -> Staged:
        """Finish the payload; `Payloads.commit` puts it into the archive.

        Raises:
            StoreFull: no room; call `abort`.
        """
        with writing(str(self._path)):
            self._file.close()
        return Staged(self._path, self._digest.hexdigest(), self._size_bytes)

    def abort(self) -> None:
        """Discard what was written; repeating it does no harm."""
        # Closing writes what is still in memory, which fails again on a full disk.
        try:
            self._file.close()
        except OSError:
            pass
        finally:
            self._path.unlink(missing_ok=True)


class Payloads:
    """The payloads of an archive."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def writer(self) -> PayloadWriter:
        """Return a writer for a new payload."""
        return PayloadWriter(self._store.staging)

    def commit(self, staged: Sequence[Staged]) -> None:
        """Store payloads, durably when this returns; equal payloads are stored once.

        The temporary files are gone afterwards. After an error or a crash some payloads may be
        stored, each of them whole; committing the same bytes again is harmless.
        """
        files: dict[str, Path] = {}
        for item in staged:
            first = files.setdefault(payload_key(item.sha256), item.path)
            if first != item.path:
                item.path.unlink(missing_ok=True)
        self._store.put_files(files)

    def open(self, sha256: str) -> BinaryIO:
        """Open a payload for reading; the result can seek, and the caller closes it.

        Raises:
            ObjectNotFound: the archive has no such payload.
        """
        return self._store.open(payload_key(sha256))

    def open_range(self, sha256: str, first: int, stop: int) -> RangedRead:
        """Open a range of a payload, unverified; see `ObjectStore.open_range`.

        Raises:
            ObjectNotFound: the archive has no such payload.
        """
        return self._store.open_range(payload_key(sha256), first, stop)

    def exists(self, sha256: str) -> bool:
        """Tell whether the archive has this payload."""
        return self._store.exists(payload_key(sha256))
