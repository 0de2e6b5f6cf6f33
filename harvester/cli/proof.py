"""`griffie proof`: one file that proves what the archive holds of a paper."""

import sys
from pathlib import Path

import click
from rich.markup import escape

from archive.proofs import make_proof
from harvester.cli.console import err
from harvester.cli.workspace import Workspace
from harvester.errors import PaperNotFound
from harvester.snapshot.signing import digests_of, lines_of

EPILOG = """\b
Examples:
  griffie proof kst-36900-XII-48 -o proof.json
  griffie verify proof.json --file motie.pdf         # anywhere, without the archive
\b
archive/PROOFS.md says how to check one without Griffie."""


@click.command(epilog=EPILOG)
@click.argument("paper")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here."
)
@click.pass_obj
def command(config: Path | None, paper: str, output: Path | None) -> None:
    """Write a proof of every version of PAPER and of its files, up to the operator's signature."""
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    with workspace.read_index() as index:
        found = index.find_paper(paper)
    if found is None:
        raise PaperNotFound(f"no paper goes by {paper!r}; search for it with `griffie serve`")
    path = workspace.settings.index
    proof = make_proof(archive, found, lines_of(path, found), digests_of(path))
    if output is not None:
        output.write_bytes(proof)
        err.print(f"a proof of {escape(found)} is in {escape(str(output))}", soft_wrap=True)
    else:
        sys.stdout.buffer.write(proof)
