"""What extraction makes of a file, and how the archive keeps it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from archive.canonical import decode, encode, pack, unpack

EXTRACTOR = "griffie-text-1"
"""Names these rules of extraction; another name makes every text again."""

REASON_LIMIT = 300
"""Characters of a reason that are kept: some parsers quote the file."""

Status: TypeAlias = Literal["ok", "empty", "failed", "unsupported"]

_STATUSES = ("ok", "empty", "failed", "unsupported")
_FIELDS = frozenset({"extractor", "pages", "reason", "status", "text"})


class ExtractionFailed(Exception):
    """The file is of a known type, and its text cannot be had."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one file, or why there is none.

    Attributes:
        status: `ok`; `empty` when the file holds no text (a scan); `failed` when it cannot be
            read; `unsupported` when files of its type have no text that can be taken out.
        text: Paragraphs, with an empty line between them.
        reason: Why there is no text.
        pages: How many pages the file has, where it has pages.
    """

    status: Status
    text: str = ""
    reason: str | None = None
    pages: int | None = None


def failed(reason: str) -> Text:
    """Say that the text cannot be had, in Unicode and in a few words."""
    return Text("failed", reason=reason.encode(errors="replace").decode()[:REASON_LIMIT])


def text_key(sha256: str) -> str:
    """Name the object that holds the text of the file with this digest."""
    return f"texts/{EXTRACTOR}/{sha256[:2]}/{sha256}.json.gz"


def dump(text: Text) -> bytes:
    """Write a text as the archive keeps it; the same text gives the same bytes."""
    document = {
        "extractor": EXTRACTOR,
        "pages": text.pages,
        "reason": text.reason,
        "status": text.status,
        "text": text.text,
    }
    return pack(encode(document))


def load(data: bytes) -> Text:
    """Read what `dump` wrote.

    Raises:
        ValueError: when it is something else.
    """
    document = decode(unpack(data))
    if not isinstance(document, dict) or document.keys() != _FIELDS:
        raise ValueError("not a text")
    if document["extractor"] != EXTRACTOR:
        raise ValueError(f"made by {document['extractor']!r}, not by {EXTRACTOR!r}")
    status, text = document["status"], document["text"]
    reason, pages = document["reason"], document["pages"]
    if status not in _STATUSES or not isinstance(text, str):
        raise ValueError("not a text")
    if not isinstance(reason, str | None) or not _is_count(pages):
        raise ValueError("not a text")
    return Text(cast(Status, status), text, reason, cast("int | None", pages))


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and value >= 0)
