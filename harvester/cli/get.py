"""`griffie get`: write the file of any version of a paper, verified."""

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import IO

import click

from archive.archive import Archive
from archive.chunks import chunks
from harvester.cli.console import err
from harvester.cli.workspace import Workspace
from harvester.errors import HarvesterError, PaperNotFound
from harvester.index import Index, PaperFile
from harvester.index.papers import (
    file_of,
    file_shown,
    find_paper,
    find_papers,
    find_version,
    sources_of,
    versions_of,
)
from harvester.index.takedowns import takedown_of

EPILOG = """\b
Examples:
  griffie get PAPER -o motion.pdf
  griffie get PAPER --version 1 > first.docx
  griffie get PAPER --source SOURCE -o printed.pdf
  griffie get "A NUMBER AS PEOPLE CITE IT"          # where it is and what its digest is"""


class DigestMismatch(HarvesterError):
    """The digest of the payload is not its name."""

    exit_code = 4


@click.command(epilog=EPILOG)
@click.argument("paper")
@click.option(
    "--version", "version", type=click.IntRange(min=1), help="Without it the current one."
)
@click.option("--source", help="Whose copy, where several sources publish it.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the file here."
)
@click.pass_obj
def command(
    config: Path | None, paper: str, version: int | None, source: str | None, output: Path | None
) -> None:
    """Write the file of PAPER (any of its ids or numbers) and print its SHA-256."""
    workspace = Workspace.load(config)
    archive = workspace.open_with_origin()
    with workspace.read_index() as index:
        file = find_file(index, paper, source, version)
        if taken := takedown_of(index.connection, file.sha256):
            raise PaperNotFound(
                f"this file was taken down on {taken.taken_down_at[:10]} by {taken.decided_by}: "
                f"{taken.reason}; its SHA-256 was {file.sha256}"
            )
    if output is not None:
        with tempfile.NamedTemporaryFile(dir=output.parent or ".", delete=False) as target:
            _deliver(archive, file, target, Path(target.name))
        Path(target.name).replace(output)
    elif not sys.stdout.isatty():
        _copy(archive, file, sys.stdout.buffer)
    err.print(
        f"{file.paper} version {file.version} of {file.source}, {file.media_type}, "
        f"{file.size_bytes} bytes\n"
        f"sha256 {file.sha256}\nretrieved {file.retrieved_at} from {file.url}",
        soft_wrap=True,
        markup=False,
    )


def find_file(index: Index, name: str, source: str | None, version: int | None) -> PaperFile:
    """Return the file of a version of a paper.

    Raises:
        PaperNotFound: there is no such paper or version, or it has no file.
    """
    paper = find_paper(index.connection, name)
    if paper is None:
        raise PaperNotFound(f"no paper goes by {name!r}; search for it with `griffie serve`")
    others = [other for other in find_papers(index.connection, name) if other != paper]
    if others:
        err.print(f"{name} is also a name of {', '.join(others)}", soft_wrap=True, markup=False)
    sources = sources_of(index.connection, paper)
    chosen = source or sources[0]
    if version is not None:
        return _file_of_version(
            index, name, chosen, version, versions_of(index.connection, paper, chosen)
        )
    if chosen not in sources:
        raise PaperNotFound(f"{paper} is published by {' and '.join(sources)}, not by {source}")
    file = file_of(index.connection, paper, chosen)
    if file is None:
        raise PaperNotFound(
            f"no file of {paper} has been fetched from {chosen} yet; the next harvest tries again"
        )
    return file


def _file_of_version(
    index: Index, name: str, source: str, version: int, versions: list[tuple[int, str, str]]
) -> PaperFile:
    """Return the file of a version by any name and number under which it was ever shown."""
    located = find_version(index.connection, name, source, version)
    if located is None:
        raise PaperNotFound(f"{name} has {len(versions)} versions at {source}, not {version}")
    if located.paper is not None and located.number is not None:
        file = file_of(index.connection, located.paper, source, located.number)
        state, reason = next(v[1:] for v in versions_of(index.connection, located.paper, source)
                             if v[0] == located.number)  # fmt: skip
    else:
        assert located.version is not None, "what is not listed is told"
        state, reason = located.version.state, located.version.reason
        file = file_shown(located, name, source)
    if file is None:
        raise PaperNotFound(
            f"version {version} of {name} ({reason}, {state}) has no file of its own"
        )
    return file


def _deliver(archive: Archive, file: PaperFile, target: IO[bytes], path: Path) -> None:
    """Write to a temporary file, so that the requested one appears complete or not at all."""
    try:
        _copy(archive, file, target)
    except BaseException:
        path.unlink()
        raise


def _copy(archive: Archive, file: PaperFile, target: IO[bytes]) -> None:
    digest = hashlib.sha256()
    with archive.payloads.open(file.sha256) as source:
        for chunk in chunks(source):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise DigestMismatch(
            f"the bytes of {file.sha256} are damaged; check the archive with `griffie verify`"
        )
