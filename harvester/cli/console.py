"""Output for people and programs: rich on a terminal, JSON lines elsewhere."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from harvester.cli.printing import HarmlessConsole
from harvester.progress import Progress as ProgressProtocol
from harvester.progress import Silent
from harvester.times import to_text

PIPED_WIDTH = 1_000
"""Width for output to programs and files, where no line is wrapped or cut."""


def _console(stream: TextIO) -> Console:
    width = None if stream.isatty() else PIPED_WIDTH
    return HarmlessConsole(stderr=stream is sys.stderr, highlight=False, width=width)


out = _console(sys.stdout)
err = _console(sys.stderr)

_CHATTY = {
    "mcp": logging.WARNING,
    # Scrapy logs settings and statistics at INFO; the report has the important ones.
    "scrapy": logging.WARNING,
    "asyncio": logging.WARNING,
    "httpx": logging.WARNING,
    "uvicorn": logging.WARNING,
    "botocore": logging.WARNING,
    # It logs tracebacks of truncated headers; the request is retried or reported anyway.
    "urllib3": logging.ERROR,
}
_SECRETIVE = {
    # At DEBUG they log headers, signatures and names of keys.
    "botocore": logging.INFO,
    "boto3": logging.INFO,
    "s3transfer": logging.INFO,
    "urllib3": logging.INFO,
    "httpx": logging.WARNING,
    "httpcore": logging.INFO,
    # It logs the access key's name and where it was found.
    "botocore.credentials": logging.WARNING,
}
"""Lowest log level of these loggers, whatever level is requested."""
_LEVELS = {0: logging.WARNING, 1: logging.INFO}
_context: dict[str, str] = {}


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON with the harvest that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": to_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            **_context,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start_logging(verbose: int) -> None:
    """Send the log to stderr, as JSON lines where that is no terminal."""
    if err.is_terminal:
        handler: logging.Handler = RichHandler(console=err, show_path=False, markup=False)
        handler.setFormatter(logging.Formatter("%(message)s"))
        level = _LEVELS.get(verbose, logging.DEBUG)
    else:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        level = logging.INFO if verbose < 2 else logging.DEBUG
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet = {**_SECRETIVE, **_CHATTY} if verbose < 2 else _SECRETIVE
    for name, least in quiet.items():
        logging.getLogger(name).setLevel(least)


def log_context(**fields: str) -> None:
    """Put fields (source, harvest) on every later line of the JSON log."""
    _context.update(fields)


def explain_error(message: str) -> None:
    """Print an error in one line."""
    if err.is_terminal:
        err.print(f"[bold red]griffie:[/] {_plain(message)}")
    else:
        logging.getLogger("griffie").error(message)


def _plain(message: str) -> str:
    return message.replace("[", r"\[")


class Bars:
    """Draw each phase as its own progress bar."""

    def __init__(self, bars: Progress) -> None:
        """Use a started `rich` progress display."""
        self._bars = bars
        self._task: TaskID | None = None

    def phase(self, title: str, total: int | None = None) -> None:
        """Finish the current bar and begin another."""
        self._finish()
        self._task = self._bars.add_task(title, total=total, detail="")

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.update(self._task, advance=steps, detail=detail)

    def _finish(self) -> None:
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=done, completed=done, detail="")


_supervised: list[ProgressProtocol] = []


def show_life(beats: ProgressProtocol) -> None:
    """Send progress to the service as heartbeats instead of drawing it."""
    _supervised.append(beats)


@contextmanager
def progress() -> Iterator[ProgressProtocol]:
    """Yield a progress display on a terminal, and a silent one elsewhere."""
    if _supervised:
        yield _supervised[-1]
        return
    if not err.is_terminal:
        yield Silent()
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("[dim]{task.fields[detail]}"),
    )
    with Progress(*columns, console=err, transient=False) as bars:
        yield Bars(bars)
