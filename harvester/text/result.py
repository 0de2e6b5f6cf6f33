"""The result of text extraction, and its form in the archive."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, cast, get_args

from archive.canonical import decode, encode, pack, unpack
from harvester.text.stated import PaperFacts, facts_from_json, facts_to_json

EXTRACTOR = "griffie-text-3"
"""Version of the extraction rules; changing it extracts every text again."""

REASON_LIMIT = 300
"""Most characters of a reason, since some parsers quote the file."""

Status: TypeAlias = Literal["ok", "empty", "failed", "unsupported"]
MarkKind: TypeAlias = Literal["heading", "item", "row", "note", "link"]

_STATUSES = get_args(Status)
_MARK_KINDS = get_args(MarkKind)
_FIELDS = frozenset({"extractor", "marks", "pages", "reason", "says", "status", "text"})


class ExtractionFailed(Exception):
    """The file has a known type, but its text cannot be extracted."""


class Mark(NamedTuple):
    """A marked range of a text: `text[start:end]`, in characters.

    Attributes:
        start: offset of its first character.
        end: offset after its last character.
        kind: `heading`: a paragraph. `item`: all the paragraphs of an item of a list, the first
            with the item's own sign, and the items of a list in it. `row`: a row of a table, its
            cells parted by ` | `, empty ones too. `note`: the paragraphs of a note, after the
            paragraph it belongs to. `link`: words that refer; no words at all if there are none.
        target: What a link refers to, in the source's words: an identifier, a URL, the id of a
            note; of a note its own id.
    """

    start: int
    end: int
    kind: MarkKind
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one file, or the reason for its lack.

    Attributes:
        status: `ok`; `empty` when the file holds no text (a scan); `failed` when it cannot be
            read; `unsupported` when files of its type have no text that can be taken out.
        text: Paragraphs, with an empty line between them.
        reason: why there is no text.
        pages: number of pages, if the file has pages.
        marks: by start, outer before inner; only where the file states them.
        says: facts that the file states about its paper; None if it states none.
    """

    status: Status
    text: str = ""
    reason: str | None = None
    pages: int | None = None
    marks: tuple[Mark, ...] = ()
    says: PaperFacts | None = None


def failed(reason: str) -> Text:
    """Return a failure with a short reason that is valid Unicode."""
    return Text("failed", reason=reason.encode(errors="replace").decode()[:REASON_LIMIT])


def text_key(sha256: str) -> str:
    """Return the key of the text of a file."""
    return f"texts/{EXTRACTOR}/{sha256[:2]}/{sha256}.json.gz"


def dump(text: Text) -> bytes:
    """Write a text as the archive keeps it; the same text gives the same bytes."""
    document = {
        "extractor": EXTRACTOR,
        "marks": [list(mark) for mark in text.marks],
        "pages": text.pages,
        "reason": text.reason,
        "says": None if text.says is None else facts_to_json(text.says),
        "status": text.status,
        "text": text.text,
    }
    return pack(encode(document))


def load(data: bytes) -> Text:
    """Read what `dump` wrote.

    Raises:
        ValueError: it is something else.
    """
    document = decode(unpack(data))
    if not isinstance(document, dict) or document.keys() != _FIELDS:
        raise ValueError("not a text")
    if document["extractor"] != EXTRACTOR:
        raise ValueError(f"made by {document['extractor']!r}, not by {EXTRACTOR!r}")
    status, text = document["status"], document["text"]
    reason, pages, says = document["reason"], document["pages"], document["says"]
    if status not in _STATUSES or not isinstance(text, str):
        raise ValueError("not a text")
    if not isinstance(reason, str | None) or not (pages is None or _is_count(pages)):
        raise ValueError("not a text")
    return Text(
        cast(Status, status),
        text,
        reason,
        cast("int | None", pages),
        _marks(document["marks"], len(text)),
        None if says is None else facts_from_json(says),
    )


def _marks(value: object, length: int) -> tuple[Mark, ...]:
    if not isinstance(value, list):
        raise ValueError("not marks")
    return tuple(_mark(item, length) for item in value)


def _mark(value: object, length: int) -> Mark:
    if not isinstance(value, list) or len(value) != len(Mark._fields):
        raise ValueError("not a mark")
    start, end, kind, target = value
    if not _is_count(start) or not _is_count(end) or not start <= end <= length:
        raise ValueError("a mark outside its text")
    if kind not in _MARK_KINDS or not isinstance(target, str | None):
        raise ValueError("not a mark")
    return Mark(start, end, kind, target)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
