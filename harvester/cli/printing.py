"""Escape everything that is printed, so that no text can control a terminal.

Titles, names and error messages come from sources. Written raw, a control character moves the
cursor, renames the window or hides a line, and a bidirectional override shows a text in another
order than it has. All of them are written as JSON writes them (`\\u202e`), so that JSON stays JSON.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOBase
from typing import IO, Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_ACTING = re.compile(
    # C0 but for tab and newline, DEL and C1; marks, embeddings, overrides and isolates of
    # bidirectional text; line and paragraph separators; lone surrogates, which no file takes.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def harmless(text: str) -> str:
    """Escape every character that a terminal would interpret as `\\uXXXX`."""
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class HarmlessStream(TextIOBase):
    """Standard output or error that escapes what it prints.

    Attributes:
        raw: the stream itself, for bytes and for output that rich has escaped.
    """

    def __init__(self, raw: TextIO) -> None:
        """Wrap a stream."""
        self.raw = raw

    def write(self, text: str, /) -> int:
        """Write text, escaped."""
        self.raw.write(harmless(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self.raw.flush()

    def isatty(self) -> bool:
        """Tell whether the stream is a terminal."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """Return the stream's descriptor."""
        return self.raw.fileno()

    @property
    def buffer(self) -> Any:
        """The stream of bytes, for files, which are written unchanged."""
        return self.raw.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return self.raw.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """The stream's handling of encoding errors."""
        return self.raw.errors


class HarmlessConsole(Console):
    """A rich console in which only rich itself can move the cursor."""

    @property
    def file(self) -> IO[str]:
        """The raw stream, since rich's own control sequences must pass."""
        stream = super().file
        return stream.raw if isinstance(stream, HarmlessStream) else stream

    @file.setter
    def file(self, new_file: IO[str]) -> None:
        # rich redirects output here while it draws progress bars.
        self._file = new_file

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render, with the text of each segment escaped."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)


@contextmanager
def harmless_streams() -> Iterator[None]:
    """Escape everything that is printed in the block, whoever prints it."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, HarmlessStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
