"""Compose a text from pieces, with marks for the parts that have a meaning."""

import re
import unicodedata
from dataclasses import dataclass

from harvester.characters import normalise
from harvester.text.result import Mark, MarkKind

_APART = "\n\n"
_ENDS_OF_WORDS = frozenset(".,:;!?)]»”%–")
_SPACES = re.compile(r"\s+")
_FIRST_COMBINING = "\u0300"
"""No character before this one changes the letter before it."""


@dataclass(slots=True)
class _Open:
    """A mark that has begun and not ended."""

    start: int
    kind: MarkKind
    target: str | None


class Composer:
    """A text under construction, from pieces, lines and paragraphs.

    Spaces are single, however the pieces were cut, and stripped at line ends.
    Within a row of a table, paragraphs are lines of one paragraph.
    """

    def __init__(self) -> None:
        self._paragraphs: list[str] = []
        self._length = 0
        self._pieces: list[str] = []
        self._width = 0
        self._last = ""
        self._marks: list[Mark] = []
        self._groups: list[_Open] = []
        self._links: list[_Open] = []
        self._ended_links: list[tuple[_Open, int]] = []
        self._rows = 0
        self._has_cells = False
        self._cell_start = 0

    @property
    def is_between(self) -> bool:
        """Whether no paragraph has begun."""
        return not self._pieces

    def add(self, piece: str) -> None:
        """Add characters to the paragraph."""
        piece = piece if piece.isascii() and "\x7f" not in piece else normalise(piece)
        piece = _SPACES.sub(" ", piece)
        if piece[:1] == " " and self._last in ("", " ", "\n"):
            piece = piece[1:]
        if not piece:
            return
        if piece[0] >= _FIRST_COMBINING and self._pieces and unicodedata.combining(piece[0]):
            piece = unicodedata.normalize("NFC", self._take_last() + piece)
        self._put(piece)

    def begin_word(self) -> None:
        """Begin a new word, with a space if a word or sign precedes it."""
        if self._last.isalnum() or self._last in _ENDS_OF_WORDS:
            self.add(" ")

    def end_line(self) -> None:
        """End the line, not the paragraph."""
        if self._width > self._cell_start:
            self._trim()
            self._put("\n")

    def begin_cell(self) -> None:
        """Begin a cell of a row, with a separator after the previous one."""
        if self._has_cells:
            self._trim()
            self._put(" | " if self._pieces else "| ")
        self._has_cells = True
        self._cell_start = self._width

    def end_paragraph(self, kind: MarkKind | None = None) -> None:
        """End the paragraph, if one has begun, and mark its kind."""
        if self._rows:
            self.end_line()
            return
        if not (self._pieces or self._links or self._ended_links):
            return
        text, start = "".join(self._pieces).rstrip(" \n"), self._next_start()
        if kind == "row" and not text.strip("| "):
            text = ""
        self._put_links(text, start if text else self._length)
        self._pieces, self._width, self._last, self._cell_start = [], 0, "", 0
        if not text:
            return
        self._paragraphs.append(text)
        self._length = start + len(text)
        if kind:
            self._marks.append(Mark(start, self._length, kind))

    def begin_row(self) -> None:
        """Begin a row, which is one paragraph; a row within a row is a line of it."""
        self.end_paragraph()
        self._rows += 1

    def end_row(self) -> None:
        """End the row; an empty one is dropped."""
        self._rows -= 1
        self.end_paragraph("row")
        if not self._rows:
            self._has_cells = False

    def begin_group(self, kind: MarkKind, target: str | None = None) -> None:
        """Begin paragraphs that belong together: an item, a note."""
        self.end_paragraph()
        self._groups.append(_Open(self._next_start(), kind, target))

    def end_group(self) -> None:
        """End the group that `begin_group` began; an empty one is dropped."""
        self.end_paragraph()
        group = self._groups.pop()
        if self._length > group.start and not self._rows:
            self._marks.append(Mark(group.start, self._length, group.kind, group.target))

    def begin_link(self, target: str | None) -> None:
        """Begin a link."""
        self._links.append(_Open(self._width, "link", target))

    def end_link(self) -> None:
        """End the link that `begin_link` began; a link does not span paragraphs."""
        if self._links:
            self._ended_links.append((self._links.pop(), self._width))

    def finish(self) -> tuple[str, tuple[Mark, ...]]:
        """Return the text and its marks, by start, outer before inner."""
        self.end_paragraph()
        marks = sorted(self._marks, key=lambda mark: (mark.start, -mark.end))
        return _APART.join(self._paragraphs), tuple(marks)

    def _next_start(self) -> int:
        return self._length + len(_APART) if self._paragraphs else 0

    def _put(self, piece: str) -> None:
        self._pieces.append(piece)
        self._width += len(piece)
        self._last = piece[-1]

    def _take_last(self) -> str:
        """Remove and return the last character."""
        piece = self._pieces.pop()
        self._width -= len(piece)
        if len(piece) > 1:
            self._put(piece[:-1])
        return piece[-1]

    def _trim(self) -> None:
        """Remove trailing spaces and line ends."""
        while self._pieces:
            piece = self._pieces.pop()
            self._width -= len(piece)
            piece = piece.rstrip(" \n")
            if piece:
                self._put(piece)
                return
        self._last = ""

    def _put_links(self, text: str, start: int) -> None:
        """Mark the links of the paragraph, without surrounding spaces."""
        while self._links:
            self.end_link()
        for link, end in self._ended_links:
            words = text[link.start : end]
            first = min(link.start, len(text)) + len(words) - len(words.lstrip(" \n"))
            last = max(first, min(end, len(text)) - len(words) + len(words.rstrip(" \n")))
            self._marks.append(Mark(start + first, start + last, "link", link.target))
        self._ended_links.clear()
