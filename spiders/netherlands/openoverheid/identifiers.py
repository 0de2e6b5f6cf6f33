"""Identifiers of documents, and how they follow from those of other publications (guide 2)."""

import hashlib
import re

_is_id = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,99}").fullmatch
_is_uuid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE).fullmatch
_versioned = re.compile(r"(.+)_([0-9]{1,9})", re.ASCII).fullmatch
COPY_LABEL = "oep"
"""The label of the collection of official publications."""
COPY_PREFIX = f"{COPY_LABEL}-"


def copy_id(identifier: str) -> str:
    """Return the id that the platform gives its copy of an official publication.

    >>> copy_id("kst-35842-4")
    'oep-4c67a2bd25708b00a9e7340c925b7dccec638e13'
    """
    digest = hashlib.sha1(f"{COPY_LABEL}{identifier}".encode(), usedforsecurity=False)
    return f"{COPY_PREFIX}{digest.hexdigest()}"


def is_uuid(text: str) -> bool:
    """Tell whether an id is a UUID, as those of documents that ministries hand in are."""
    return _is_uuid(text) is not None


def without_version(name: str) -> tuple[str, int | None]:
    """Split the number of a version off an id as lists give it: `<id>_<number>`."""
    match = _versioned(name)
    return (match[1], int(match[2])) if match else (name, None)


def id_of(address: str | None) -> str | None:
    """Return the id that a `pid`, or a relation, names; None if it names none.

    Relations hold addresses (`https://…/documenten/<id>`) or bare ids.
    """
    if address is None:
        return None
    last = address.strip().rstrip("/").rpartition("/")[2]
    id_ = without_version(last)[0]
    return id_ if _is_id(id_) else None
