"""Write tables as Parquet, CSV and JSON Lines in one pass; equal rows give equal bytes."""

import csv
import gzip
import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Protocol, cast

from harvester.errors import ConfigurationError
from harvester.snapshot.tables import Column, Table

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZSTD_LEVEL = 6


class Writer(Protocol):
    """Writes the rows of one table."""

    def write(self, rows: list[tuple[Any, ...]]) -> None:
        """Write the next rows."""


def require_pyarrow() -> ModuleType:
    """Import pyarrow, which has 50 MB and only snapshots need.

    Raises:
        ConfigurationError: it is not installed; the message says how to install it.
    """
    try:
        import pyarrow.parquet  # noqa: PLC0415 - an optional extra, and 0.3 s
    except ImportError as error:
        raise ConfigurationError(
            "Parquet needs pyarrow; install it with: pip install 'griffie[snapshots]'"
        ) from error
    return cast(ModuleType, pyarrow)


def write_table(
    connection: sqlite3.Connection, table: Table, folder: Path
) -> tuple[dict[str, Path], int]:
    """Write a table in every format; return the files by their paths, and the number of rows.

    Texts are not written as CSV.
    """
    paths = {
        f"{kind}/{table.name}.{kind}{suffix}": folder / f"{table.name}.{kind}"
        for kind, suffix in (("parquet", ""), ("csv", ".gz"), ("jsonl", ".gz"))
        if not (table.is_text and kind == "csv")
    }
    count = 0
    with ExitStack() as stack:
        writers = [
            stack.enter_context(_WRITERS[p.suffix](p, table.columns)) for p in paths.values()
        ]
        for rows in table.batches(connection):
            count += len(rows)
            for writer in writers:
                writer.write(rows)
    return paths, count


@contextmanager
def _parquet(path: Path, columns: tuple[Column, ...]) -> Iterator[Writer]:
    arrow = require_pyarrow()
    types = {"string": arrow.string(), "integer": arrow.int64(), "boolean": arrow.bool_()}
    schema = arrow.schema(
        [
            arrow.field(c.name, types[c.type], metadata={"description": c.description})
            for c in columns
        ]
    )
    with arrow.parquet.ParquetWriter(path, schema, compression="zstd") as file:

        class _Groups:
            def write(self, rows: list[tuple[Any, ...]]) -> None:
                values = [
                    arrow.array(column, type=field.type)
                    for column, field in zip(zip(*rows, strict=True), schema, strict=True)
                ]
                file.write_batch(arrow.record_batch(values, schema=schema))

        yield _Groups()


@contextmanager
def _csv(path: Path, columns: tuple[Column, ...]) -> Iterator[Writer]:
    booleans = {True: "true", False: "false"}
    places = [n for n, column in enumerate(columns) if column.type == "boolean"]
    with gzipped(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow([column.name for column in columns])

        class _Lines:
            def write(self, rows: list[tuple[Any, ...]]) -> None:
                for row in rows:
                    values = list(row)
                    for place in places:
                        values[place] = booleans.get(values[place])
                    lines.writerow(values)

        yield _Lines()


@contextmanager
def _jsonl(path: Path, columns: tuple[Column, ...]) -> Iterator[Writer]:
    names = [column.name for column in columns]
    with gzipped(path) as file:

        class _Lines:
            def write(self, rows: list[tuple[Any, ...]]) -> None:
                for row in rows:
                    said = dict(zip(names, row, strict=True))
                    file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")

        yield _Lines()


_WRITERS = {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}


@contextmanager
def gzipped(path: Path) -> Iterator[gzip.GzipFile]:
    """Write a gzip file without name and time."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as file,
    ):
        yield file


def compress(source: Path, target: Path) -> None:
    """Compress a file with zstd, in one thread, since more would change the bytes."""
    with source.open("rb") as file, zstd.open(target, "wb", level=ZSTD_LEVEL) as packed:
        shutil.copyfileobj(file, packed)


def decompress(packed: BinaryIO, target: Path) -> None:
    """Unpack the result of `compress`; raises `ValueError` for anything else."""
    try:
        with zstd.open(packed, "rb") as file, target.open("wb") as out:
            shutil.copyfileobj(file, out)
    except (zstd.ZstdError, EOFError) as error:
        raise ValueError(f"not decompressible: {error}") from error


def field_of(column: Column) -> Mapping[str, str]:
    """Describe a column in Frictionless Table Schema."""
    told = {"name": column.name, "type": column.type, "description": column.description}
    return {name: value for name, value in told.items() if value}
