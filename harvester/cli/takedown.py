"""`griffie takedown`: remove files from the archive, leaving a record of the decision."""

import getpass
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click
from rich.markup import escape

from archive.archive import Archive
from archive.stores import Lease
from harvester.cli.console import out, progress
from harvester.cli.harvest import writing_lease
from harvester.cli.workspace import Workspace
from harvester.harvest.decisions import DecisionWriter
from harvester.harvest.takedown import erase, find_targets, is_taken_down, take_down
from harvester.index import Target
from harvester.lock import harvest_lock
from harvester.snapshot.kept import KeptIndexes
from harvester.snapshot.retention import overtaken

EPILOG = """\b
Examples:
  griffie takedown PAPER --reason "court order of 3 December 2026, case 12/345"
  griffie takedown 5f0c…e1 --reason "names a minor" --by "J. Jansen, clerk"   # these bytes alone

\b
Exit codes: 0 done, 2 no such paper or file, 75 the archive cannot be written now."""


@click.command(epilog=EPILOG)
@click.argument("what", metavar="PAPER|SHA256")
@click.option("--reason", required=True, help="Why; it is shown where the paper was.")
@click.option("--by", help="Who decided; without it your user name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(config: Path | None, what: str, reason: str, by: str | None, yes: bool) -> int:
    """Remove the files and texts of a paper, or one file by its digest, for good.

    What stays: the source's metadata of the paper (its title too), the digests of what was
    removed, and who decided it when and why. Of a paper that was taken down no file
    is fetched again; of bytes alone, the paper's other files are kept and fetched as before.
    Copies learn of it with their next `griffie copy`.
    """
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    kept = KeptIndexes(workspace.settings.index, 0)
    with progress() as bars, workspace.open_index(archive, bars) as index:
        sources = sorted({target.source for target in find_targets(index, what)})
        with ExitStack() as stack:
            leases = {source: _writer(stack, workspace, archive, source) for source in sources}
            for source in sources:
                index.catch_up(archive.log(source))
            targets = [t for t in find_targets(index, what) if not is_taken_down(index, t)]
            if not targets:
                out.print("this was taken down already")
            else:
                _tell(targets)
                if not yes:
                    click.confirm("Remove this for good?", abort=True)
            for target in targets:
                writer = DecisionWriter(archive, index, leases[target.source])
                take_down(writer, target, reason, by or getpass.getuser())
            out.print(f"{erase(archive, index, kept.clear)} objects removed")
    for name in overtaken(archive, workspace.settings.index):
        out.print(
            f"[yellow]it is still in the snapshot {escape(name)}[/]: `griffie snapshot remove`"
        )
    return 0


def _writer(stack: ExitStack, workspace: Workspace, archive: Archive, source: str) -> Lease:
    """Hold the lock and lease of a source's log until the stack ends."""
    holder = stack.enter_context(harvest_lock(workspace.settings.index.parent, source))
    return stack.enter_context(writing_lease(archive, source, holder))


def _tell(targets: Sequence[Target]) -> None:
    for paper in sorted({paper for target in targets for paper in target.papers}):
        out.print(f"[bold]{escape(paper)}")
    for sha256 in sorted({sha256 for target in targets for sha256 in target.payloads}):
        out.print(f"  file {sha256}")
    annexes = sorted({annex for target in targets for annex in target.annexes})
    if annexes:
        out.print(f"not meant, they are papers of their own: {', '.join(annexes)}")
