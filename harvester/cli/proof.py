"""`griffie proof`: write a small file that proves what the archive has of a paper."""

import sys
from pathlib import Path

import click
from rich.markup import escape

from archive.evidence import Trust
from archive.line_proofs import make_line_proof, read_line_proof
from harvester.cli.console import err
from harvester.cli.get import find_file
from harvester.cli.workspace import Workspace
from harvester.errors import PaperNotFound
from harvester.index.papers import find_paper
from harvester.snapshot.proof_page import proof_page
from harvester.snapshot.signing import lines_of, lines_of_file, places_of, title_of

LONGEST_TITLE = 200
"""A proof is to be small."""

EPILOG = """\b
Examples:
  griffie proof PAPER -o proof.json
  griffie proof PAPER --version 1 --html -o proof.html   # to print, and to hand over
  griffie verify proof.json --file motion.pdf         # anywhere, without the archive

\b
archive/PROOFS.md says how to check one without Griffie."""


@click.command(epilog=EPILOG)
@click.argument("paper")
@click.option(
    "--version", "version", type=click.IntRange(min=1), help="Without it the current one."
)
@click.option("--source", help="Whose copy, where several sources publish it.")
@click.option("--all", "is_all", is_flag=True, help="All that the log says of the paper.")
@click.option("--html", "is_page", is_flag=True, help="A page for people, with the proof in it.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here."
)
@click.pass_obj
def command(
    config: Path | None,
    paper: str,
    version: int | None,
    source: str | None,
    is_all: bool,
    is_page: bool,
    output: Path | None,
) -> None:
    """Write a proof of one version of PAPER and its file, by the oldest signature that covers
    it."""
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    path = workspace.settings.index
    with workspace.read_index() as index:
        found = find_paper(index.connection, paper)
        if found is None:
            raise PaperNotFound(f"no paper goes by {paper!r}; search for it with `griffie serve`")
        if is_all:
            paper, about, lines = found, found, lines_of(path, found)
        else:
            file = find_file(index, paper, source, version)
            paper, about = file.paper, f"{file.paper}, version {file.version} of {file.source}"
            lines = lines_of_file(path, file)
    if title := title_of(path, paper):
        about = f"{about}: {title[:LONGEST_TITLE]}"
    proof = make_line_proof(archive, about, places_of(path, lines))
    content = proof_page(proof, read_line_proof(proof, Trust())) if is_page else proof
    if output is not None:
        output.write_bytes(content)
        err.print(f"a proof of {escape(about)} is in {escape(str(output))}", soft_wrap=True)
    else:
        sys.stdout.buffer.write(content)
