"""Files as BagIt bags (RFC 8493), one for each year, each an uncompressed tar.

In a tar every file lies in one piece, so one can be taken out of a bag on a web server or in a
bucket with a range request: `<year>.csv` beside it says where each begins.
"""

import csv
import io
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from archive.archive import Archive
from archive.errors import DocumentDamaged
from archive.keys import payload_key
from archive.snapshots import CHUNK_BYTES, digest_of

_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/msword": "doc",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/zip": "zip",
}
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_COLUMNS = (
    "path", "offset", "size_bytes", "sha256", "paper", "source", "version", "name", "media_type",
    "url", "retrieved_at", "subject", "published_on",
)  # fmt: skip

# What was taken down is in no bag; nor is what the log names and a file never was.
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
        """Where it is in the bag."""
        extension = _EXTENSIONS.get(self.media_type or "", "bin")
        return (
            f"data/{_plain(self.paper)}/{self.source}-version-{self.version}-"
            f"{_plain(self.name)}.{extension}"
        )


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "unnamed"


def years(connection: sqlite3.Connection) -> list[str]:
    """Return the years from which there are files, in order."""
    rows = connection.execute(
        f"SELECT DISTINCT {_YEAR} FROM file AS f JOIN paper AS p ON p.id = f.paper "
        "WHERE f.sha256 NOT IN (SELECT sha256 FROM taken_payload) ORDER BY 1"
    )
    return [year for (year,) in rows]


def files_of_year(connection: sqlite3.Connection, year: str) -> list[BagFile]:
    """Return the files of the papers that were published in a year."""
    rows = connection.execute(_FILES.format(where=f"{_YEAR} = ?"), (year,))
    return list(_distinct(map(BagFile._make, rows)))


def files_of_papers(connection: sqlite3.Connection, papers: list[str]) -> list[BagFile]:
    """Return the files of certain papers."""
    found: list[BagFile] = []
    for paper in papers:
        rows = connection.execute(_FILES.format(where="f.paper = ?"), (paper,))
        found += map(BagFile._make, rows)
    return list(_distinct(found))


def _distinct(files: Iterator[BagFile] | list[BagFile]) -> Iterator[BagFile]:
    """Leave out what would lie at a path a second time: ids that only signs tell apart."""
    taken: set[str] = set()
    for file in files:
        path, number = file.path, 2
        while path in taken:
            file = file._replace(name=f"{file.name}-{number}")
            path, number = file.path, number + 1
        taken.add(path)
        yield file


def write_bag(
    archive: Archive, files: list[BagFile], root: str, info: dict[str, str], target: Path
) -> bytes:
    """Write a bag as a tar and return the table of what lies where in it, as CSV.

    Args:
        archive: has the files.
        files: what goes into it.
        root: the bag's folder in the tar.
        info: for `bag-info.txt`; the size of what is in it is added.
        target: the tar.

    Raises:
        DocumentDamaged: a file is not what its name says; the tar is not whole.
        ObjectNotFound: a file is missing.
    """
    total = sum(file.size_bytes for file in files)
    told = {**info, "Payload-Oxum": f"{total}.{len(files)}"}
    table = io.StringIO(newline="")
    lines = csv.writer(table, lineterminator="\n")
    lines.writerow(_COLUMNS)
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in told.items()).encode(),
        "manifest-sha256.txt": "".join(f"{f.sha256}  {f.path}\n" for f in files).encode(),
    }
    sums = (f"{digest_of(io.BytesIO(data))[0]}  {name}\n" for name, data in sorted(tags.items()))
    tags["tagmanifest-sha256.txt"] = "".join(sums).encode()
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in tags.items():
            tar.addfile(_member(f"{root}/{name}", len(data)), io.BytesIO(data))
        for file in files:
            with archive.payloads.open(file.sha256) as content:
                offset = _add(tar, f"{root}/{file.path}", file, content)
            row = {**file._asdict(), "path": file.path, "offset": offset}
            lines.writerow([row[name] for name in _COLUMNS])
    return table.getvalue().encode()


def _add(tar: tarfile.TarFile, path: str, file: BagFile, content: BinaryIO) -> int:
    """Add a file and return where its bytes begin."""
    key = payload_key(file.sha256)
    sha256, size_bytes = digest_of(content)
    if (sha256, size_bytes) != (file.sha256, file.size_bytes):
        raise DocumentDamaged(key, "it is not what its name says")
    content.seek(0)
    tar.addfile(_member(path, size_bytes), content)
    blocks = -(-size_bytes // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    return tar.offset - blocks


def _member(path: str, size_bytes: int) -> tarfile.TarInfo:
    """Describe a member of a tar: nothing in it tells who made it or when."""
    member = tarfile.TarInfo(path)
    member.size = size_bytes
    member.mode = 0o644
    return member


def read_part(bag: BinaryIO, offset: int, size_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of one file of a bag, told where it lies."""
    bag.seek(offset)
    left = size_bytes
    while left and (chunk := bag.read(min(left, CHUNK_BYTES))):
        left -= len(chunk)
        yield chunk
