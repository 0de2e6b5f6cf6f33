"""A pointer to the last signed heads, for readers that cannot list objects.

`heads.json` names them, and each names those before it.
"""

from archive import canonical
from archive.archive import read_sealed
from archive.errors import DocumentDamaged, ObjectNotFound
from archive.mutable import replace
from archive.stores import ObjectStore

PREFIX = "heads/"
STAMP = ".timestamp.json"

LATEST_KEY = "heads.json"
FORMAT = "griffie-latest-heads/1"


def write_latest(store: ObjectStore, key: str) -> None:
    """Write which signed heads are the last, unless that is written already."""
    replace(store, LATEST_KEY, canonical.seal({"format": FORMAT, "latest": key}))


def read_latest(store: ObjectStore) -> str | None:
    """Return the key of the last signed heads; None if the pointer is missing.

    Raises:
        DocumentDamaged: the pointer is damaged.
    """
    try:
        said = read_sealed(store, LATEST_KEY)
    except ObjectNotFound:
        return None
    key = said.get("latest")
    is_key = isinstance(key, str) and key.startswith(PREFIX) and not key.endswith(STAMP)
    if said.get("format") != FORMAT or not is_key:
        raise DocumentDamaged(LATEST_KEY, "it names no signed heads")
    return str(key)
