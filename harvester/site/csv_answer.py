"""An answer in CSV that is sent while it is read: no end that nobody sees, no memory that grows."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from harvester.site.files import Send
from harvester.site.turns import DOWNLOADS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(value: object) -> object:
    """Keep a spreadsheet from taking a source's words for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as lines of CSV that a spreadsheet only shows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([inert(value) for value in row] for row in rows)
    return text.getvalue().encode(errors="replace")


class CsvAnswer:
    """A table, sent in steps; an error on the way cuts it short: nobody takes it for whole."""

    def __init__(
        self, name: str, columns: Sequence[str], steps: AsyncIterator[list[list[object]]]
    ) -> None:
        """Prepare it.

        Args:
            name: of the file in which a browser keeps it.
            columns: the first line.
            steps: the other lines, some at a time.
        """
        self._name = name
        self._columns = columns
        self._steps = steps

    async def asgi_send(self, send: Send) -> None:
        """Wait for a turn, and send it.

        Raises:
            Busy: too many wait already; nothing was sent.
        """
        async with DOWNLOADS.turn():
            # The first step is read before anything is sent: then an error is a page that says so.
            first: list[list[object]] = await anext(self._steps, [])
            await send({"type": "http.response.start", "status": 200, "headers": self._headers()})
            await _send_lines(send, csv_lines([self._columns, *first]))
            async for rows in self._steps:
                await _send_lines(send, csv_lines(rows))
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"content-type", b"text/csv; charset=utf-8"),
            (b"content-disposition", f'attachment; filename="{self._name}"'.encode()),
            (b"cache-control", b"public, max-age=60"),
        ]


async def _send_lines(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
