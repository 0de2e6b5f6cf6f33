"""Translate errors of the operating system into `ArchiveError`s."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import (
    ArchiveError,
    KeyInvalid,
    ObjectNotFound,
    StoreForbidden,
    StoreFull,
    StoreUnavailable,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
# No such name, a part of the path is a file, a symbolic link, a folder, a pipe: no object.
_NO_OBJECT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}


@contextmanager
def reading(key: str, root: Path) -> Iterator[None]:
    """Translate an `OSError` of the block, which reads, into an `ArchiveError` about `key`.

    A missing root is no missing object: the disk may just not be mounted.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_OBJECT and root.is_dir():
            raise ObjectNotFound(key) from error
        raise _translate(key, error) from error


@contextmanager
def writing(key: str) -> Iterator[None]:
    """Translate an `OSError` of the block, which writes, into an `ArchiveError` about `key`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_FOLDER:
            raise KeyInvalid(key, "a part of it is an object") from error
        raise _translate(key, error) from error


def _translate(where: str, error: OSError) -> ArchiveError:
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return StoreFull(where)
    if error.errno in _FORBIDDEN:
        return StoreForbidden(where, reason)
    return StoreUnavailable(where, reason)
