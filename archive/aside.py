"""Quarantine: what a source sent and could not be read as a record, kept verbatim in the footer.

See README.md, "Put aside". It is in the footer rather than among the entries because readers of
`griffie-log/1` ignore members that they do not know and reject entries that they do not know.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from archive import fields
from archive.canonical import JSON
from archive.errors import EntryInvalid
from archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Aside:
    """One quarantined item; without bytes, the note that its quarantine has ended."""

    category: str
    name: str
    """The id of the record that it seems to be, or `sha256:<digest>` if it shows none."""
    noted_at: str
    reason: str
    """Why it was quarantined, or why that has ended."""
    url: str = ""
    """The address it came from, to request it again."""
    media_type: str = ""
    raw: bytes | None = None
    """The bytes as received; None if the quarantine has ended."""

    @property
    def sha256(self) -> str | None:
        """The digest of the received bytes; None if the quarantine has ended."""
        return None if self.raw is None else hashlib.sha256(self.raw).hexdigest()

    def to_json(self) -> dict[str, JSON]:
        """Return the item as JSON; bytes that are not UTF-8 become base64."""
        text = encoded = None
        if self.raw is not None:
            try:
                text = self.raw.decode()
            except UnicodeDecodeError:
                encoded = base64.b64encode(self.raw).decode()
        return fields.present(
            category=self.category,
            name=self.name,
            noted_at=self.noted_at,
            reason=self.reason,
            url=self.url or None,
            media_type=self.media_type or None,
            raw=text,
            raw_base64=encoded,
        )

    @classmethod
    def from_json(cls, line: Fields) -> "Aside":
        """Read and check the fields; raises `EntryInvalid`."""
        return cls(
            fields.text(line, "category"),
            fields.text(line, "name"),
            fields.time(line, "noted_at"),
            fields.text(line, "reason"),
            fields.optional_text(line, "url") or "",
            fields.optional_text(line, "media_type") or "",
            _raw(line),
        )


def _raw(line: Fields) -> bytes | None:
    text, encoded = (fields.optional_text(line, name) for name in ("raw", "raw_base64"))
    if text is not None and encoded is not None:
        raise EntryInvalid("raw and raw_base64 exclude each other")
    if encoded is None:
        return None if text is None else text.encode("utf-8", "backslashreplace")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise EntryInvalid(f"raw_base64 is no base64: {error}") from error


def parse_asides(footer: Fields) -> tuple[Aside, ...]:
    """Read the quarantined items of a footer; raises `EntryInvalid`."""
    values = footer.get("aside")
    return () if values is None else tuple(map(Aside.from_json, fields.as_objects(values)))


def asides_to_json(asides: Sequence[Aside]) -> list[JSON]:
    """Return quarantined items as the member `aside` of a footer."""
    return [aside.to_json() for aside in asides]
