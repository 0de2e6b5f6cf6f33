"""A small site of Dutch papers, whose records state rows as JSON and whose texts are given."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from archive.archive import Archive
from archive.entries import RecordEntry
from harvester.index import Index, TextRow
from harvester.site.app import make_site
from harvester.text import Text, dump, text_key
from tests.unit.archive.makers import digest
from tests.unit.index.makers import TIME, Log, document, file, read

SOURCE = "tweedekamer"


class Paper(NamedTuple):
    """A document's record and the text of its file."""

    id: str
    record: RecordEntry
    words: str


def paper(number: str, words: str, *more: Any, **values: object) -> Paper:
    """Make `kst-36725-<number>`, a letter unless told otherwise."""
    given: dict[str, object] = {"publication_id": f"kst-36725-{number}", **values}
    return Paper(f"d{number}", document(f"d{number}", *more, **given), words)


class Site:
    """Takes in papers, and answers requests."""

    def __init__(self, folder: Path) -> None:
        """Create an empty archive with its index."""
        self._path = folder / "index.sqlite"
        self._archive = Archive.create(folder / "archive", TIME)
        self._log = Log(SOURCE)
        self._words: dict[str, str] = {}
        self.index = Index.open(self._path, {SOURCE: read})

    def add(self, *papers: Paper, records: tuple[RecordEntry, ...] = ()) -> None:
        """Take in papers with their texts, and other records."""
        self._words |= {digest(one.words): one.words for one in papers}
        files = [file(one.id, one.words) for one in papers]
        self.index.apply(self._log.segment([*(one.record for one in papers), *records, *files]))
        self.index.refresh()
        for sha256, _ in self.index.wanted_texts():
            words = self._words[sha256]
            self._archive.store.put_derived(text_key(sha256), dump(Text("ok", words)))
            self.index.put_texts([TextRow(sha256, "ok", None, 1, words)])
        self.index.refresh()

    def get(self, path: str) -> Any:
        """Ask for a page in English, without following redirects."""
        site = make_site(self._path, self._archive)
        headers = {"Accept-Language": "en"}
        return asyncio.run(site.client.get(path, headers=headers, follow_redirects=False))
