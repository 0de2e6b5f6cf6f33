"""The few objects of an archive that are replaced: pointers, lists and signatures."""

import hashlib

from archive.errors import ObjectNotFound
from archive.stores import ObjectStore


def replace(store: ObjectStore, key: str, data: bytes) -> None:
    """Create or replace an object, unless it has this content already."""
    try:
        if store.get(key) == data:
            return
    except ObjectNotFound:
        pass
    path = store.staging / f"replace-{hashlib.sha256(key.encode() + data).hexdigest()}"
    path.write_bytes(data)
    store.replace(key, path)
