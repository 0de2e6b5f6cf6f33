"""Write files as BagIt bags (RFC 8493), one for each year, each an uncompressed tar.

A tar holds every file in one piece, so that a range request can fetch one file from a web server or
bucket: `<year>.csv` states where each begins.
"""

import csv
import io
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from archive.archive import Archive
from archive.errors import DocumentDamaged
from archive.keys import payload_key
from archive.snapshots import digest_of
from harvester.snapshot.file_names import extension, plain

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_COLUMNS = (
    "path", "offset", "size_bytes", "sha256", "paper", "source", "version", "name", "media_type",
    "url", "retrieved_at", "subject", "published_on",
)  # fmt: skip

# Without taken-down files, and without those that the log names but that never arrived.
_FILES = """
SELECT f.paper, f.source, f.version, f.name, f.sha256, f.size_bytes, f.media_type, f.url,
       f.retrieved_at, p.subject, p.published_on
  FROM file AS f JOIN paper AS p ON p.id = f.paper
 WHERE f.sha256 NOT IN (SELECT sha256 FROM taken_payload) AND ({where})
 ORDER BY f.paper, f.source, f.version, f.name
"""
_YEAR = "coalesce(substr(p.published_on, 1, 4), 'undated')"


class BagFile(NamedTuple):
    """A file of a paper."""

    paper: str
    source: str
    version: int
    name: str
    sha256: str
    size_bytes: int
    media_type: str | None
    url: str
    retrieved_at: str
    subject: str | None
    published_on: str | None

    @property
    def path(self) -> str:
        """Its path in the bag."""
        return (
            f"data/{plain(self.paper)}/{self.source}-version-{self.version}-"
            f"{plain(self.name)}.{extension(self.media_type)}"
        )


def years(connection: sqlite3.Connection) -> list[str]:
    """Return the years that have files, in order."""
    rows = connection.execute(
        f"SELECT DISTINCT {_YEAR} FROM file AS f JOIN paper AS p ON p.id = f.paper "
        "WHERE f.sha256 NOT IN (SELECT sha256 FROM taken_payload) ORDER BY 1"
    )
    return [year for (year,) in rows]


def files_of_year(connection: sqlite3.Connection, year: str) -> list[BagFile]:
    """Return the files of the papers that were published in a year."""
    rows = connection.execute(_FILES.format(where=f"{_YEAR} = ?"), (year,))
    return list(distinct(map(BagFile._make, rows)))


def files_of_papers(connection: sqlite3.Connection, papers: list[str]) -> list[BagFile]:
    """Return the files of certain papers."""
    found: list[BagFile] = []
    for paper in papers:
        rows = connection.execute(_FILES.format(where="f.paper = ?"), (paper,))
        found += map(BagFile._make, rows)
    return list(distinct(found))


def distinct(files: Iterator[BagFile] | list[BagFile]) -> Iterator[BagFile]:
    """Drop files whose path is taken: ids that differ only in punctuation."""
    taken: set[str] = set()
    for file in files:
        path, number = file.path, 2
        while path in taken:
            file = file._replace(name=f"{file.name}-{number}")
            path, number = file.path, number + 1
        taken.add(path)
        yield file


class Sink(Protocol):
    """The container of a bag."""

    def add(self, path: str, size_bytes: int, content: BinaryIO) -> int:
        """Add a file; return where its bytes begin."""


def write_bag(
    archive: Archive,
    files: list[BagFile],
    root: str,
    info: Mapping[str, str],
    sink: Sink,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """Write a bag, and return the offsets of its files as CSV.

    Args:
        archive: has the files.
        files: to put into it.
        root: the bag's folder.
        info: for `bag-info.txt`; the size of the content is added.
        sink: receives the files of the bag.
        more: further content, by its path in `data/`.

    Raises:
        DocumentDamaged: a file's digest is not its name; the bag is incomplete.
        ObjectNotFound: a file is missing.
    """
    beside = {f"data/{name}": data for name, data in (more or {}).items()}
    total = sum(file.size_bytes for file in files) + sum(map(len, beside.values()))
    told = {**info, "Payload-Oxum": f"{total}.{len(files) + len(beside)}"}
    sums = [(f.sha256, f.path) for f in files] + [(_sha256(d), path) for path, d in beside.items()]
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in told.items()).encode(),
        "manifest-sha256.txt": _manifest(sums),
    }
    tags["tagmanifest-sha256.txt"] = _manifest((_sha256(d), name) for name, d in tags.items())
    for name, data in (*tags.items(), *beside.items()):
        sink.add(f"{root}/{name}", len(data), io.BytesIO(data))
    offsets = []
    for file in files:
        with archive.payloads.open(file.sha256) as content:
            if digest_of(content) != (file.sha256, file.size_bytes):
                raise DocumentDamaged(payload_key(file.sha256), "it is not what its name says")
            content.seek(0)
            offsets.append(sink.add(f"{root}/{file.path}", file.size_bytes, content))
    return table_of(files, offsets)


def table_of(files: Sequence[BagFile], offsets: Sequence[int] | None = None) -> bytes:
    """Return the files of a bag with their origin and offset, as CSV."""
    table = io.StringIO(newline="")
    lines = csv.writer(table, lineterminator="\n")
    columns = [name for name in _COLUMNS if offsets is not None or name != "offset"]
    lines.writerow(columns)
    for number, file in enumerate(files):
        offset = offsets[number] if offsets is not None else None
        row = {**file._asdict(), "path": file.path, "offset": offset}
        lines.writerow([row[name] for name in columns])
    return table.getvalue().encode()


def _sha256(data: bytes) -> str:
    return digest_of(io.BytesIO(data))[0]


def _manifest(sums: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{sha256}  {path}\n" for sha256, path in sums).encode()


class TarSink:
    """An uncompressed tar, without its maker or time."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        """Add to an open tar."""
        self._tar = tar

    def add(self, path: str, size_bytes: int, content: BinaryIO) -> int:
        """See `Sink.add`."""
        member = tarfile.TarInfo(path)
        member.size = size_bytes
        member.mode = 0o644
        self._tar.addfile(member, content)
        return self._tar.offset - -(-size_bytes // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


class ZipSink:
    """A zip of uncompressed files."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        """Add to an open zip."""
        self._zip = file

    def add(self, path: str, size_bytes: int, content: BinaryIO) -> int:
        """See `Sink.add`."""
        member = zipfile.ZipInfo(path)  # its date is the format's first: 1980
        member.external_attr = 0o644 << 16
        member.file_size = size_bytes
        with self._zip.open(member, "w") as target:
            begin = self._zip.fp.tell() if self._zip.fp else 0
            shutil.copyfileobj(content, target)
        return begin


@contextmanager
def tar_sink(path: Path) -> Iterator[TarSink]:
    """Write a tar."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        yield TarSink(tar)


@contextmanager
def zip_sink(path: Path) -> Iterator[ZipSink]:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, strict_timestamps=False) as file:
        yield ZipSink(file)
