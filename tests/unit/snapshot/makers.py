"""An archive of testland that grew by a segment a day, and its index."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.entries import Entry, Head, PayloadEntry, RecordEntry
from harvester.index import Index
from harvester.progress import Silent
from harvester.settings import Settings, TextSettings
from harvester.snapshot.heads_then import HeadsThen, heads_then, takedowns_key
from harvester.snapshot.kept import KeptIndexes
from harvester.source.spider import SourceSpider
from harvester.text import Text, dump, text_key
from tests.unit.archive.makers import digest
from tests.unit.index.makers import HARVEST, READERS, SOURCE, document, file, read, select

GROUPS: list[list[Entry]] = [
    [document("a"), file("a")],
    [document("b"), file("b", "other bytes")],
    [document("c")],
]
SETTINGS = Settings(text=TextSettings(workers=1))


class Testland(SourceSpider):
    """The source of these tests."""

    __test__ = False
    read = staticmethod(read)


SOURCES: dict[str, type[SourceSpider]] = {SOURCE: Testland}  # type: ignore[type-abstract]


def at(day: int) -> str:
    return f"2020-11-{day:02}T12:00:00.000Z"


def _seen(entry: Entry, moment: str) -> Entry:
    if isinstance(entry, RecordEntry):
        return replace(entry, observed_at=moment)
    return replace(entry, retrieved_at=moment) if isinstance(entry, PayloadEntry) else entry


class Old:
    """An archive that grows by a segment a day, and its index."""

    def __init__(self, folder: Path) -> None:
        self.archive = Archive.create(folder / "archive", at(1))
        self.kept = KeptIndexes(folder / "index.sqlite", 2)
        self._head: Head | None = None
        for content in ("bytes", "other bytes"):
            key = text_key(digest(content))
            self.archive.store.put_derived(key, dump(Text("ok", f"words of {content}")))
        for group in GROUPS:
            self.add(*group)

    def add(self, *entries: Entry) -> None:
        day = self._head.sequence + 1 if self._head else 1
        seen = [_seen(entry, at(day)) for entry in entries]
        log = self.archive.log(SOURCE)
        self._head = log.append(
            seen, {"Thing": day}, after=self._head, harvest=HARVEST, written_at=at(day)
        ).head
        index = Index.open(self.kept.index, READERS)
        index.catch_up(log)
        index.close()

    def ask(self, moment: str) -> tuple[HeadsThen, str]:
        with closing(sqlite3.connect(self.kept.index)) as connection:
            return heads_then(connection, moment), takedowns_key(connection)

    def find(self, moment: str) -> Path | None:
        return self.kept.find(*self.ask(moment))

    def make(self, moment: str) -> Path:
        return self.kept.make(self.archive, SETTINGS, SOURCES, moment, Silent())

    def papers(self, path: Path, sql: str = "SELECT id FROM paper ORDER BY id") -> list[Any]:
        index = Index.open(path, READERS)
        found = [row[0] for row in select(index, sql)]
        index.close()
        return found
