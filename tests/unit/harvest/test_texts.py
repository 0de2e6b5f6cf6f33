"""Texts of wanted files: read by the conventions of the parliament that published them."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from archive.archive import Archive
from harvester.harvest.texts import extract_wanted
from harvester.index import Index, TextRow
from harvester.progress import Silent
from harvester.settings import TextSettings

TIME = "2026-11-24T12:00:00.000Z"


class Wanting:
    """An index that wants the texts of some files once."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("CREATE TABLE file (sha256, source)")
        self.connection.executemany("INSERT INTO file VALUES (?, ?)", sources.items())
        self.wanted = [(sha256, "text/plain") for sha256 in sources]
        self.texts: dict[str, str] = {}

    def wanted_texts(self) -> list[tuple[str, str]]:
        wanted, self.wanted = self.wanted, []
        return wanted

    def put_texts(self, rows: Iterable[TextRow]) -> None:
        self.texts |= {row.sha256: row.text for row in rows}

    def refresh(self) -> None: ...

    def wanted_comparisons(self) -> list[tuple[str, str]]:
        return []

    def settle_comparisons(self) -> None: ...


def put(archive: Archive, content: bytes) -> str:
    writer = archive.payloads.writer()
    writer.write(content)
    staged = writer.close()
    archive.payloads.commit([staged])
    return staged.sha256


def test_a_file_is_read_by_the_conventions_of_its_source_and_of_no_other(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "archive", TIME)
    dutch = put(archive, b"de zorg-\nen welzijn")
    other = put(archive, b"een zorg-\nen welzijn")
    index = Wanting({dutch: "tweedekamer", other: "not_installed"})
    settings = TextSettings(workers=1)
    counts = extract_wanted(archive, cast(Index, cast(Any, index)), settings, Silent())
    assert counts == {"ok": 2}
    assert index.texts == {dutch: "de zorg- en welzijn", other: "een zorgen welzijn"}
