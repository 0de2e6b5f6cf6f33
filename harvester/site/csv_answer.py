"""Stream CSV: bounded memory, and errors that cut the response visibly."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from harvester.site.files import Send
from harvester.site.turns import DOWNLOADS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(value: object) -> object:
    """Escape a value that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as CSV that is safe for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([inert(value) for value in row] for row in rows)
    return text.getvalue().encode(errors="replace")


class CsvAnswer:
    """A streamed table; an error cuts the response, so that nobody takes it for complete."""

    def __init__(
        self, name: str, columns: Sequence[str], steps: AsyncIterator[list[list[object]]]
    ) -> None:
        """Prepare the response.

        Args:
            name: of the downloaded file.
            columns: of the first line.
            steps: batches of the other lines.
        """
        self._name = name
        self._columns = columns
        self._steps = steps

    async def asgi_send(self, send: Send) -> None:
        """Wait for a turn, and send the response.

        Raises:
            Busy: too many requests are waiting; nothing was sent.
        """
        async with DOWNLOADS.turn():
            # Read the first batch before sending, so that an error still gives an error page.
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
