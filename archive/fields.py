"""Reading and checking the fields of a line; every function raises `EntryInvalid`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from archive.canonical import INTEGER_LIMIT, JSON
from archive.errors import EntryInvalid

Fields: TypeAlias = Mapping[str, Any]

_is_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII).fullmatch
_is_sha256 = re.compile(r"[0-9a-f]{64}").fullmatch


def present(**fields: JSON) -> dict[str, JSON]:
    """Return the fields that have a value; those that are None are left out."""
    return {name: value for name, value in fields.items() if value is not None}


def as_object(value: object) -> Fields:
    """Return the value, which must be a JSON object."""
    if type(value) is not dict:
        raise EntryInvalid("not an object")
    return value


def as_objects(value: object) -> Sequence[Fields]:
    """Return the value, which must be a list of JSON objects."""
    if type(value) is not list:
        raise EntryInvalid("not a list")
    return [as_object(item) for item in value]


def text(fields: Fields, name: str) -> str:
    """Return a field that must be text."""
    value = fields.get(name)
    if type(value) is not str:
        raise EntryInvalid(f"{name} is not text")
    return value


def optional_text(fields: Fields, name: str) -> str | None:
    """Return a field that is text, null or absent."""
    value = fields.get(name)
    if value is not None and type(value) is not str:
        raise EntryInvalid(f"{name} is not text")
    return value


def optional_size(fields: Fields, name: str) -> int | None:
    """Return a field that is a whole number from 0, null or absent."""
    value = fields.get(name)
    if value is None or (type(value) is int and 0 <= value <= INTEGER_LIMIT):
        return value
    raise EntryInvalid(f"{name} is not a whole number from 0 to 2**53 - 1")


def time(fields: Fields, name: str) -> str:
    """Return a field that must be a time as the format writes it."""
    value = text(fields, name)
    if not _is_time(value):
        raise EntryInvalid(f"{name} {value!r} is not like 2026-11-23T20:15:09.120Z")
    return value


def sha256(fields: Fields, name: str) -> str:
    """Return a field that must be a digest."""
    value = text(fields, name)
    if not _is_sha256(value):
        raise EntryInvalid(f"{name} is not 64 lower-case hex digits")
    return value


def sha256s(fields: Fields, name: str) -> tuple[str, ...]:
    """Return a field that must be a list of digests."""
    values = fields.get(name)
    if type(values) is not list or not all(type(v) is str and _is_sha256(v) for v in values):
        raise EntryInvalid(f"{name} is not a list of SHA-256 digests")
    return tuple(values)


def texts(fields: Fields, name: str) -> tuple[str, ...]:
    """Return a field that must be a list of text."""
    values = fields.get(name)
    if type(values) is not list or not all(type(value) is str for value in values):
        raise EntryInvalid(f"{name} is not a list of text")
    return tuple(values)
