"""`griffie try`: walk a few pages of a source and show the result, writing nothing."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from archive.entries import RecordEntry
from harvester.cli.workspace import Workspace
from harvester.errors import HarvesterError
from harvester.harvest.crawl import Crawls, Item
from harvester.settings.sources import polite, source_options
from harvester.source.registry import source_named
from harvester.source.spider import SourceSpider
from harvester.source.steps import Failure, Step

EPILOG = """\b
Example:
  griffie try SOURCE --pages 2 --since 2026-11-20"""


class SourceFailed(HarvesterError):
    """The source could not be walked."""

    exit_code = 3


@click.command(name="try", epilog=EPILOG)
@click.argument("source")
@click.option("--pages", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Where to begin (UTC).")
@click.option("--rows", type=click.IntRange(min=0), default=3, show_default=True,
              help="Records of each page whose rows are shown.")  # fmt: skip
@click.pass_obj
def command(
    config: Path | None, source: str, pages: int, since: datetime | None, rows: int
) -> None:
    """Walk a few pages of SOURCE and show its steps, rows and unknown fields.

    Neither archive nor index is opened, and no file is fetched: for writing a spider, and to see
    what a source sends today.
    """
    workspace = Workspace.load(config)
    spider = source_named(source, workspace.sources)
    options = source_options(spider, workspace.settings.sources.get(source, {}))
    fetch = polite(workspace.settings.fetch, spider.politeness(options))
    crawls = Crawls(fetch, spider.hosts(options))
    trial = Trial(spider, crawls, pages, rows)
    begin = since.replace(tzinfo=UTC) if since else None
    asyncio.run(crawls.run(spider, trial.take, options=options, position={}, since=begin))
    trial.conclude()


class Trial:
    """Print what a spider yields."""

    def __init__(self, spider: type[SourceSpider], crawls: Crawls, pages: int, rows: int) -> None:
        """Limit the pages, and the records of each whose rows are shown."""
        self._read = spider.read
        self._crawls = crawls
        self._stopping: asyncio.Task[None] | None = None
        self._pages = pages
        self._rows = rows
        self._steps = 0
        self._failures = 0
        self._unknown: Counter[str] = Counter()
        self._met: Counter[str] = Counter()

    def take(self, item: Item) -> None:
        """Show a step or a failure; items after the last page are not shown."""
        if self._stopping is not None:
            return
        if isinstance(item, Failure):
            self._failures += 1
            click.echo(f"failure of {item.category}: {item.reason} ({item.url})")
        if not isinstance(item, Step):
            return
        self._steps += 1
        click.echo(
            f"step {self._steps} of {item.category}: {len(item.observations)} records, "
            f"goes on at {json.dumps(item.cursor, ensure_ascii=False)}"
        )
        self._unknown.update(item.unknown)
        self._met.update(item.met)
        for place, entry in enumerate(item.observations):
            self._show(entry, is_shown=place < self._rows)
        if self._steps >= self._pages:
            self._stopping = asyncio.create_task(self._crawls.stop())

    def _show(self, entry: RecordEntry, *, is_shown: bool) -> None:
        reading = self._read(entry)
        self._unknown.update(reading.unknown)
        if is_shown:
            click.echo(f"  {entry.id} {entry.state}, offers {len(entry.enclosures)} files")
            for row in reading.rows:
                click.echo(f"    {type(row).__name__} {_filled(row)}")

    def conclude(self) -> None:
        """Print which open answers were met, and unknown fields and values.

        Raises:
            SourceFailed: no page was read, and something failed.
        """
        for what, count in sorted(self._met.items()):
            click.echo(f"met: {what} ({count})")
        for what, count in sorted(self._unknown.items()):
            click.echo(f"unknown: {what} ({count})")
        click.echo(f"{self._steps} steps, {self._failures} failures; nothing was written")
        if self._failures and not self._steps:
            raise SourceFailed("the source gave no page; the failures are above")


def _filled(row: Any) -> str:
    """Return the fields of a row that have a value, as JSON."""
    values = {name: value for name, value in row._asdict().items() if value is not None}
    return json.dumps(values, ensure_ascii=False)
