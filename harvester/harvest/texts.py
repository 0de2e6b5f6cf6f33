"""Provide the text of every file: from `texts/` if it is there, else by extraction."""

import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

from archive.archive import Archive
from archive.errors import ObjectNotFound
from archive.prefetch import prefetch
from harvester.index import ComparisonRow, Index, Signature, Statement, TextRow
from harvester.progress import Progress
from harvester.settings import TextSettings
from harvester.source.registry import parliament_of
from harvester.text import (
    NO_CONVENTIONS,
    Conventions,
    Extractor,
    PaperFacts,
    Text,
    dump,
    load,
    text_key,
)
from harvester.text.comparison import compare_texts

_logger = logging.getLogger(__name__)

LARGE_BYTES = 8 * 1024 * 1024
"""Larger files are passed to workers by name, to keep them out of this process's memory."""
GROUP = 200
"""Texts per transaction of the index."""
Given = TypeVar("Given")
Got = TypeVar("Got")


def extract_wanted(
    archive: Archive, index: Index, settings: TextSettings, progress: Progress
) -> Counter[str]:
    """Put the text of every file into the index; return how many ended in which status.

    After an interruption at any moment, the next call continues with what is still missing.
    """
    extraction = _Extraction(archive, index, settings, progress)
    # A text may make another file stand for its paper, whose words are then wanted too.
    while wanted := index.wanted_texts():
        extraction.take_all(wanted)
        index.refresh()
    extraction.compare_wanted()
    return extraction.counts


@dataclass(frozen=True, slots=True)
class _Extraction:
    """One pass over the files without a text."""

    archive: Archive
    index: Index
    settings: TextSettings
    progress: Progress
    counts: Counter[str] = field(default_factory=Counter)

    def take_all(self, wanted: list[tuple[str, str]]) -> None:
        """Take the texts that the archive keeps, and extract the others."""
        self.progress.phase("texts", len(wanted))
        missing: list[tuple[str, str]] = []

        def kept() -> Iterator[tuple[str, Text]]:
            for item, text in _prefetch(self.archive, self._kept, wanted):
                if text is None:
                    missing.append(item)
                else:
                    self.progress.advance()
                    yield item[0], text

        for group in _groups(kept()):
            self._enter(group)
        for group in _groups(self._extracted(missing)):
            for _ in _prefetch(self.archive, self._keep, group):
                pass
            self._enter(group)

    def _kept(self, item: tuple[str, str]) -> Text | None:
        return load_kept(self.archive, item[0])

    def _keep(self, made: tuple[str, Text]) -> None:
        sha256, text = made
        self.archive.put_text(text_key(sha256), dump(text))

    def _enter(self, group: list[tuple[str, Text]]) -> None:
        self.index.put_texts(_row(sha256, text) for sha256, text in group)
        self.counts.update(text.status for _, text in group)

    def _extracted(self, missing: list[tuple[str, str]]) -> Iterator[tuple[str, Text]]:
        if not missing:
            return
        large: dict[str, BinaryIO] = {}
        fetched = _prefetch(
            self.archive, lambda item: _content(self.archive, item[0], large), missing
        )
        files = (
            (sha256, content, media_type, self._conventions(sha256))
            for (sha256, media_type), content in fetched
        )
        limits = self.settings
        with Extractor(
            workers=limits.workers, timeout_s=limits.timeout_s, memory_bytes=limits.memory_bytes
        ) as extractor:
            try:
                for sha256, text in extractor.map(files):
                    if sha256 in large:
                        large.pop(sha256).close()
                    self.progress.advance()
                    yield sha256, text
            finally:
                for file in large.values():
                    file.close()

    def _conventions(self, sha256: str) -> Conventions:
        """Return the conventions of the parliament whose source published a file.

        Equal bytes at several sources are read by those of the first, by name.
        """
        [source] = self.index.connection.execute(
            "SELECT min(source) FROM file WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return parliament_of(source).conventions if source else NO_CONVENTIONS

    def compare_wanted(self) -> None:
        """Compare the texts that two sources publish of one paper."""
        wanted = [
            (one, two, self._conventions(one)) for one, two in self.index.wanted_comparisons()
        ]
        if wanted:
            self.progress.phase("witnesses", len(wanted))
        for group in _groups(_prefetch(self.archive, self._compared, wanted)):
            self.index.put_comparisons([row for _, row in group if row is not None])
            self.progress.advance(len(group))
        self.index.settle_comparisons()

    def _compared(self, pair: tuple[str, str, Conventions]) -> ComparisonRow | None:
        sha256, other_sha256, conventions = pair
        one = load_kept(self.archive, sha256)
        two = load_kept(self.archive, other_sha256)
        if one is None or two is None:
            return None  # the next harvest extracts a lost text again
        found = compare_texts(one.text, two.text, conventions)
        differences = [difference._asdict() for difference in found.differences]
        agrees = None if found.agrees is None else int(found.agrees)
        told = json.dumps(differences, ensure_ascii=False)
        return ComparisonRow(sha256, other_sha256, agrees, told, *found.outside)


def _row(sha256: str, text: Text) -> TextRow:
    return TextRow(
        sha256,
        text.status,
        text.reason,
        text.pages,
        text.text,
        tuple(
            (mark.start, mark.end, mark.target)
            for mark in text.marks
            if mark.kind == "link" and mark.target
        ),
        _statement(text.says) if text.says else None,
    )


def _statement(says: PaperFacts) -> Statement:
    labels = (f"{d.number}-{d.chapter}" if d.chapter else d.number for d in says.dossiers)
    return Statement(
        says.heading,
        " ".join(labels) or None,
        says.number,
        says.chamber,
        says.session_year,
        says.dated_on,
        says.addressee,
        says.status,
        ", ".join(says.unknown) or None,
        tuple(Signature(*person) for person in says.people),
    )


def _prefetch(
    archive: Archive, call: Callable[[Given], Got], items: Iterable[Given]
) -> Iterator[tuple[Given, Got]]:
    """Yield each item with the result of `call`, in order.

    The store determines how many calls run at once, since requests to a bucket have latency.
    """
    at_once = archive.store.at_once
    if at_once == 1:
        yield from ((item, call(item)) for item in items)
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="texts") as pool:
        yield from prefetch(pool, call, items, at_once)


def _groups(items: Iterable[Given]) -> Iterator[list[Given]]:
    group: list[Given] = []
    for item in items:
        group.append(item)
        if len(group) >= GROUP:
            yield group
            group = []
    if group:
        yield group


def load_kept(archive: Archive, sha256: str) -> Text | None:
    """Return the kept text; None if there is none that can be read."""
    with suppress(ObjectNotFound):
        data = archive.store.get(text_key(sha256))
        try:
            return load(data)
        except ValueError as error:
            _logger.warning("%s is damaged and is made again: %s", text_key(sha256), error)
    return None


def _content(archive: Archive, sha256: str, large: dict[str, BinaryIO]) -> bytes | Path:
    """Return a file's bytes, or the name of a large one, which is then held open in `large`."""
    file = archive.payloads.open(sha256)
    if file.seek(0, os.SEEK_END) > LARGE_BYTES:
        large[sha256] = file
        return Path(file.name)
    with file:
        file.seek(0)
        return file.read()
