"""The one place through which text reaches a terminal or a pipe: nothing in it can act.

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
    """Return text with every character that a terminal would act on written as `\\uXXXX`."""
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class HarmlessStream(TextIOBase):
    """Standard output or error, through which only harmless text passes.

    Attributes:
        raw: the stream itself, for bytes and for what rich has already made harmless.
    """

    def __init__(self, raw: TextIO) -> None:
        """Write to this stream."""
        self.raw = raw

    def write(self, text: str, /) -> int:
        """Write text; what a terminal would act on is escaped."""
        self.raw.write(harmless(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self.raw.flush()

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """Return the stream's descriptor."""
        return self.raw.fileno()

    @property
    def buffer(self) -> Any:
        """The bytes below: files of papers are written as they are."""
        return self.raw.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return self.raw.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """How the stream treats what it cannot encode."""
        return self.raw.errors


class HarmlessConsole(Console):
    """A rich console in which only rich itself moves the cursor."""

    @property
    def file(self) -> IO[str]:
        """The stream that is written to: rich's own control sequences pass."""
        stream = super().file
        return stream.raw if isinstance(stream, HarmlessStream) else stream

    @file.setter
    def file(self, new_file: IO[str]) -> None:
        # rich redirects here while it draws progress bars.
        self._file = new_file

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render, with the text of each segment made harmless."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)


@contextmanager
def harmless_streams() -> Iterator[None]:
    """Let all that is printed meanwhile pass through here, whoever prints it."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, HarmlessStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
