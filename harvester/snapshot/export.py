"""Export selected papers as a BagIt bag in a zip or tar, or as a web archive (WARC)."""

import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from archive import canonical
from archive.archive import Archive
from archive.entries import PayloadEntry, RecordEntry
from archive.errors import DocumentDamaged
from archive.keys import payload_key, segment_key
from archive.log import SOFTWARE, parse_stored
from archive.proofs import FIRST_LINE
from archive.snapshots import digest_of
from harvester.errors import ConfigurationError, PaperNotFound
from harvester.index.connection import open_readonly
from harvester.index.papers import find_paper
from harvester.snapshot import bags
from harvester.snapshot.signing import lines_of
from harvester.snapshot.tables import Table, tables

_BY_PAPER = {"papers": "id", "versions": "paper", "files": "paper", "aliases": "paper",
             "actors": "paper", "references": "paper"}  # fmt: skip
"""Tables whose rows are exported too, and their column that names the paper."""
_README = """\
Papers out of an archive that Griffie keeps: {what}.

The files lie in data/, a folder for each paper; data/files.csv says of each where it came from,
when, and its SHA-256. data/*.jsonl has what the archive says of the papers: one row a line.
Check it all: bagit.py --validate on this folder, or: sha256sum -c manifest-sha256.txt
"""


Search: TypeAlias = Callable[[sqlite3.Connection, str], Iterable[str]]
"""Returns the ids of the papers that a search finds."""


class Wanted(NamedTuple):
    """The requested papers."""

    query: str | None = None
    """A search, as on the site."""
    dossier: str | None = None
    """The label of a dossier, as in official ids."""
    papers: tuple[str, ...] = ()
    """Names or ids of papers."""
    search: Search | None = None
    """The search function for `query`."""

    def __str__(self) -> str:
        said = [f"search {self.query!r}"] if self.query else []
        said += [f"dossier {self.dossier}"] if self.dossier else []
        return ", ".join((*said, *self.papers))


def find_papers(connection: sqlite3.Connection, wanted: Wanted) -> list[str]:
    """Return the ids of the requested papers, in order.

    Raises:
        PaperNotFound: there are none, or a name is unknown.
    """
    found: set[str] = set()
    for name in wanted.papers:
        paper = find_paper(connection, name)
        if paper is None:
            raise PaperNotFound(f"no paper goes by {name!r}")
        found.add(paper)
    if wanted.dossier:
        rows = connection.execute("SELECT id FROM paper WHERE dossier = ?", (wanted.dossier,))
        found.update(id_ for (id_,) in rows)
    if wanted.query and wanted.search is not None:
        found.update(wanted.search(connection, wanted.query))
    if not found:
        raise PaperNotFound(f"nothing is found for {wanted}")
    return sorted(found)


def export_bag(archive: Archive, index: Path, wanted: Wanted, target: Path, name: str) -> int:
    """Write a bag of papers, with every version of their files; return how many papers.

    Args:
        target: the file to write.
        name: the final name, ending with `.zip` or `.tar`.

    Raises:
        PaperNotFound: nothing is found.
        Damage: a file is damaged or missing.
    """
    open_sink = bags.zip_sink if name.endswith(".zip") else bags.tar_sink
    with closing(open_readonly(index)) as connection:
        papers = find_papers(connection, wanted)
        files = bags.files_of_papers(connection, papers)
        more = {
            f"{table.name}.jsonl": _rows_of(connection, table, papers)
            for table in tables(connection)
            if table.name in _BY_PAPER
        }
    more["files.csv"] = bags.table_of(files)
    more["README.txt"] = _README.format(what=wanted).encode()
    info = {"External-Description": _one_line(str(wanted)), "Bag-Software-Agent": SOFTWARE}
    with open_sink(target) as sink:
        bags.write_bag(archive, files, name[: -len(".zip")], info, sink, more)
    return len(papers)


def _rows_of(connection: sqlite3.Connection, table: Table, papers: Sequence[str]) -> bytes:
    names = [column.name for column in table.columns]
    query = f'SELECT * FROM ({table.query}) WHERE "{_BY_PAPER[table.name]}" = ?'
    text = io.StringIO()
    for paper in papers:
        for rows in table._replace(query=query).batches(connection, (paper,)):
            for row in rows:
                said = dict(zip(names, row, strict=True))
                text.write(json.dumps(said, ensure_ascii=False) + "\n")
    return text.getvalue().encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


# As a web archive --------------------------------------------------------------------------------


def export_warc(archive: Archive, index: Path, wanted: Wanted, target: Path, name: str) -> int:
    """Write the fetched files and records of papers as WARC 1.1; return how many papers.

    A file is a `resource` record, since header lines are not kept, with a `metadata` record of what
    is known. A record of the source is a `resource` too.

    Raises:
        ConfigurationError: warcio is not installed.
        PaperNotFound: nothing is found.
        Damage: a file or segment is damaged or missing.
    """
    try:
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ConfigurationError(
            "WARC needs warcio; install it with: pip install 'griffie[snapshots]'"
        ) from error
    with closing(open_readonly(index)) as connection:
        papers = find_papers(connection, wanted)
        taken = {s for (s,) in connection.execute("SELECT sha256 FROM taken_payload")}
    with target.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        told = {"software": SOFTWARE, "format": "WARC File Format 1.1", "description": str(wanted)}
        info = writer.create_warcinfo_record(name, {k: _one_line(v) for k, v in told.items()})
        writer.write_record(info)
        warc = _Warc(writer)
        for paper in papers:
            for where, lines in sorted(lines_of(index, paper).items()):
                segment = parse_stored(archive.store, segment_key(*where))
                for line in sorted(lines):
                    entry = segment.entries[line - FIRST_LINE]
                    if isinstance(entry, RecordEntry):
                        warc.add_record(entry)
                    elif isinstance(entry, PayloadEntry) and entry.sha256 not in {None, *taken}:
                        _add_file(warc, archive, entry)
    return len(papers)


def _add_file(warc: "_Warc", archive: Archive, entry: PayloadEntry) -> None:
    with archive.payloads.open(entry.sha256 or "") as content:
        sha256, size_bytes = digest_of(content)
        if sha256 != entry.sha256:
            raise DocumentDamaged(payload_key(entry.sha256 or ""), "it is not what its name says")
        content.seek(0)
        warc.add_file(entry, content, size_bytes)


class _Warc:
    """Writes entries of the log as WARC records."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def add_record(self, entry: RecordEntry) -> None:
        raw = entry.raw.encode()
        self._add("resource", entry.url, entry.observed_at, entry.media_type, io.BytesIO(raw),
                  len(raw))  # fmt: skip

    def add_file(self, entry: PayloadEntry, content: BinaryIO, size_bytes: int) -> None:
        media_type = entry.media_type or "application/octet-stream"
        digest = {"WARC-Payload-Digest": f"sha256:{entry.sha256}"}
        concerned = self._add(
            "resource", entry.url, entry.retrieved_at, media_type, content, size_bytes, digest
        )
        told = canonical.encode(entry.to_json())
        self._add(
            "metadata", entry.url, entry.retrieved_at, "application/json", io.BytesIO(told),
            len(told), {"WARC-Concurrent-To": concerned},
        )  # fmt: skip

    def _add(
        self,
        kind: str,
        url: str,
        when: str,
        media_type: str,
        content: BinaryIO,
        size_bytes: int,
        more: dict[str, str] | None = None,
    ) -> str:
        # The address is from the source: percent-encode what could end a header line.
        address = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
        identity = f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{kind} {when} {url}')}>"
        headers = {"WARC-Record-ID": identity, "WARC-Date": when, **(more or {})}
        record = self._writer.create_warc_record(
            address, kind, payload=content, length=size_bytes,
            warc_content_type=quote(media_type, safe="/+;= "), warc_headers_dict=headers,
        )  # fmt: skip
        self._writer.write_record(record)
        return identity
